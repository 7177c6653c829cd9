import { createEffect, createMemo, createSignal, type JSX, on, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { now } from '../../components/now.ts';
import { CREP_COMMANDS_PART, type MapCommand } from '../../contract/upstream/crep.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { map as words } from '../../i18n/map.ts';
import { createEvents } from '../../link/create-events.ts';
import { useLink } from '../../link/link-context.ts';
import type { MapPaneProps } from './layers.tsx';
import { grant, readWish, wishWords } from './wishes.ts';

const KEEP = 20;
/** An older wish is of another moment. */
const OLD_MS = 60_000;

type Told = MapCommand & { readonly rx?: number; readonly at?: number };

/** A person's own wish is done at once unless it undoes what they set up; what others ask waits for a yes. Nothing is done by itself. */
export function Proposals(props: MapPaneProps): JSX.Element {
  const log = createEvents<Told>(useLink(), () => upstreamChannel('events', 'crep', CREP_COMMANDS_PART), {
    keep: KEEP,
  });
  const openedAt = Date.now();
  const [doneUpTo, setDoneUpTo] = createSignal(-1);
  const [own, setOwn] = createSignal<MapCommand>();
  const [problem, setProblem] = createSignal<string>();
  const newest = createMemo(() => {
    log.version();
    for (let index = log.list.length - 1; index >= 0; index -= 1) {
      const entry = log.list.at(index);
      if (entry?.is !== 'record') continue;
      const at = entry.record.rx ?? entry.record.at ?? openedAt;
      if (entry.offset <= doneUpTo() || now() - at > OLD_MS) return undefined;
      return { offset: entry.offset, wish: entry.record, at };
    }
    return undefined;
  });
  const done = () => {
    const wish = newest();
    if (wish !== undefined) setDoneUpTo(wish.offset);
  };
  const carryOut = (wish: MapCommand) => setProblem(grant(wish, props.map, props.address, props.change));

  createEffect(
    on([() => props.address.wish, () => props.map.engine()], ([text, engine]) => {
      if (text === undefined || engine === undefined) return;
      const wish = readWish(text);
      // It is asked once: the address forgets it.
      props.change({ wish: undefined });
      if (wish === undefined) setProblem(words.wish.bad);
      else if (wish.confirm) setOwn(wish);
      else carryOut(wish);
    }),
  );

  const card = (title: string, wish: MapCommand, age: string, yes: () => void, no: () => void) => (
    <section class="map-proposal" role="alert" data-wish={wish.do}>
      <p>
        <strong>{title}:</strong> {wishWords(wish)} <span class="soft small">{age}</span>
      </p>
      <div class="row">
        <button type="button" class="button primary" onClick={yes}>
          {words.wish.accept}
        </button>
        <button type="button" class="button" onClick={no}>
          {words.wish.dismiss}
        </button>
      </div>
    </section>
  );
  return (
    <div class="map-proposals">
      <Show when={own()}>
        {(wish) =>
          card(
            words.wish.yours,
            wish(),
            '',
            () => {
              carryOut(wish());
              setOwn(undefined);
            },
            () => setOwn(undefined),
          )
        }
      </Show>
      <Show when={newest()} keyed>
        {(told) =>
          card(
            words.wish.title,
            told.wish,
            ageWords(Math.max(0, now() - told.at)),
            () => {
              carryOut(told.wish);
              done();
            },
            done,
          )
        }
      </Show>
      <Show when={problem()}>
        {(text) => (
          <section class="map-proposal" role="alert">
            <p>▲ {text()}</p>
            <button type="button" class="button" onClick={() => setProblem(undefined)}>
              {words.wish.dismiss}
            </button>
          </section>
        )}
      </Show>
    </div>
  );
}

import { createSignal, For, type JSX, Show } from 'solid-js';
import { formatCount } from '../../components/format-value.ts';
import { mayNotWords } from '../../components/may-words.ts';
import { devices as words } from '../../i18n/devices.ts';
import { mayNot } from '../../link/may.ts';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';
import type { Fleet } from './use-fleet.ts';

interface Result {
  readonly name: string;
  readonly is: 'waiting' | 'ok' | 'failed' | 'skipped';
  readonly words: string;
}

/** One after the other: MAS counts what it is asked, and a device answers in its time. */
const DEADLINE_MS = 35_000;

/** What is done to several devices at once; each one's outcome is its own. */
export function Bulk(props: {
  readonly fleet: Fleet;
  readonly picked: readonly FleetDevice[];
  readonly onClear: () => void;
}): JSX.Element {
  const [results, setResults] = createSignal<readonly Result[]>([]);
  const [isRunning, setRunning] = createSignal(false);
  const ask = async () => {
    setRunning(true);
    const targets = props.picked.map(({ name, sightings }) => ({
      name,
      id: sightings.find(({ source }) => source === 'mas')?.id,
    }));
    const set = (index: number, result: Result) =>
      setResults(results().map((one, at) => (at === index ? result : one)));
    setResults(
      targets.map(({ name, id }) => ({
        ...{ name, is: id === undefined ? 'skipped' : 'waiting' },
        words: id === undefined ? words.bulk.skipped : words.bulk.waiting,
      })),
    );
    for (const [index, { name, id }] of targets.entries()) {
      if (id === undefined) continue;
      const args = { device: id, command: 'status', id: crypto.randomUUID() };
      const outcome = await props.fleet.link.ask(
        (hub) => hub.upstream({ do: 'call', upstream: 'mas-devices', name: 'command', args }),
        DEADLINE_MS,
      );
      set(
        index,
        outcome.ok
          ? { name, is: 'ok', words: (JSON.stringify(outcome.value) ?? '').slice(0, 120) }
          : { name, is: 'failed', words: outcome.error.message },
      );
    }
    setRunning(false);
  };
  const why = () =>
    mayNotWords(mayNot('operator')) ??
    (props.picked.some(({ sightings }) => sightings.some(({ source }) => source === 'mas'))
      ? undefined
      : words.bulk.refused);
  return (
    <section class="fleet-bulk" aria-label={words.bulk.each}>
      <div class="row">
        <strong>{words.bulk.picked(formatCount(props.picked.length))}</strong>
        <button type="button" class="button" disabled={isRunning() || why() !== undefined} title={why()} onClick={ask}>
          {words.bulk.ping}
        </button>
        <button type="button" class="button quiet" onClick={() => props.onClear()}>
          {words.bulk.clear}
        </button>
        <Show when={why()}>{(text) => <span class="small soft">{text()}</span>}</Show>
      </div>
      <ul class="small" aria-live="polite">
        <For each={results()}>
          {(result) => (
            <li data-outcome={result.is}>
              <span aria-hidden="true">{{ waiting: '◔', ok: '✓', failed: '✕', skipped: '–' }[result.is]} </span>
              {result.name}: {result.words}
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

import { createSignal, For, type JSX, Show } from 'solid-js';
import { ErrorNote } from '../../../components/error-note.tsx';
import { connectionTools } from '../../../i18n/connection-tools.ts';
import { absoluteUrl } from '../tester/templates.ts';
import { draftOf, type FeedDraft, newDraft } from './draft.ts';
import { FeedForm } from './feed-form.tsx';
import { FeedList } from './feed-list.tsx';
import { type ProbeStep, probe } from './probe.ts';
import { useFeeds } from './use-feeds.ts';
import './add-pane.css';

const words = connectionTools.add;

/** From an address to a feed on the screen: look, choose what is what, keep it. */
export function AddPane(): JSX.Element {
  const feeds = useFeeds();
  const [typed, setTyped] = createSignal('');
  const [wrong, setWrong] = createSignal<string>();
  const [steps, setSteps] = createSignal<readonly ProbeStep[]>([]);
  const [looking, setLooking] = createSignal(false);
  const [draft, setDraft] = createSignal<FeedDraft>();
  const [saved, setSaved] = createSignal<{ readonly id: string; readonly name: string; readonly plotted: boolean }>();

  const look = async (): Promise<void> => {
    const url = absoluteUrl(typed(), location.origin);
    setWrong(url === undefined ? words.badUrl : undefined);
    setDraft(undefined);
    setSaved(undefined);
    setSteps([]);
    if (url === undefined) return;
    setLooking(true);
    const result = await probe(url, (step) => setSteps((all) => [...all, step]));
    setLooking(false);
    if (result.transport === undefined) setWrong(words.nothing);
    // A path of our own server stays one: it is then right wherever this page comes from.
    else setDraft(newDraft(typed().trim().startsWith('/') ? typed().trim() : url, result.transport));
  };

  return (
    <div class="add-feed">
      <p class="soft">{words.about}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <input
          class="field mono add-url"
          data-do="feed-url"
          aria-label={words.url}
          autocomplete="off"
          spellcheck={false}
          placeholder={words.urlPlaceholder}
          value={typed()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class="button primary" data-do="feed-look" disabled={looking()}>
          {looking() ? words.looking : words.look}
        </button>
      </form>
      <Show when={steps().length > 0}>
        <ol class="probe-steps">
          <For each={steps()}>
            {(step) => (
              <li class="probe-step" data-found={step.found}>
                <span aria-hidden="true">{step.found ? '●' : '○'}</span> {words.tried[step.tried]}:{' '}
                <strong>{step.found ? words.found : words.notFound}</strong> <span class="soft">{step.said}</span>
              </li>
            )}
          </For>
        </ol>
      </Show>
      <Show when={wrong()}>
        {(text) => (
          <p class="add-wrong" role="alert">
            <span aria-hidden="true">▲ </span>
            {text()}
          </p>
        )}
      </Show>
      <Show when={feeds.failure()}>{(error) => <ErrorNote error={error()} onClose={feeds.dismiss} />}</Show>
      <Show when={draft()} keyed>
        {(first) => (
          <FeedForm
            first={first}
            onSave={async (feed) => {
              if (!(await feeds.add(feed))) return;
              setSaved({ id: feed.id, name: feed.name, plotted: feed.map.kind === 'samples' });
              setDraft(undefined);
              setSteps([]);
              setTyped('');
            }}
            taken={feeds.feeds().map(({ id }) => id)}
          />
        )}
      </Show>
      <Show when={saved()}>
        {(feed) => (
          <p class="row add-saved" role="status">
            <span>
              <span aria-hidden="true">● </span>
              {words.saved(feed().name)}
            </span>
            <Show when={feed().plotted}>
              <a class="button primary" data-do="feed-plot" href={`/telemetry?board=~${feed().id}`}>
                {words.plotIt}
              </a>
            </Show>
          </p>
        )}
      </Show>
      <FeedList
        feeds={feeds}
        onChange={(feed) => {
          setSaved(undefined);
          setSteps([]);
          setTyped(feed.url);
          setDraft(draftOf(feed));
        }}
      />
    </div>
  );
}

import { createSignal, For, type JSX, Show } from 'solid-js';
import { saveFile } from '../../../components/save-file.ts';
import { showToast } from '../../../components/toasts.tsx';
import type { CustomFeed } from '../../../contract/upstream/custom-feed.ts';
import { connectionTools } from '../../../i18n/connection-tools.ts';
import { feedFile, readFeedFile } from './feed-file.ts';
import type { Feeds } from './use-feeds.ts';

const words = connectionTools.add;

/** What was added before: changed, removed (and brought back), taken to another browser as a file. */
export function FeedList(props: { readonly feeds: Feeds; readonly onChange: (feed: CustomFeed) => void }): JSX.Element {
  let picker: HTMLInputElement | undefined;
  const [wrong, setWrong] = createSignal<string>();
  const remove = async (feed: CustomFeed): Promise<void> => {
    if (!(await props.feeds.remove(feed.id))) return;
    showToast(words.removed(feed.name), { label: words.undo, run: () => void props.feeds.add(feed) });
  };
  const exportAll = (): void => {
    saveFile('hyphae-feeds.json', feedFile(props.feeds.feeds()), 'application/json');
  };
  const importFile = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const read = readFeedFile(await file.text());
    setWrong('wrong' in read ? words.badFile(read.wrong) : undefined);
    if ('wrong' in read) return;
    let count = 0;
    for (const feed of read.feeds) if (await props.feeds.add(feed)) count += 1;
    showToast(words.imported(count));
  };

  return (
    <section class="your-feeds">
      <div class="row spread">
        <h2>{words.yours}</h2>
        <div class="row">
          <button type="button" class="button" disabled={props.feeds.feeds().length === 0} onClick={exportAll}>
            {words.exportAll}
          </button>
          <button type="button" class="button" onClick={() => picker?.click()}>
            {words.importFile}
          </button>
          <input
            ref={picker}
            type="file"
            accept="application/json,.json"
            class="visually-hidden"
            tabIndex={-1}
            aria-label={words.importFile}
            onChange={(event) => {
              void importFile(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </div>
      </div>
      <Show when={wrong()}>
        {(text) => (
          <p class="add-wrong" role="alert">
            <span aria-hidden="true">▲ </span>
            {text()}
          </p>
        )}
      </Show>
      <Show when={props.feeds.feeds().length > 0} fallback={<p class="soft">{words.yoursNone}</p>}>
        <ul class="feed-rows">
          <For each={props.feeds.feeds()}>
            {(feed) => (
              <li class="feed-row row spread" data-feed={feed.id}>
                <span>
                  <strong>{feed.name}</strong> <span class="soft">{connectionTools.transports[feed.transport]}</span>{' '}
                  <span class="soft mono small">{feed.url}</span>
                </span>
                <span class="row">
                  <Show when={feed.map.kind === 'samples'}>
                    <a class="button" href={`/telemetry?board=~${feed.id}`}>
                      {words.plotIt}
                    </a>
                  </Show>
                  <button type="button" class="button" onClick={() => props.onChange(feed)}>
                    {words.edit}
                  </button>
                  <button type="button" class="button quiet" onClick={() => void remove(feed)}>
                    {words.remove}
                  </button>
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

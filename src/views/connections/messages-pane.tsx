import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js';
import { EmptyState } from '../../components/empty-state.tsx';
import { showToast } from '../../components/toasts.tsx';
import { connections as words } from '../../i18n/connections.ts';
import { createFrameVersion } from '../../link/create-frame-version.ts';
import { useLink } from '../../link/link-context.ts';
import { createSources } from './create-sources.ts';
import { listen } from './listen.ts';
import type { Message } from './message.ts';
import { MessageDetail } from './message-detail.tsx';
import { foundAmong, makeMessageTest, nextFound, ShownMessages } from './message-filter.ts';
import { MessageFilters } from './message-filters.tsx';
import { MessageCells, MessageList } from './message-list.tsx';
import { MessageLog } from './message-log.ts';
import type { PaneProps } from './pane.ts';
import { SourcePicker } from './source-picker.tsx';
import './messages.css';

const KEEP = 2_000;
const MOST_PINNED = 50;

/** A live tail of any connection or channel, from the bytes to the record. */
export function MessagesPane(props: PaneProps): JSX.Element {
  const link = useLink();
  const { sources, lines, firstLive } = createSources();
  const log = new MessageLog(KEEP);
  const model = new ShownMessages();
  const { version: arrived, touch } = createFrameVersion();
  const [version, setVersion] = createSignal(0);
  const [counts, setCounts] = createSignal({ shown: 0, all: 0, dropped: 0, waiting: 0 });
  const [held, setHeld] = createSignal(false);
  const [chosen, setChosen] = createSignal<Message>();
  const [pinned, setPinned] = createSignal<readonly Message[]>([]);

  // What was chosen, else the first connection that is live: there is always something to see.
  const of = createMemo(() => props.address.of ?? firstLive());
  createEffect(
    on(of, (source) => {
      log.clear();
      setChosen(undefined);
      setHeld(false);
      log.goOn();
      touch();
      const stop =
        source === undefined
          ? undefined
          : listen(link, source, (messages) => {
              log.push(messages);
              touch();
            });
      if (stop !== undefined) onCleanup(stop);
    }),
  );
  const test = createMemo(() => makeMessageTest(props.address.show, props.address.hidden));
  createEffect(() => {
    arrived();
    model.update(log.messages, test());
    setVersion((n) => n + 1);
    setCounts({
      shown: model.list.length,
      all: log.messages.length,
      dropped: log.dropped,
      waiting: log.waiting,
    });
  });
  const hold = () => {
    if (log.held) return;
    log.hold();
    setHeld(true);
    touch();
  };
  const goOn = () => {
    log.goOn();
    setHeld(false);
    touch();
  };
  const clear = () => {
    log.clear();
    setChosen(undefined);
    touch();
  };
  const found = createMemo(() => {
    version();
    return foundAmong(model.list, props.address.search, chosen()?.serial);
  });
  const goToFound = (by: 1 | -1) => {
    const next = nextFound(model.list, props.address.search, chosen()?.serial, by);
    if (next === undefined) return;
    hold();
    setChosen(next);
  };
  const pin = (message: Message) => {
    const all = pinned();
    if (all.includes(message)) setPinned(all.filter((one) => one !== message));
    else if (all.length < MOST_PINNED) setPinned([...all, message]);
    else showToast(words.messages.pinnedFull);
  };
  const source = () => {
    const value = of() ?? '';
    const line = value.startsWith('line:') ? lines().find(({ id }) => `line:${id}` === value) : undefined;
    return { name: value.replace(/^line:/, ''), line };
  };

  let searchField: HTMLInputElement | undefined;
  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || (event.target as HTMLElement | null)?.matches('input, select, textarea')) return;
      event.preventDefault();
      searchField?.focus();
    };
    window.addEventListener('keydown', onKey);
    onCleanup(() => window.removeEventListener('keydown', onKey));
  });

  return (
    <div class="messages-pane">
      <div class="messages-bar">
        <SourcePicker sources={sources()} value={of()} onChoose={(value) => props.change({ of: value })} />
        <button
          type="button"
          class="button"
          data-do="pause"
          aria-pressed={held()}
          onClick={() => (held() ? goOn() : hold())}
        >
          {held() ? words.messages.resume : words.messages.pause}
        </button>
        <button type="button" class="button quiet" data-do="clear" onClick={clear}>
          {words.messages.clear}
        </button>
        <MessageFilters address={props.address} change={props.change} />
        <span class="row messages-search">
          <input
            ref={searchField}
            class="field"
            type="search"
            aria-label={words.messages.search}
            placeholder={words.messages.search}
            value={props.address.search}
            onInput={(event) => props.change({ search: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter') goToFound(event.shiftKey ? -1 : 1);
            }}
          />
          <Show when={props.address.search !== ''}>
            <button
              type="button"
              class="button"
              aria-label={words.messages.previous}
              title={words.messages.previous}
              onClick={() => goToFound(-1)}
            >
              ↑
            </button>
            <button
              type="button"
              class="button"
              aria-label={words.messages.next}
              title={words.messages.next}
              onClick={() => goToFound(1)}
            >
              ↓
            </button>
            <span class="soft small" data-found={found().of}>
              {words.messages.found(found().at, found().of)}
            </span>
          </Show>
        </span>
        <span class="soft small">
          <span data-messages={counts().shown}>{words.messages.shown(counts().shown, counts().all)}</span>
          <Show when={held() && counts().waiting > 0}>
            {' '}
            · <span data-waiting={counts().waiting}>{words.messages.waiting(counts().waiting)}</span>
          </Show>
          <Show when={counts().dropped > 0}> · {words.messages.older(counts().dropped)}</Show>
        </span>
      </div>
      <Show when={pinned().length > 0}>
        <section class="pinned" aria-label={words.messages.pinned(pinned().length)}>
          <h2 class="soft small">{words.messages.pinned(pinned().length)}</h2>
          <For each={pinned()}>
            {(message) => (
              <button
                type="button"
                class={`message ${message.dir} ${message.outcome}`}
                aria-pressed={chosen() === message}
                onClick={() => setChosen(message)}
              >
                <MessageCells message={message} />
              </button>
            )}
          </For>
        </section>
      </Show>
      <div class="messages-main" classList={{ split: chosen() !== undefined }}>
        <Show
          when={counts().shown > 0}
          fallback={
            <div class="messages-empty">
              <EmptyState
                {...words.messages.empty[of() === undefined ? 'none' : counts().all > 0 ? 'filtered' : 'quiet']}
              >
                <Show when={counts().all > 0}>
                  <button type="button" class="button" onClick={() => props.change({ show: '', hidden: new Set() })}>
                    {words.messages.showAll}
                  </button>
                </Show>
              </EmptyState>
            </div>
          }
        >
          <MessageList
            list={() => model.list}
            version={version}
            chosen={chosen()?.serial}
            search={props.address.search}
            held={held()}
            onChoose={setChosen}
            onHold={hold}
          />
        </Show>
        <Show when={chosen()}>
          {(message) => (
            <MessageDetail
              message={message()}
              source={source()}
              pinned={pinned().includes(message())}
              onPin={() => pin(message())}
              onClose={() => setChosen(undefined)}
            />
          )}
        </Show>
      </div>
    </div>
  );
}

import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
} from 'solid-js';
import { clockTimeMs, utcTime } from '../../components/clock-words.ts';
import { formatBytes } from '../../components/format-value.ts';
import { visibleWindow } from '../../components/visible-window.ts';
import { connections as words } from '../../i18n/connections.ts';
import { type Message, resultsText } from './message.ts';
import { lineText } from './message-text.ts';

const ROW_PX = 24;
const WAYS = { in: '↓', out: '↑', state: '◦' } as const;

export interface MessageListProps {
  /** It changes in place; `version` tells when. */
  readonly list: () => readonly Message[];
  readonly version: Accessor<number>;
  readonly chosen: number | undefined;
  readonly search: string;
  readonly held: boolean;
  readonly onChoose: (message: Message) => void;
  /** The person scrolled away from the end. */
  readonly onHold: () => void;
}

/** Only the rows in sight exist in the page. */
export function MessageList(props: MessageListProps): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [height, setHeight] = createSignal(400);
  const [top, setTop] = createSignal(0);
  const list = () => {
    props.version();
    return props.list();
  };
  const shown = createMemo(() => visibleWindow(list().length, ROW_PX, top(), height()));
  const text = () => props.search.trim().toLowerCase();
  let lastTop = 0;

  onMount(() => {
    if (box === undefined) return;
    const observer = new ResizeObserver((entries) => setHeight(entries[0]?.contentRect.height ?? 400));
    observer.observe(box);
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    props.version();
    height();
    if (props.held || box === undefined) return;
    const element = box;
    queueMicrotask(() => {
      element.scrollTop = element.scrollHeight;
    });
  });
  createEffect(
    on(
      () => props.chosen,
      (chosen) => {
        const at = list().findIndex(({ serial }) => serial === chosen);
        if (at < 0 || box === undefined || !props.held) return;
        if (at * ROW_PX < box.scrollTop) box.scrollTop = at * ROW_PX;
        else if ((at + 1) * ROW_PX > box.scrollTop + box.clientHeight)
          box.scrollTop = (at + 1) * ROW_PX - box.clientHeight;
      },
    ),
  );
  const scrolled = () => {
    if (box === undefined) return;
    setTop(box.scrollTop);
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < ROW_PX * 2;
    // Growing moves the end away too: only a person's scroll up leaves it.
    if (!atEnd && !props.held && box.scrollTop < lastTop) props.onHold();
    lastTop = box.scrollTop;
  };
  const onKey = (event: KeyboardEvent) => {
    const all = list();
    const at = all.findIndex(({ serial }) => serial === props.chosen);
    const page = Math.max(1, Math.floor(height() / ROW_PX) - 1);
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? all.length - 1 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = all[Math.min(all.length - 1, Math.max(0, to))];
    if (next === undefined) return;
    props.onHold();
    props.onChoose(next);
  };

  return (
    <div
      class="message-list"
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label={words.messages.list}
      aria-activedescendant={props.chosen === undefined ? undefined : `message-${props.chosen}`}
      onScroll={scrolled}
      onKeyDown={onKey}
    >
      <div role="presentation" style={{ height: `${list().length * ROW_PX}px`, position: 'relative' }}>
        <div
          role="presentation"
          style={{ position: 'absolute', top: `${shown().first * ROW_PX}px`, left: '0', right: '0' }}
        >
          <For each={list().slice(shown().first, shown().end)}>
            {(message) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's
              <div
                id={`message-${message.serial}`}
                role="option"
                tabIndex={-1}
                class={`message ${message.dir} ${message.outcome}`}
                classList={{ found: text() !== '' && message.haystack.includes(text()) }}
                data-dir={message.dir}
                data-form={message.form}
                data-outcome={message.outcome}
                aria-selected={props.chosen === message.serial}
                onClick={() => props.onChoose(message)}
              >
                <MessageCells message={message} />
              </div>
            )}
          </For>
        </div>
      </div>
    </div>
  );
}

/** The words of one row: when, which way, how large, what, what it became. */
export function MessageCells(props: { readonly message: Message }): JSX.Element {
  const { message } = props;
  const { key, event, target, status, how } = message.meta;
  const head = [event ?? target ?? key ?? message.meta.rows, status, how]
    .filter((word) => word !== undefined)
    .join(' ');
  return (
    <>
      <span class="message-time" title={utcTime(message.at)}>
        {clockTimeMs(message.at)}
      </span>
      <span class="message-way">
        <span aria-hidden="true">{WAYS[message.dir]}</span> {words.messages.forms[message.form]}
      </span>
      <span class="message-size">{formatBytes(message.bytes)}</span>
      <span class="message-text">
        <Show when={head !== ''}>
          <b>{head}</b>{' '}
        </Show>
        {lineText(message)}
      </span>
      <Show when={message.results.length > 0}>
        <span class="message-result">
          <span aria-hidden="true">{message.outcome === 'counted' ? '✕' : '→'}</span> {resultsText(message.results)}
        </span>
      </Show>
    </>
  );
}

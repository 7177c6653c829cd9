import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  onCleanup,
  onMount,
  Show,
} from 'solid-js';
import { clockTimeMs, deltaWords, utcTime } from '../../components/clock-words.ts';
import { visibleWindow } from '../../components/visible-window.ts';
import { consoleWords } from '../../i18n/console.ts';
import type { ConsoleRows } from './console-rows.ts';

const ROW_PX = 22;

export interface ConsoleListProps {
  /** They change in place; `version` tells when. */
  readonly rows: ConsoleRows;
  readonly version: Accessor<number>;
  readonly follow: boolean;
  readonly time: 'clock' | 'delta';
  readonly onUnfold: (serial: number) => void;
  /** The person scrolled away from the end, or back to it. */
  readonly onFollow: (follow: boolean) => void;
}

/** Only the rows in sight exist in the page, whatever the length of the console. */
export function ConsoleList(props: ConsoleListProps): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [height, setHeight] = createSignal(400);
  const [top, setTop] = createSignal(0);
  const count = () => {
    props.version();
    return props.rows.length;
  };
  const shown = createMemo(() => visibleWindow(count(), ROW_PX, top(), height()));
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
    if (props.follow && box !== undefined) {
      const element = box;
      queueMicrotask(() => {
        element.scrollTop = element.scrollHeight;
      });
    }
  });
  const scrolled = () => {
    if (box === undefined) return;
    setTop(box.scrollTop);
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < ROW_PX * 2;
    // Growing moves the end away too: only a person's scroll up leaves it.
    if (!atEnd && props.follow && box.scrollTop < lastTop) props.onFollow(false);
    lastTop = box.scrollTop;
  };

  return (
    <div
      class="console-list"
      ref={box}
      onScroll={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={consoleWords.title}
    >
      <div style={{ height: `${count() * ROW_PX}px`, position: 'relative' }}>
        <div style={{ position: 'absolute', top: `${shown().first * ROW_PX}px`, 'min-width': '100%' }}>
          <For each={props.rows.slice(shown().first, shown().end)}>
            {(row) => (
              <div class={`console-row ${row.line.kind} ${row.line.level}`} data-kind={row.line.kind}>
                <Show when={row.detail === undefined} fallback={<span class="console-detail">{row.detail}</span>}>
                  <button
                    type="button"
                    class="console-time"
                    title={`${utcTime(row.line.at)} · ${consoleWords.expand}`}
                    disabled={row.line.hex === ''}
                    onClick={() => props.onUnfold(row.serial)}
                  >
                    {props.time === 'clock'
                      ? clockTimeMs(row.line.at)
                      : deltaWords(row.previousAt === undefined ? 0 : row.line.at - row.previousAt)}
                  </button>
                  <span class="console-kind">{consoleWords.kinds[row.line.kind]}</span>
                  <span class="console-text">{row.line.text}</span>
                </Show>
              </div>
            )}
          </For>
        </div>
      </div>
    </div>
  );
}

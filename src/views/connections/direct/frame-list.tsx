import { createEffect, createSignal, For, type JSX, on, Show } from 'solid-js';
import { clockTime } from '../../../components/clock-words.ts';
import { connectionTools } from '../../../i18n/connection-tools.ts';
import type { DirectFrame } from './direct.ts';
import './frame-list.css';

const words = connectionTools.tester;
const ARROWS = { in: '↓', out: '↑', note: '·' } as const;
const SHOWN_CHARS = 400;

/** Frames in order, newest at the bottom and in sight unless somebody reads further up. One that is chosen is shown whole. */
export function FrameList(props: { readonly frames: readonly DirectFrame[]; readonly most?: number }): JSX.Element {
  let box: HTMLOListElement | undefined;
  const [chosen, setChosen] = createSignal<DirectFrame>();
  const shown = () => props.frames.slice(-(props.most ?? 200));
  createEffect(
    on(shown, () => {
      if (box === undefined) return;
      const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
      if (atEnd) queueMicrotask(() => box?.scrollTo({ top: box.scrollHeight }));
    }),
  );
  const pretty = (frame: DirectFrame): string =>
    frame.json === undefined ? frame.text : JSON.stringify(frame.json, undefined, 2);

  return (
    <div class="frame-list">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by keyboard */}
      <ol class="frames mono" ref={box} tabIndex={0} aria-label={words.frames(props.frames.length, 0)}>
        <For each={shown()}>
          {(frame) => (
            <li class={`frame ${frame.dir}`} data-dir={frame.dir}>
              <button
                type="button"
                class="frame-line"
                aria-expanded={chosen() === frame}
                onClick={() => setChosen(chosen() === frame ? undefined : frame)}
              >
                <span class="soft">{clockTime(frame.at)}</span>
                <span>
                  <span aria-hidden="true">{ARROWS[frame.dir]}</span>
                  <span class="visually-hidden">{words.directions[frame.dir]}</span>
                </span>
                <span class="soft frame-size">{frame.dir === 'note' ? '' : `${frame.bytes} B`}</span>
                <Show when={frame.label !== ''}>
                  <span class="tag">{frame.label}</span>
                </Show>
                <span class="frame-text">{frame.text.slice(0, SHOWN_CHARS)}</span>
              </button>
              <Show when={chosen() === frame}>
                <pre class="frame-whole">{pretty(frame)}</pre>
              </Show>
            </li>
          )}
        </For>
      </ol>
    </div>
  );
}

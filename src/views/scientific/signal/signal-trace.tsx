import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js';
import { formatCount, formatValue } from '../../../components/format-value.ts';
import { pageShown } from '../../../components/page-shown.ts';
import { scientific as words } from '../../../i18n/scientific.ts';
import type { ChannelSamples } from '../../../link/create-samples.ts';
import { TraceStrip } from './trace-strip.ts';

export interface SignalTraceProps {
  readonly label: string;
  readonly channels: readonly string[];
  readonly chosen: string;
  readonly spanMs: number;
  readonly samples: ChannelSamples;
  readonly isHeld: boolean;
  readonly onChoose: (channel: string) => void;
  /** Spikes that were found here in the chosen channel. */
  readonly onSpikes: (count: number) => void;
}

const MOST_LANE_PX = 64;
const LEAST_LANE_PX = 11;
const WANTED_PX = 480;
const TELL_EVERY_MS = 500;
const FRAMES = 64;
const colour = (token: string) => getComputedStyle(document.documentElement).getPropertyValue(token).trim();

/** Traces that run to the left; a click chooses a channel. Draws only while it is seen and not held. */
export function SignalTrace(props: SignalTraceProps): JSX.Element {
  let canvas: HTMLCanvasElement | undefined;
  const [widthPx, setWidthPx] = createSignal(600);
  const [scaleUv, setScaleUv] = createSignal(10);
  const [frameMs, setFrameMs] = createSignal<number>();
  const lanePx = () =>
    Math.round(Math.max(LEAST_LANE_PX, Math.min(MOST_LANE_PX, WANTED_PX / Math.max(1, props.channels.length))));
  const look = () => ({
    ...{ widthPx: widthPx(), lanePx: lanePx(), spanMs: props.spanMs, ratio: devicePixelRatio },
    ...{ ink: colour('--ink-2'), chosenInk: colour('--accent-ink'), spikeInk: colour('--warn-ink') },
    ...{ lineInk: colour('--line'), background: colour('--surface') },
  });

  onMount(() => {
    const context = canvas?.getContext('2d', { alpha: false });
    if (canvas === undefined || !context) return;
    const strip = new TraceStrip(context, look());
    const costs: number[] = [];
    let asked = 0;
    let toldAt = 0;
    const frame = (at: number) => {
      asked = requestAnimationFrame(frame);
      if (props.isHeld) return;
      const began = performance.now();
      strip.draw(props.channels, props.chosen, (channel) => props.samples.curves.get(channel), Date.now());
      if (canvas !== undefined) canvas.style.transform = `translateX(${-strip.offsetPx}px)`;
      costs.push(performance.now() - began);
      if (costs.length > FRAMES) costs.shift();
      if (at - toldAt < TELL_EVERY_MS) return;
      toldAt = at;
      setFrameMs([...costs].sort((a, b) => a - b)[costs.length >> 1]);
      setScaleUv(strip.scaleUv);
      props.onSpikes(strip.spikes(props.chosen));
    };
    const renew = () => {
      if (canvas === undefined) return;
      canvas.width = Math.round(2 * widthPx() * devicePixelRatio);
      canvas.style.width = `${2 * widthPx()}px`;
      canvas.height = Math.round(lanePx() * Math.max(1, props.channels.length) * devicePixelRatio);
      strip.look(look());
    };
    createEffect(on([widthPx, lanePx, () => props.channels.length, () => props.spanMs], renew));
    createEffect(() => {
      cancelAnimationFrame(asked);
      // A hidden page has no frames; what it missed is drawn from the curves when it is shown.
      if (pageShown()) asked = requestAnimationFrame(frame);
    });
    const resize = new ResizeObserver(([entry]) =>
      setWidthPx(Math.max(200, Math.floor(entry?.contentRect.width ?? 600))),
    );
    if (canvas.parentElement) resize.observe(canvas.parentElement);
    const theme = new MutationObserver(renew);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
    onCleanup(() => {
      cancelAnimationFrame(asked);
      resize.disconnect();
      theme.disconnect();
    });
  });

  return (
    <figure class="lab-trace" data-frame-ms={frameMs()?.toFixed(2)}>
      <div class="lab-trace-lanes" style={{ '--lane': `${lanePx()}px` }}>
        <ol class="lab-trace-names mono" aria-hidden="true">
          <For each={props.channels}>
            {(channel, index) => (
              <li classList={{ chosen: channel === props.chosen }}>
                {lanePx() >= 14 || index() % 4 === 0 ? channel.slice(2) : ''}
              </li>
            )}
          </For>
        </ol>
        <div class="lab-trace-box">
          <canvas
            ref={canvas}
            role="img"
            aria-label={props.label}
            onClick={(event) => {
              const at = Math.floor(event.offsetY / lanePx());
              const channel = props.channels[at];
              if (channel !== undefined) props.onChoose(channel);
            }}
          />
        </div>
      </div>
      <figcaption class="row small soft">
        <span>{words.signals.channels(formatCount(props.channels.length))}</span>
        <span>{words.signals.perLane(formatCount(scaleUv()))}</span>
        <Show when={frameMs()}>{(ms) => <span>{words.signals.frame(formatValue(ms(), 1))}</span>}</Show>
        <Show when={props.samples.version() >= 0 && props.samples.curves.thinned > 0}>
          <span class="lab-alarm">{words.signals.thinned(formatCount(props.samples.curves.thinned))}</span>
        </Show>
        <Show when={props.isHeld}>
          <strong>{words.signals.held}</strong>
        </Show>
      </figcaption>
    </figure>
  );
}

import { useSearchParams } from '@solidjs/router';
import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { ageWords, durationWords } from '../../components/age-words.ts';
import { clockTime } from '../../components/clock-words.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { now } from '../../components/now.ts';
import { pageShown } from '../../components/page-shown.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import { telemetry as telemetryWords } from '../../i18n/telemetry.ts';
import { createState } from '../../link/create-state.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import { PlotGroup } from './plot-group.tsx';
import { boardSource, feedSources } from './plot-source.ts';
import { SeriesPicker } from './series-picker.tsx';
import { type Pick, readTelemetryAddress, type TelemetryAddress, writeTelemetryAddress } from './state.ts';
import { useTelemetry } from './use-telemetry.ts';
import { DEFAULT_SPAN_MS, filledSpan, pan, showRange, type Viewport, viewEnd, zoom } from './viewport.ts';
import './telemetry-view.css';

const STEP = 0.2;

/** Curves of several boards and series on one time axis. */
export function TelemetryView(): JSX.Element {
  const link = useLink();
  const boards = createState<BoardStatus>(link, () => 'boards');
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readTelemetryAddress(search));
  const change = (part: Partial<TelemetryAddress>) =>
    setSearch(writeTelemetryAddress({ ...address(), ...part }), { replace: true, scroll: false });
  const { upstreams, lines } = createUpstreams(link);
  const sources = createMemo(() => [...boards.records.values().map(boardSource), ...feedSources(upstreams(), lines())]);
  const telemetry = useTelemetry(
    sources,
    () => address().picks,
    () => address().board,
  );
  const view = () => address().view;
  const setView = (next: Viewport) => change({ view: next });
  const [pausedSince, setPausedSince] = createSignal<number>();

  const live = createMemo((before: number) => {
    if (!pageShown()) return before;
    telemetry.touch();
    return Math.max(now(), Date.now());
  }, Date.now());
  const spanMs = createMemo(() => filledSpan(view(), telemetry.firstMs(), live()));
  /** What is on the screen now: gestures start from it. */
  const onScreen = (): Viewport => ({ ...view(), spanMs: spanMs() });
  const toMs = createMemo(() => viewEnd(view(), view().untilMs === undefined ? live() : 0));
  /** A pause freezes what is on the screen; after it the span is again what it was. */
  let spanBefore: number | undefined;
  const goLive = () => {
    setPausedSince(undefined);
    setView({ spanMs: spanBefore ?? view().spanMs, untilMs: undefined });
    spanBefore = undefined;
  };
  const pause = () => {
    if (view().untilMs !== undefined) return goLive();
    setPausedSince(Date.now());
    spanBefore = view().spanMs;
    setView({ ...onScreen(), untilMs: Date.now() });
  };
  const move = (part: number) => setView(pan(onScreen(), part, Date.now()));
  const scale = (factor: number, anchor = 0.5) =>
    setView(zoom(factor < 1 ? onScreen() : view(), factor, anchor, Date.now()));
  const toggle = (pick: Pick) => {
    const shown = telemetry.shown();
    const has = shown.some((one) => one.board === pick.board && one.series === pick.series);
    const without = shown.filter((one) => one.board !== pick.board || one.series !== pick.series);
    change({ picks: has ? without : [...shown, pick] });
  };

  onMount(() => {
    const actions: Record<string, () => void> = {
      ' ': pause,
      ArrowLeft: () => move(-STEP),
      ArrowRight: () => move(STEP),
      '+': () => scale(0.5),
      '-': () => scale(2),
      l: goLive,
      L: goLive,
    };
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        target?.closest('input, select, textarea, button, summary, dialog, a')
      )
        return;
      const action = actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    onCleanup(() => window.removeEventListener('keydown', onKey));
  });

  return (
    <div class="telemetry-view">
      <header class="telemetry-bar">
        <h1 class="visually-hidden">{telemetryWords.title}</h1>
        <SeriesPicker choices={telemetry.choices()} picked={telemetry.shown()} onToggle={toggle} />
        <button
          type="button"
          class="button"
          data-do="pause"
          aria-pressed={view().untilMs !== undefined}
          onClick={pause}
        >
          {view().untilMs === undefined ? telemetryWords.pause : telemetryWords.follow}
        </button>
        <button type="button" class="button" onClick={() => move(-STEP)}>
          ← {telemetryWords.back}
        </button>
        <button type="button" class="button" disabled={view().untilMs === undefined} onClick={() => move(STEP)}>
          {telemetryWords.forward} →
        </button>
        <button
          type="button"
          class="button"
          aria-label={telemetryWords.zoomIn}
          title={telemetryWords.zoomIn}
          onClick={() => scale(0.5)}
        >
          +
        </button>
        <button
          type="button"
          class="button"
          aria-label={telemetryWords.zoomOut}
          title={telemetryWords.zoomOut}
          onClick={() => scale(2)}
        >
          −
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={address().lockY}
          onClick={() => change({ lockY: !address().lockY })}
        >
          {telemetryWords.lock}
        </button>
        <button
          type="button"
          class="button quiet"
          onClick={() => change({ view: { spanMs: DEFAULT_SPAN_MS, untilMs: undefined }, lockY: false })}
        >
          {telemetryWords.reset}
        </button>
        <span class="soft small telemetry-facts">
          {telemetryWords.span} {durationWords(view().spanMs)}
          <Show when={spanMs() < view().spanMs}> ({telemetryWords.soFar(durationWords(spanMs()))})</Show>
          <Show when={view().untilMs}>
            {(until) => (
              <strong>
                {' '}
                · ⏸{' '}
                {pausedSince() === undefined
                  ? telemetryWords.lookingBack(clockTime(until()))
                  : telemetryWords.paused(ageWords(now() - (pausedSince() ?? 0)))}
              </strong>
            )}
          </Show>
          <span data-thinned={telemetry.thinned()}> · {telemetryWords.thinned(telemetry.thinned())}</span>
        </span>
      </header>
      <Show
        when={telemetry.groups().length > 0}
        fallback={
          <div class="telemetry-empty">
            <EmptyState
              title={telemetryWords.nothing.title}
              text={`${telemetryWords.nothing.text} ${sources().length === 0 ? telemetryWords.nothing.noBoards : telemetryWords.nothing.pick}`}
            />
          </div>
        }
      >
        <div class="plots">
          <For each={telemetry.groups().map((group) => group.axis)}>
            {(axis) => (
              <PlotGroup
                axis={axis}
                members={telemetry.groups().find((group) => group.axis === axis)?.members ?? []}
                telemetry={telemetry}
                sources={sources()}
                fromMs={toMs() - spanMs()}
                toMs={toMs()}
                lockY={address().lockY}
                onRange={(from, to) => setView(showRange(from, to))}
                onPan={move}
                onZoom={scale}
                onLive={goLive}
                onRemove={toggle}
              />
            )}
          </For>
          <p class="soft small telemetry-hint">{telemetryWords.hint}</p>
        </div>
      </Show>
    </div>
  );
}

import { createEffect, createMemo, createSignal, type JSX, lazy, on, onCleanup, onMount, Show } from 'solid-js';
import { now } from '../components/now.ts';
import type { BoardStatus } from '../contract/board-status.ts';
import type { RelayStatus } from '../contract/relay-status.ts';
import type { LineStatus, UpstreamStatus } from '../contract/upstream/status.ts';
import { t } from '../i18n/en.ts';
import { createLinkStatus } from '../link/create-link-status.ts';
import { useLink } from '../link/link-context.ts';
import { talking } from '../views/voice/talking.ts';
import { connectionSentence, type SentenceLevel } from './connection-sentence.ts';
import { EmergencyStop } from './stop-button.tsx';

/** Most people do not talk. */
const TalkingChip = lazy(async () => ({ default: (await import('./talking-chip.tsx')).TalkingChip }));

const SHAPES: Record<SentenceLevel, string> = { ok: '●', wait: '◌', warn: '◐', alarm: '▲' };

export interface TopBarProps {
  readonly boards: readonly BoardStatus[];
  readonly upstreams: readonly UpstreamStatus[];
  readonly lines: readonly LineStatus[];
  readonly relay: RelayStatus | undefined;
  readonly by: string;
  readonly onPalette: () => void;
}

/** The state of everything in words, the way to everything, and STOP. */
export function TopBar(props: TopBarProps): JSX.Element {
  const status = createLinkStatus(useLink());
  const [online, setOnline] = createSignal(navigator.onLine);
  onMount(() => {
    const update = () => setOnline(navigator.onLine);
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    onCleanup(() => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    });
  });
  const sentence = createMemo(
    () =>
      connectionSentence({
        link: status(),
        relay: props.relay,
        boards: props.boards,
        upstreams: props.upstreams,
        lines: props.lines,
        online: online(),
        now: Math.max(now(), Date.now()),
      }),
    undefined,
    { equals: (a, b) => a.text === b.text && a.level === b.level },
  );
  // Read out when its meaning changes, not when the seconds in it do.
  const [spoken, setSpoken] = createSignal('');
  createEffect(
    on(
      () => sentence().level,
      () => setSpoken(sentence().text),
    ),
  );

  return (
    <header class="top-bar">
      <p class={`sentence ${sentence().level}`} data-level={sentence().level}>
        <span aria-hidden="true">{SHAPES[sentence().level]}</span>
        <span class="sentence-text">{sentence().text}</span>
      </p>
      <p class="visually-hidden" role="status">
        {spoken()}
      </p>
      <Show when={talking()}>{(it) => <TalkingChip talking={it()} />}</Show>
      <button type="button" class="button palette-button" onClick={() => props.onPalette()}>
        <span class="palette-word">{t.app.palette.open}</span>
        <span class="palette-short">{t.app.palette.short}</span> <kbd>Ctrl K</kbd>
      </button>
      <a class="client-name soft" href="/settings" title={t.app.clientName}>
        {props.by}
      </a>
      <EmergencyStop boards={props.boards} by={props.by} />
    </header>
  );
}

import { useLocation, useNavigate } from '@solidjs/router';
import {
  createMemo,
  createSignal,
  ErrorBoundary,
  lazy,
  onCleanup,
  onMount,
  type ParentProps,
  Show,
  Suspense,
} from 'solid-js';
import { boardState } from '../components/board-state.ts';
import { now } from '../components/now.ts';
import { Toasts } from '../components/toasts.tsx';
import type { BoardStatus } from '../contract/board-status.ts';
import type { RelayStatus } from '../contract/relay-status.ts';
import { t } from '../i18n/en.ts';
import { createState } from '../link/create-state.ts';
import { createUpstreams } from '../link/create-upstreams.ts';
import { useLink } from '../link/link-context.ts';
import { BrokenView } from './broken-view.tsx';
import { Prompts } from './prompts.tsx';
import { Rail } from './rail.tsx';
import { VIEWS } from './routes.ts';
import { isTyping, shortcutFor } from './shortcuts.ts';
import { TopBar } from './top-bar.tsx';
import { upstreamTrouble } from './upstream-sentence.ts';
import './shell.css';

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }));
const ShortcutList = lazy(async () => ({ default: (await import('./shortcut-list.tsx')).ShortcutList }));

const SEQUENCE_MS = 1000;

/** What stays while views come and go: rail, top bar, prompts, layers, keys. */
export function Shell(props: ParentProps) {
  const link = useLink();
  const navigate = useNavigate();
  const location = useLocation();
  const boards = createState<BoardStatus>(link, () => 'boards');
  const relay = createState<RelayStatus>(link, () => 'relay');
  const { upstreams, lines } = createUpstreams(link);
  const [layer, setLayer] = createSignal<'palette' | 'help'>();
  const list = createMemo(() => boards.records.values());
  const by = () => relay.records.get('relay')?.client.name ?? t.boards.path.here;
  const view = () => VIEWS.find(({ path }) => path === location.pathname)?.name ?? t.app.name;
  const needsYou = createMemo(
    () => [
      ...(list().some((board) => ['silent', 'retrying'].includes(boardState(board, now()).is)) ? ['/'] : []),
      ...(upstreamTrouble({ upstreams: upstreams(), lines: lines(), relay: relay.records.get('relay'), now: now() })
        ? ['/connections']
        : []),
    ],
    undefined,
    { equals: (a, b) => a.join() === b.join() },
  );

  let before: { readonly key: string; readonly at: number } | undefined;
  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      const recent = before !== undefined && event.timeStamp - before.at < SEQUENCE_MS ? before.key : undefined;
      const action = shortcutFor(
        {
          key: event.key,
          ctrl: event.ctrlKey || event.metaKey,
          alt: event.altKey,
          typing: isTyping(event.target),
          before: recent,
        },
        VIEWS,
      );
      before = action?.do === 'wait' ? { key: event.key, at: event.timeStamp } : undefined;
      if (action === undefined || action.do === 'wait') return;
      event.preventDefault();
      if (action.do === 'go') navigate(action.path);
      else setLayer(action.do);
    };
    window.addEventListener('keydown', onKey);
    onCleanup(() => window.removeEventListener('keydown', onKey));
  });

  return (
    <div class="shell">
      <a class="skip" href="#view">
        {t.app.skip}
      </a>
      <Rail needsYou={needsYou()} />
      <TopBar
        boards={list()}
        upstreams={upstreams()}
        lines={lines()}
        relay={relay.records.get('relay')}
        by={by()}
        onPalette={() => setLayer('palette')}
      />
      <main id="view" class="view" tabIndex={-1}>
        <Prompts />
        <ErrorBoundary fallback={(error, again) => <BrokenView name={view()} error={error} again={again} />}>
          <Suspense fallback={<p class="loading soft">{t.app.loading(view())}</p>}>{props.children}</Suspense>
        </ErrorBoundary>
      </main>
      <Suspense>
        <Show when={layer() === 'palette'}>
          <CommandPalette boards={list()} by={by()} onClose={() => setLayer(undefined)} />
        </Show>
        <Show when={layer() === 'help'}>
          <ShortcutList onClose={() => setLayer(undefined)} />
        </Show>
      </Suspense>
      <Toasts />
    </div>
  );
}

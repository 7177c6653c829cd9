import { showToast } from '../../components/toasts.tsx';
import { connections as words } from '../../i18n/connections.ts';
import type { HubLink } from '../../link/link.ts';

export type RowAction = 'stop' | 'start' | 'restart';

const DONE = { stop: words.actions.stopped, start: words.actions.started, restart: words.actions.restarted } as const;

/** Stops, starts or restarts an upstream or one connection, for all tabs; says how it went. A stop can be undone at once. */
export async function actOn(link: HubLink, action: RowAction, id: string, name: string): Promise<void> {
  const outcome = await link.ask((hub) => hub.upstream({ do: action, id }));
  if (!outcome.ok) {
    showToast(words.actions.failed(outcome.error.message));
    return;
  }
  showToast(
    DONE[action](name),
    action === 'stop' ? { label: words.actions.start, run: () => void actOn(link, 'start', id, name) } : undefined,
  );
}

/** Puts text into the clipboard and says so, or why not. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast(done);
  } catch (cause) {
    showToast(words.notCopied(String(cause)));
  }
}

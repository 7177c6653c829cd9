import { createSignal } from 'solid-js';
import type { Me } from '../contract/access.ts';
import { accessApi } from './access-api.ts';

/**
 * ```text
 *  unknown (no answer yet, or no server: the app works on its own) ─▶ in ⇄ out
 * ```
 */
export type AccessState =
  | { readonly is: 'unknown' }
  | { readonly is: 'in'; readonly me: Me }
  /** ended: it was paired once. */
  | { readonly is: 'out'; readonly ended: boolean };

const [state, setState] = createSignal<AccessState>({ is: 'unknown' });
let asking: Promise<void> | undefined;

/** Who this browser is to the server, as far as it is known; one answer for the whole page. */
export const accessState = state;

/** Asks again. Several at once are one question; a server that does not answer changes nothing. */
export function checkAccess(): Promise<void> {
  asking ??= accessApi.me().then((asked) => {
    asking = undefined;
    if (asked.ok) setState({ is: 'in', me: asked.value });
    else if (asked.status === 401) setState({ is: 'out', ended: asked.refusal.code === 'session-ended' });
  });
  return asking;
}

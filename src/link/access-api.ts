import type { AccessRefusal, Me, PairedDevice, PairingCode, Role, ServiceToken } from '../contract/access.ts';

export type Asked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly refusal: AccessRefusal }
  /** No server, or something else that answers in its place. */
  | {
      readonly ok: false;
      readonly status: 0;
      readonly refusal: { readonly code: 'offline'; readonly message: string };
    };

const ANSWER_MS = 10_000;

/** One request to `/api/access`. Never rejects: a server that is away is a normal state. */
async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Asked<T>> {
  const offline = (message: string) => ({ ok: false, status: 0, refusal: { code: 'offline', message } }) as const;
  try {
    const response = await fetch(`/api/access/${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (response.status === 204) return { ok: true, value: undefined as T };
    // A captive portal or a plain file server answers with a page.
    if (!response.headers.get('Content-Type')?.startsWith('application/json'))
      return offline(`HTTP ${response.status}`);
    const value: unknown = await response.json();
    return response.ok
      ? { ok: true, value: value as T }
      : { ok: false, status: response.status, refusal: value as AccessRefusal };
  } catch (cause) {
    return offline(String(cause));
  }
}

/** Who this browser is to the server, and what may be done about others. The cookie goes along by itself; no script sees it. */
export const accessApi = {
  me: () => ask<Me>('GET', 'me'),
  pair: (code: string) => ask<{ readonly name: string; readonly role: Role }>('POST', 'pair', { code }),
  signOut: () => ask<undefined>('POST', 'logout', {}),
  invite: (role: Role, name: string) => ask<PairingCode>('POST', 'codes', { role, name }),
  devices: () => ask<{ readonly sessions: readonly PairedDevice[] }>('GET', 'sessions'),
  revokeDevice: (id: string) => ask<undefined>('DELETE', `sessions/${id}`),
  tokens: () => ask<{ readonly tokens: readonly ServiceToken[] }>('GET', 'tokens'),
  revokeToken: (id: string) => ask<undefined>('DELETE', `tokens/${id}`),
};

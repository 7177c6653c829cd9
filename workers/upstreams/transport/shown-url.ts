const SECRET = /token|key|secret|password|auth|sig|code/i;

/** An address for people: without what must not be read over a shoulder. */
export function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  for (const name of [...shown.searchParams.keys()]) if (SECRET.test(name)) shown.searchParams.set(name, '***');
  return shown.href;
}

const HERE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** It goes to this very computer, network or not. */
export const isThisComputer = (url: string): boolean => URL.canParse(url) && HERE.test(new URL(url).hostname);

/** The same place by another scheme: `http` ↔ `ws`, `https` ↔ `wss`. */
export const asWebSocketUrl = (url: string): string => url.replace(/^http/i, 'ws');
export const asHttpUrl = (url: string): string => url.replace(/^ws/i, 'http');

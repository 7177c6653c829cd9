import { isLoopback } from '../config.ts';

/**
 * Whether a page of this origin may open a socket here: it came from this very server, or both run on this computer (a page under
 * development on another port). No Origin: not a browser (an agent, a script), which nobody can forge a person's session into.
 * On loopback the Host header must be loopback too, so that a foreign name that resolves to 127.0.0.1 (DNS rebinding) is refused.
 */
export function isOriginAllowed(origin: string | undefined, host: string | undefined, boundTo: string): boolean {
  const hostName = hostOf(`http://${host ?? ''}`);
  if (hostName === undefined) return false;
  if (isLoopback(boundTo) && !isLoopback(hostName.name)) return false;
  if (origin === undefined) return true;
  const page = hostOf(origin);
  if (page === undefined) return false;
  return page.host === hostName.host || (isLoopback(page.name) && isLoopback(hostName.name));
}

function hostOf(url: string): { readonly host: string; readonly name: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host, hostname, protocol } = new URL(url);
  return hostname !== '' && (protocol === 'http:' || protocol === 'https:') ? { host, name: hostname } : undefined;
}

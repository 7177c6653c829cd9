import { isLoopback } from '../config.ts';

/** How strictly a page's origin is looked at. */
export interface OriginRules {
  /** The request came by TLS: then so did the page. Default: either. */
  readonly secure?: boolean;
  /**
   * People sign in here: only pages of this very server count. Otherwise two pages on this computer trust each other (one under
   * development on another port).
   */
  readonly strict?: boolean;
}

/**
 * Whether a page of this origin may open a socket or change something here: it came from this very server, or both run on this
 * computer. No Origin: not a browser (an agent, a script), which nobody can forge a person's session into.
 * On loopback the Host header must be loopback too, so that a foreign name that resolves to 127.0.0.1 (DNS rebinding) is refused.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  boundTo: string | undefined,
  rules: OriginRules = {},
): boolean {
  const scheme = rules.secure ? 'https' : 'http';
  const hostName = hostOf(`${scheme}://${host ?? ''}`);
  if (hostName === undefined) return false;
  if (boundTo !== undefined && isLoopback(boundTo) && !isLoopback(hostName.name)) return false;
  if (origin === undefined) return true;
  const page = hostOf(origin);
  if (page === undefined || (rules.secure && page.protocol !== 'https:')) return false;
  if (page.host === hostName.host) return true;
  return !rules.strict && isLoopback(page.name) && isLoopback(hostName.name);
}

interface Host {
  readonly host: string;
  readonly name: string;
  readonly protocol: string;
}

function hostOf(url: string): Host | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host, hostname, protocol } = new URL(url);
  return hostname !== '' && (protocol === 'http:' || protocol === 'https:')
    ? { host, name: hostname, protocol }
    : undefined;
}

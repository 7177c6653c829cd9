/** By TLS the browser itself promises that no other host, path or plain page set it (`__Host-`). */
export const cookieName = (secure: boolean): string => (secure ? '__Host-hyphae' : 'hyphae');

/**
 * The value of one cookie of a `Cookie` header; undefined when it is not there, or there twice: then somebody else has set one, and
 * which of them is ours cannot be known.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  let found: string | undefined;
  for (const part of header?.split(';') ?? []) {
    const equals = part.indexOf('=');
    if (equals < 0 || part.slice(0, equals).trim() !== name) continue;
    if (found !== undefined) return undefined;
    found = part.slice(equals + 1).trim();
  }
  return found;
}

/**
 * `Set-Cookie` for a session. No script reads it, no other site sends it.
 * @param value of characters that a cookie may have; ours are base64url and dots.
 */
export function sessionCookie(value: string, secure: boolean, maxAgeMs: number): string {
  const maxAge = Math.floor(maxAgeMs / 1000);
  const flags = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${cookieName(secure)}=${value}; ${flags}`;
}

export const noCookie = (secure: boolean): string => sessionCookie('', secure, 0);

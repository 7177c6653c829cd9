/** What MAS does with what is said on `/ws/devices/{id}` (contract mas-devices §3). */
export type SocketReply = { readonly is: 'pong' } | { readonly is: 'nothing' } | { readonly is: 'close' };

export function deviceSocketReply(data: string | Uint8Array): SocketReply {
  if (typeof data !== 'string') return { is: 'close' };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { is: 'close' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { is: 'close' };
  return (value as { type?: unknown }).type === 'ping' ? { is: 'pong' } : { is: 'nothing' };
}

/** Python's `datetime.now(timezone.utc).isoformat()`. */
export const awareTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000+00:00`;

/** Python's `datetime.utcnow().isoformat()`: UTC that does not say so. */
export const naiveTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000`;

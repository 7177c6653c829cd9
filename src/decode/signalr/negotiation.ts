/** What a hub answers before a connection is made. */
export interface Negotiation {
  /** What the hub calls the connection afterwards. */
  readonly connectionId: string;
  /** What the transport must be opened with, as `?id=`. */
  readonly connectQuery: string;
  readonly transports: readonly string[];
}

export type ReadNegotiation =
  | { readonly is: 'negotiated'; readonly negotiation: Negotiation }
  /** Ask there, with this token. */
  | { readonly is: 'redirect'; readonly url: string; readonly accessToken: string | undefined }
  | { readonly is: 'rejected'; readonly error: string }
  | { readonly is: 'bad' };

/** Reads the parsed answer. Old hubs (version 0) have no token of their own: the id is both. Never throws. */
export function readNegotiation(answer: unknown): ReadNegotiation {
  if (typeof answer !== 'object' || answer === null) return { is: 'bad' };
  const { error, url, accessToken, connectionId, connectionToken, negotiateVersion, availableTransports } =
    answer as Readonly<Record<string, unknown>>;
  if (typeof error === 'string' && error !== '') return { is: 'rejected', error };
  if (typeof url === 'string' && url !== '')
    return { is: 'redirect', url, accessToken: typeof accessToken === 'string' ? accessToken : undefined };
  if (typeof connectionId !== 'string' || connectionId === '') return { is: 'bad' };
  const isNew = typeof negotiateVersion === 'number' && negotiateVersion >= 1;
  if (isNew && (typeof connectionToken !== 'string' || connectionToken === '')) return { is: 'bad' };
  const token = isNew ? String(connectionToken) : connectionId;
  return {
    is: 'negotiated',
    negotiation: {
      connectionId,
      connectQuery: `id=${encodeURIComponent(token)}`,
      transports: Array.isArray(availableTransports) ? availableTransports.flatMap(transportName) : [],
    },
  };
}

function transportName(entry: unknown): string[] {
  const name =
    typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>).transport : undefined;
  return typeof name === 'string' ? [name] : [];
}

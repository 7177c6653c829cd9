/** One record of a SignalR hub (JSON protocol), after its handshake. */
export type HubRecord =
  | {
      readonly is: 'invocation';
      readonly target: string;
      readonly args: readonly unknown[];
      readonly invocationId: string | undefined;
    }
  | {
      readonly is: 'completion';
      readonly invocationId: string;
      readonly result: unknown;
      readonly error: string | undefined;
    }
  | { readonly is: 'ping' }
  | { readonly is: 'close'; readonly error: string | undefined; readonly allowReconnect: boolean }
  /** Streams, acknowledgements, sequence numbers, and types of a newer protocol: legal, nothing of ours. */
  | { readonly is: 'other'; readonly type: number; readonly record: object }
  | { readonly is: 'bad'; readonly why: BadHubRecord };

export type BadHubRecord = 'bad-json' | 'not-object' | 'no-type' | 'bad-invocation' | 'bad-completion';

export type HubHandshake =
  | { readonly is: 'accepted' }
  | { readonly is: 'rejected'; readonly error: string }
  | { readonly is: 'bad'; readonly why: BadHubRecord };

const bad = (why: BadHubRecord): { readonly is: 'bad'; readonly why: BadHubRecord } => ({ is: 'bad', why });

/** Reads one record without its end mark. Never throws. */
export function readHubRecord(text: string): HubRecord {
  const record = parse(text);
  if (typeof record === 'string') return bad(record);
  switch (record.type) {
    case 1:
      return readInvocation(record);
    case 3:
      return readCompletion(record);
    case 6:
      return { is: 'ping' };
    case 7:
      return { is: 'close', error: textOf(record.error), allowReconnect: record.allowReconnect === true };
    default:
      return typeof record.type === 'number' ? { is: 'other', type: record.type, record } : bad('no-type');
  }
}

/** Reads the other side's answer to the handshake: `{}` or `{"error": …}`. Never throws. */
export function readHubHandshake(text: string): HubHandshake {
  const record = parse(text);
  if (typeof record === 'string') return bad(record);
  const error = textOf(record.error);
  if (error !== undefined) return { is: 'rejected', error };
  // A record of the protocol proper in its place: the other side does not speak what we asked for.
  return record.type === undefined ? { is: 'accepted' } : bad('not-object');
}

type Json = Readonly<Record<string, unknown>>;

function parse(text: string): Json | BadHubRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'bad-json';
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : 'not-object';
}

function readInvocation({ target, arguments: args, invocationId }: Json): HubRecord {
  if (typeof target !== 'string' || target === '') return bad('bad-invocation');
  // Without arguments it is an invocation of none: whether one is due is for the target to say.
  if (args !== undefined && args !== null && !Array.isArray(args)) return bad('bad-invocation');
  return { is: 'invocation', target, args: args ?? [], invocationId: textOf(invocationId) };
}

function readCompletion({ invocationId, result, error }: Json): HubRecord {
  if (typeof invocationId !== 'string' || invocationId === '') return bad('bad-completion');
  return { is: 'completion', invocationId, result, error: textOf(error) };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

import * as v from 'valibot';

/** What a border makes of one text frame. `unknown-type` is not an error: the peer is newer and says more than we know. */
export type Parsed<T> =
  | { readonly is: 'message'; readonly message: T }
  | { readonly is: 'unknown-type'; readonly type: string }
  /** `rid`: the question it would have been, if that much could be read, so that it can be answered. */
  | { readonly is: 'bad'; readonly reason: string; readonly rid: number | undefined };

/**
 * Reads one JSON message by the schema that its `t` names. Never throws.
 * @param isPlain a quick look that lets a message through without its schema: only what the schema would take as it is.
 */
export function parseMessage<T extends { readonly t: string }>(
  text: string,
  schemas: { readonly [K in T['t']]: v.GenericSchema<unknown, Extract<T, { t: K }>> },
  isPlain?: (value: { readonly t: string }) => boolean,
): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { is: 'bad', reason: 'not JSON', rid: undefined };
  }
  if (typeof value !== 'object' || value === null || !('t' in value) || typeof value.t !== 'string')
    return { is: 'bad', reason: 'no message type', rid: undefined };
  if (!Object.hasOwn(schemas, value.t)) return { is: 'unknown-type', type: value.t.slice(0, 40) };
  if (isPlain?.(value as { readonly t: string })) return { is: 'message', message: value as T };
  const schema: v.GenericSchema<unknown, T> = schemas[value.t as T['t']];
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { is: 'message', message: result.output };
  const issue = result.issues[0];
  const where = v.getDotPath(issue)?.slice(0, 100) ?? 'message';
  return { is: 'bad', reason: `${value.t}: ${where}: ${issue.message.slice(0, 200)}`, rid: ridOf(value) };
}

function ridOf(value: object): number | undefined {
  const rid = 'rid' in value ? value.rid : 'id' in value ? value.id : undefined;
  return Number.isSafeInteger(rid) && (rid as number) >= 0 ? (rid as number) : undefined;
}

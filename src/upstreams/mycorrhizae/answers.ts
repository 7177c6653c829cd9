import type { MycorrhizaePublished } from '../../contract/upstream/mycorrhizae.ts';
import { isJsonObject } from '../../decode/json-object.ts';
import { readRefusal } from './refusal.ts';

/** What came of a publish: done, or why not. `again`: the same may work later. */
export type PublishResult =
  | { readonly ok: true; readonly value: MycorrhizaePublished }
  | { readonly ok: false; readonly again: boolean; readonly reason: string; readonly why: string };

/** The answer to a publish. That it is stored is said, and not so: the claim is passed on as a flag, not as a fact. */
export function readPublished(status: number, value: unknown, now: number): PublishResult {
  if (status >= 200 && status < 300) {
    if (!isJsonObject(value) || typeof value.message_id !== 'string')
      return { ok: false, again: false, reason: 'bad-answer', why: 'the answer has no message id' };
    return {
      ok: true,
      value: {
        messageId: value.message_id,
        channel: typeof value.channel === 'string' ? value.channel : '',
        notified: typeof value.subscribers_notified === 'number' ? value.subscribers_notified : 0,
        flags: value.persisted === true ? ['persisted-not-trusted'] : [],
      },
    };
  }
  const refusal = readRefusal(status, JSON.stringify(value ?? null), now);
  const word = /^(?:Invalid message type|Channel not found|envelope_\w+)/.exec(
    refusal.why.replace(/^HTTP \d+: /, ''),
  )?.[0];
  const reason = word?.toLowerCase().replaceAll(/[ _]/g, '-') ?? refusal.reason;
  return { ok: false, again: refusal.is === 'retry', reason, why: refusal.why };
}

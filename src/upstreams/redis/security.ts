import type { RedisSecurity } from '../../contract/upstream/redis.ts';
import { isJsonObject } from '../../decode/json-object.ts';
import { detailsOf, type FeedMessage, textOf } from './about.ts';

/** `security:*` and the stream `security:events`: under two spellings of the same names, in forms of their own. Section 3.7. */
export function readSecurity({ data, about, out }: FeedMessage): void {
  const payload = isJsonObject(data.payload) ? data.payload : {};
  const incident = isJsonObject(payload.incident)
    ? payload.incident
    : isJsonObject(data.incident)
      ? data.incident
      : undefined;
  const said = incident ?? data;
  const source = textOf(data.source);
  out.event('security', {
    ...about,
    ...(source === undefined ? {} : { source }),
    t: 'security',
    what: (textOf(data.event_type) ?? textOf(data.event) ?? textOf(data.action) ?? textOf(data.type) ?? '').slice(
      0,
      64,
    ),
    severity: (textOf(data.threat_level) ?? textOf(said.severity))?.slice(0, 64),
    text: textOf(data.signature) ?? textOf(said.title) ?? textOf(said.description) ?? textOf(data.reason),
    details: detailsOf(said),
  } satisfies RedisSecurity);
}

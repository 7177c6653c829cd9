import * as v from 'valibot';
import type { CustomFeed } from './custom-feed.ts';

const path = v.pipe(v.string(), v.maxLength(200));
const word = v.pipe(v.string(), v.maxLength(64));
const ms = v.pipe(v.number(), v.minValue(1_000), v.maxValue(86_400_000));

/** A feed as it comes from a file. */
export const CUSTOM_FEED = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'an id has 1 to 32 of a-z, 0-9 and -')),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  url: v.pipe(v.string(), v.maxLength(2_000), v.regex(/^(https?:\/\/|wss?:\/\/|\/)/, 'no address')),
  transport: v.picklist(['signalr', 'websocket', 'sse', 'poll']),
  everyMs: v.exactOptional(ms),
  listen: v.exactOptional(v.pipe(v.array(word), v.maxLength(32))),
  hello: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(2_000))), v.maxLength(16))),
  staleMs: ms,
  map: v.object({
    kind: v.picklist(['events', 'state', 'samples']),
    items: v.exactOptional(path),
    key: v.exactOptional(path),
    time: v.exactOptional(path),
    values: v.pipe(v.array(v.object({ path, name: word, unit: v.pipe(v.string(), v.maxLength(16)) })), v.maxLength(64)),
  }),
}) satisfies v.GenericSchema<CustomFeed>;

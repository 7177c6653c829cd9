import { MYCORRHIZAE_PARTS } from '../../src/contract/upstream/mycorrhizae.ts';
import { isJsonObject } from '../../src/decode/json-object.ts';
import { MycorrhizaeReader } from '../../src/upstreams/mycorrhizae/reader.ts';
import { isFeedRecord } from '../../src/upstreams/redis/reader.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import { publish } from './mycorrhizae/publish.ts';
import { MycorrhizaeSubscriptions } from './mycorrhizae/subscriptions.ts';

/** Where our server brings in what devices said over Redis. */
const FEED = 'events/feed/mycorrhizae.device';

/** Mycorrhizae: its event streams, and the same messages by Redis, which its streams do not all see. */
export const mycorrhizaeAdapter: AdapterKind = {
  id: 'mycorrhizae',
  name: 'Mycorrhizae',
  parts: MYCORRHIZAE_PARTS,
  start,
};

function start(host: AdapterHost): Adapter {
  const reader = new MycorrhizaeReader();
  const subscriptions = new MycorrhizaeSubscriptions(host, reader);
  const stopFeed = host.relay?.read(FEED, (records, gap) => {
    if (gap !== undefined) for (const part of ['messages', 'telemetry']) host.out.gap(part, gap);
    for (const record of records) readFeed(record, reader, host);
  });
  return {
    async call(name, args) {
      const pattern = isJsonObject(args) ? args.pattern : undefined;
      switch (name) {
        case 'subscribe': {
          const why = subscriptions.subscribe(pattern);
          return why === undefined ? done : { ok: false, error: { code: 'bad-message', message: why } };
        }
        case 'unsubscribe':
          return typeof pattern === 'string' && subscriptions.unsubscribe(pattern)
            ? done
            : { ok: false, error: { code: 'bad-message', message: 'that pattern is not listened to' } };
        case 'patterns':
          return { ok: true, value: subscriptions.list() };
        case 'publish':
          return publish(host, args);
        default:
          return {
            ok: false,
            error: { code: 'no-such-upstream', message: `Mycorrhizae cannot be asked for "${name}"` },
          };
      }
    },
    stop: () => stopFeed?.(),
  };
}

const done = { ok: true, value: undefined } as const;

function readFeed(record: unknown, reader: MycorrhizaeReader, host: AdapterHost): void {
  if (!isFeedRecord(record)) {
    host.out.count('dropped', 'bad-feed-record');
    return;
  }
  const context = host.context();
  const simulated = context.simulated || record.flags.includes('simulated');
  reader.value(record.data, undefined, host.out, { ...context, simulated }, { flags: ['via-redis'] });
}

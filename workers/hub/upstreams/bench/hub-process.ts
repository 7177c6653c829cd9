// A hub's upstreams in a process of their own, so that what they cost is theirs alone. Told where each upstream is; every channel is read as
// a tab would read it.
import type { ChannelName } from '../../../../src/contract/channel.ts';
import type { UpstreamListing } from '../../../../src/contract/upstream/listing.ts';
import type { LineStatus, TapRecord, TransportName } from '../../../../src/contract/upstream/status.ts';
import { tapChannelOf } from '../../../../src/contract/upstream/status.ts';
import { memoryHubStore } from '../../../../src/storage/memory-hub-store.ts';
import { ADAPTERS } from '../../../upstreams/registry.ts';
import { Channels } from '../../channels.ts';
import type { HubEnv } from '../../hub-env.ts';
import { lonelyLocks } from '../../lonely-locks.ts';
import type { Reader } from '../../reader.ts';
import { Upstreams } from '../upstreams.ts';

export type ToHubProcess =
  | {
      readonly t: 'start';
      readonly bases: Readonly<Record<string, string>>;
      /** Channels that are looked at besides those that are always there. */
      readonly look: readonly ChannelName[];
      /** Also what goes out over each connection, for a bare client to say the same. */
      readonly tap: boolean;
    }
  | { readonly t: 'report'; readonly id: number };

export interface LineReport {
  readonly id: string;
  readonly upstream: string;
  readonly transport: TransportName;
  readonly url: string;
  readonly state: string;
  readonly frames: number;
  readonly records: number;
  /** What was said over it first. */
  readonly said: readonly string[];
}

export interface HubReport {
  readonly id: number;
  readonly cpuMs: number;
  readonly atMs: number;
  readonly heapMb: number;
  readonly rssMb: number;
  readonly lines: readonly LineReport[];
  readonly delivered: number;
}

const READ_EVERY_MS = 250;

const env: HubEnv = {
  build: 'bench',
  locks: lonelyLocks,
  store: memoryHubStore(),
  now: () => Date.now(),
  mono: () => performance.now(),
  schedule: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  makeId: () => 'bench',
};
const readers = new Map<ChannelName, Reader>();
const said = new Map<string, string[]>();
let delivered = 0;

process.on('message', (message: ToHubProcess) => {
  if (message.t === 'start') start(message);
  else process.send?.(report(message.id));
});
process.on('disconnect', () => process.exit(0));

let channels: Channels;

function start({ bases, look, tap }: Extract<ToHubProcess, { t: 'start' }>): void {
  const listing = Object.entries(bases).map(
    ([slug, base]) => ({ slug, base, configured: true, simulated: true }) as UpstreamListing,
  );
  channels = new Channels('bench', env, (name, wanted) => upstreams.demand(name, wanted));
  const upstreams: Upstreams = new Upstreams(
    env,
    {
      kinds: ADAPTERS.filter(({ id }) => Object.hasOwn(bases, id)),
      customKind: () => {
        throw new Error('no feeds here');
      },
      origin: 'http://127.0.0.1',
      fetch,
      WebSocket,
      random: Math.random,
      onOnline: () => () => undefined,
      list: async () => listing,
    },
    channels,
  );
  upstreams.open();
  for (const name of ['hub', 'upstreams', ...look]) read(name);
  setInterval(() => {
    for (const status of channels
      .state('upstreams')
      ?.read({ sub: 0, wake: () => undefined })
      .take().items ?? []) {
      if (status.t !== 'state') continue;
      for (const [, record] of status.puts) {
        const known = record as { t: string; id: string; channels?: readonly { channel: ChannelName }[] };
        for (const { channel } of known.channels ?? []) read(channel);
        if (tap && known.t === 'line') readTap(known.id);
      }
    }
  }, 1_000);
  setInterval(() => {
    for (const [name, reader] of readers) {
      const { items } = reader.take();
      delivered += items.length;
      if (!name.startsWith('events/tap/')) continue;
      for (const item of items)
        if (item.t === 'events') for (const record of item.records) keep(name, record as TapRecord);
    }
  }, READ_EVERY_MS);
}

function read(name: ChannelName): void {
  if (readers.has(name)) return;
  const reader = channels.read(name, { sub: readers.size + 1, wake: () => undefined });
  if (reader !== undefined) readers.set(name, reader);
}

const readTap = (line: string): void => read(tapChannelOf(line));

function keep(name: ChannelName, { dir, form, text }: TapRecord): void {
  if (dir !== 'out' || form === 'note') return;
  const lines = said.get(name) ?? [];
  if (lines.length < 64) lines.push(text);
  said.set(name, lines);
}

function report(id: number): HubReport {
  const { user, system } = process.cpuUsage();
  // What is garbage is no growth.
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const lines: LineReport[] = [];
  const state = channels.state('upstreams');
  for (const item of state?.read({ sub: 0, wake: () => undefined }).take().items ?? []) {
    if (item.t !== 'state') continue;
    for (const [, record] of item.puts) {
      const line = record as LineStatus;
      if (line.t !== 'line') continue;
      const { upstream, transport, url, frames, records } = line;
      lines.push({
        id: line.id,
        upstream,
        transport,
        url,
        state: line.state.is,
        frames,
        records,
        said: said.get(tapChannelOf(line.id)) ?? [],
      });
    }
  }
  return {
    id,
    cpuMs: (user + system) / 1_000,
    atMs: performance.now(),
    heapMb: heapUsed / 1e6,
    rssMb: rss / 1e6,
    lines,
    delivered,
  };
}

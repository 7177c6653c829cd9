import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS } from '../../../server/config.ts';
import type { GatewayFile } from '../../../server/gateway/config-schema.ts';
import { type HyphaeServer, startServer } from '../../../server/hyphae-server.ts';
import type { ChannelName, Gap } from '../../../src/contract/channel.ts';
import type { UpstreamSlug } from '../../../src/contract/upstream/upstream.ts';
import { memoryHubStore } from '../../../src/storage/memory-hub-store.ts';
import type { Channels } from '../../hub/channels.ts';
import { createHub, type Hub } from '../../hub/create-hub.ts';
import { FakeLocks, fakeEnv } from '../../hub/fake-world.ts';
import { tapChannel } from '../../hub/tap.ts';
import { Upstreams } from '../../hub/upstreams/upstreams.ts';
import type { AdapterKind } from '../adapter.ts';
import { customFeedKind } from '../custom-feed.ts';
import { relayUpstream } from '../relay.ts';

/** Redis, a server and a hub as they are, for tests of the whole way between them. */
export class WayLab {
  server: HyphaeServer | undefined;
  port = 0;
  readonly hubs: Hub[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'hyphae-way-'));
  readonly #timers = new Set<NodeJS.Timeout>();

  /** `feeds`: a configuration, written to a file as an operator would. `gateway`: where upstreams are. */
  async startServer(feeds?: object, gateway?: GatewayFile): Promise<void> {
    const feedsFile = join(this.#folder, 'feeds.json');
    if (feeds !== undefined) writeFileSync(feedsFile, JSON.stringify(feeds));
    this.server = await startServer({
      ...DEFAULT_LIMITS,
      drainMs: 50,
      port: this.port,
      host: '127.0.0.1',
      dist: undefined,
      logLevel: 'silent',
      ...(feeds !== undefined && { feedsFile }),
      ...(gateway !== undefined && { gateway }),
    });
    this.port = this.server.port;
  }

  async stopServer(): Promise<void> {
    await this.server?.close();
    this.server = undefined;
  }

  /** A hub with these upstreams, as it is in a browser; its channels. */
  openHub(kinds: readonly AdapterKind[]): Channels {
    let channels: Channels | undefined;
    const env = fakeEnv({
      locks: new FakeLocks().owner('hub'),
      store: memoryHubStore(),
      makeId: () => crypto.randomUUID(),
      now: Date.now,
      mono: () => performance.now(),
      schedule: this.#schedule,
    });
    const hub = createHub({
      env,
      openRelay: relayUpstream({
        url: () => `ws://127.0.0.1:${this.port}/live`,
        WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
        random: () => 0.05,
      }),
      openUpstreams: (hubEnv, hubChannels) => {
        channels = hubChannels;
        const list = async () =>
          kinds.map(({ id }) => ({ slug: id as UpstreamSlug, configured: true, simulated: false, base: `/up/${id}` }));
        const net = {
          kinds,
          customKind: customFeedKind,
          origin: `http://127.0.0.1:${this.port}`,
          fetch,
          random: () => 0.1,
          list,
        };
        return new Upstreams(
          hubEnv,
          { ...net, WebSocket: globalThis.WebSocket, onOnline: () => () => undefined },
          hubChannels,
        );
      },
    });
    this.hubs.push(hub);
    if (channels === undefined) throw new Error('the hub asked for no upstreams');
    return channels;
  }

  async close(): Promise<void> {
    for (const hub of this.hubs) hub.close();
    await this.stopServer();
    for (const timer of this.#timers) clearTimeout(timer);
    rmSync(this.#folder, { recursive: true });
  }

  #schedule = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, ms);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  };
}

/** Looks at a channel of the hub as a tab does, and keeps what it sees. */
export function look<T>(channels: Channels, channel: ChannelName) {
  const state = new Map<string, T>();
  const records: T[] = [];
  const gaps: Gap[] = [];
  const order: (T | Gap['why'])[] = [];
  const close = tapChannel({
    channels,
    channel,
    after: undefined,
    sink: (publication) => {
      if (publication.t === 'events') {
        records.push(...(publication.records as T[]));
        order.push(...(publication.records as T[]));
      } else if (publication.t === 'gap') {
        gaps.push(publication.gap);
        order.push(publication.gap.why);
      } else if (publication.t === 'state') {
        if (publication.snapshot) state.clear();
        for (const [key, record] of publication.puts) state.set(key, record as T);
        for (const key of publication.dels) state.delete(key);
      }
    },
  });
  return { state, records, gaps, order, close };
}

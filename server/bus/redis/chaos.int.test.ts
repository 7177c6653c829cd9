import { createClient } from 'redis';
import { expect, test } from 'vitest';
import type { Bus, LogChannel } from '../bus.ts';
import { eventually, receivedOf } from '../bus-contract.ts';
import type { RedisProcess } from './redis-process.ts';
import { sleep, startBuses } from './test-buses.ts';
import { conflictsOf, faultsIn, faultsOf, lastOf, makePublisher } from './test-oracle.ts';
import { startProxy, type TestProxy } from './test-proxy.ts';

const CHANNEL = 'events/x';
const SERVERS = 3;
const FAULTS = 5;

/** Chosen anew each time; the failure tells it. Set `HYPHAE_CHAOS_SEED` to run one again (the timing still differs). */
const SEED = Number(process.env.HYPHAE_CHAOS_SEED ?? Date.now() % 1_000_000);

interface Lab {
  readonly redis: RedisProcess;
  readonly proxies: readonly TestProxy[];
}

type Fault = (lab: Lab, server: number, ms: number) => Promise<void>;

const FAULT_KINDS: Readonly<Record<string, Fault>> = {
  async kill({ redis }, _server, ms) {
    await redis.kill();
    await sleep(ms);
    await redis.start();
  },
  async pause({ redis }, _server, ms) {
    redis.pause();
    await sleep(ms);
    redis.resume();
  },
  async freeze({ proxies }, server, ms) {
    proxies[server]?.freeze();
    await sleep(ms);
    proxies[server]?.thaw();
  },
  cut: async ({ proxies }, server) => proxies[server]?.cut(),
  listenersKilled: (lab) => asAdmin(lab, ['CLIENT', 'KILL', 'TYPE', 'pubsub']),
  publishersKilled: (lab) => asAdmin(lab, ['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']),
  flushed: (lab) => asAdmin(lab, ['FLUSHALL']),
  metaLost: (lab) => asAdmin(lab, ['DEL', `hyphae:{${CHANNEL}}:meta`]),
  logLost: (lab) => asAdmin(lab, ['DEL', `hyphae:{${CHANNEL}}:log`]),
};

async function asAdmin({ redis }: Lab, command: readonly string[]): Promise<void> {
  const client = await createClient({ url: redis.url }).connect();
  await client.sendCommand([...command]);
  client.destroy();
}

/** What a client would have who reads one log up to a record, and goes on in another from its cursor there; undefined: it was told. */
function resumed(from: LogChannel, upTo: number, to: LogChannel): readonly unknown[] | undefined {
  const had = receivedOf(from).slice(0, upTo + 1);
  const last = had.at(-1);
  if (last === undefined || !Array.isArray(last.value)) return undefined;
  const cursor = { epoch: last.epoch, offset: last.offset + 1 };
  const seq = to.seqAfter(cursor);
  if (seq === undefined) return undefined;
  const rest = receivedOf(to, seq).filter(
    ({ epoch, offset, value }) => !Array.isArray(value) || epoch !== cursor.epoch || offset >= cursor.offset,
  );
  return [...had, ...rest].map(({ value }) => value);
}

test.for([0, 1, 2])(
  'random faults, run %i: nothing is missing without a word, nothing twice, nothing out of order',
  { timeout: 120_000 },
  async (run, context) => {
    const random = mulberry32(SEED + run);
    const { redis, open } = await startBuses(context, { isKept: random() < 0.5 });
    const proxies: TestProxy[] = [];
    const buses: Bus[] = [];
    for (let server = 0; server < SERVERS; server++) {
      const proxy = await startProxy(redis.port);
      context.onTestFinished(proxy.close);
      proxies.push(proxy);
      buses.push(await open({ redisUrl: proxy.url, eventsLogBytes: 20_000_000 }));
    }
    const logs = await Promise.all(buses.map(async (bus) => (await bus.openLog(CHANNEL)).channel));
    const publishers = buses.map((bus, server) => makePublisher(bus, CHANNEL, `p${server}`));
    const done = new AbortController();
    const load = (async () => {
      while (!done.signal.aborted) {
        for (const publisher of publishers) if (random() < 0.7) publisher.publish();
        await sleep(random() * 4);
      }
    })();
    const kinds = Object.entries(FAULT_KINDS);
    const history: string[] = [`seed ${SEED}, run ${run}`];
    for (let n = 0; n < FAULTS; n++) {
      await sleep(random() * 300);
      const [name, fault] = kinds[Math.floor(random() * kinds.length)] ?? [];
      const server = Math.floor(random() * SERVERS);
      const ms = random() * 2_000;
      history.push(`${name} ${server} ${Math.round(ms)} ms`);
      await fault?.({ redis, proxies }, server, ms);
    }
    done.abort();
    await load;
    for (const bus of buses) await eventually(() => expect(bus.health().degraded, history.join()).toBeUndefined());
    for (const bus of buses) await eventually(() => expect(bus.stats().queuedBytes, history.join()).toBe(0));
    for (const publisher of publishers) publisher.publish();
    for (const log of logs) {
      for (const [server, publisher] of publishers.entries())
        await eventually(() => expect(lastOf(log, `p${server}`), history.join()).toBe(publisher.published - 1));
      await eventually(() => expect(log.epoch, history.join()).not.toMatch(/^local/));
    }
    expect(logs.map(faultsOf), history.join()).toEqual(logs.map(() => []));
    expect(conflictsOf(...logs), history.join()).toEqual([]);
    for (const from of logs)
      for (const to of logs)
        for (let n = 0; n < 20; n++) {
          const values = resumed(from, Math.floor(random() * receivedOf(from).length), to);
          if (values !== undefined) expect(faultsIn(values), history.join()).toEqual([]);
        }
  },
);

/** Numbers in [0, 1) that a seed decides. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

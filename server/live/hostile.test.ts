import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { Principal } from '../access/principal.ts';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { makeMetrics } from '../health.ts';
import { Relay } from '../relay/relay.ts';
import { clientFrame } from '../wire/client-frame.ts';
import { OPCODE } from '../wire/frame-encode.ts';
import { Connection } from './connection.ts';
import { deflated } from './deflated.ts';
import { makeDelivery } from './delivery.ts';
import { boardStatus } from './raw-client.ts';
import { ReceivedCounts } from './received-counts.ts';

/** Messages of the fuzz: a million in a release check (`HYPHAE_FUZZ=1000000`), fewer every day. */
const ROUNDS = Number(process.env.HYPHAE_FUZZ ?? 100_000);
const SEED = Number(process.env.HYPHAE_FUZZ_SEED ?? 20_261_125);

/** mulberry32: small, seeded, good enough to choose what to break. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The network's side of a socket: takes what is written and never answers. */
class NoWhere extends Duplex {
  readonly remoteAddress = '192.0.2.1';
  written = 0;
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.length;
    done();
  }
}

const hello = {
  t: 'hello',
  contract: CONTRACT_VERSION,
  build: 'fuzz',
  client: { id: 'a-secret-of-ten', name: 'fuzz' },
};
const request = { id: 'c', board: 'b1', name: 'status', params: { x: 1 }, by: 'me', deadline: 2_000_000 };
const SEEDS: readonly string[] = [
  hello,
  { t: 'name', name: 'other' },
  { t: 'ping', at: 1 },
  { t: 'subscribe', id: 1, channel: 'events/a', since: { epoch: 'e', offset: 3 }, every: 100, lag: 5, onLag: 'close' },
  { t: 'subscribe', id: 2, channel: 'state/a' },
  { t: 'subscribe', id: 3, channel: 'samples/a', rewind: 1_000, onLag: 'thin' },
  { t: 'subscribe', id: 4, channel: 'boards' },
  { t: 'subscribe', id: 5, channel: 'device/b1/console' },
  { t: 'unsubscribe', channel: 'events/a' },
  { t: 'publish', rid: 1, channel: 'events/a', key: 'k', records: [{ a: [1, { b: null }] }, 'text'] },
  { t: 'publish', rid: 2, channel: 'state/a', puts: [['k', { v: 1 }]], dels: ['gone'], ttlMs: 1_000 },
  { t: 'publish', channel: 'samples/a', samples: { series: ['x'], times: [1, 2], columns: [[1, null]] } },
  { t: 'offer', rid: 3, board: 'b1', status: boardStatus('b1') },
  { t: 'withdraw', board: 'b1' },
  {
    t: 'records',
    channel: 'device/b1/console',
    epoch: 'e',
    from: 0,
    records: [{ dir: 'note', at: 1, text: 'x', level: 'info' }],
  },
  { t: 'gap', channel: 'device/b1/console', gap: { why: 'unplugged', fromMs: 1, toMs: 2 } },
  { t: 'lease', rid: 4, board: 'b1', action: 'take' },
  { t: 'lease', rid: 5, board: 'b1', action: 'take-over', reason: 'because' },
  { t: 'command', rid: 6, request, fence: 1 },
  { t: 'cancel-command', rid: 7, board: 'b1', id: 'c', fence: 1 },
  { t: 'command-update', update: { ...request, at: 1, state: { is: 'queued' } } },
  { t: 'write', rid: 8, board: 'b1', hex: '00ff', by: 'me', fence: 1 },
].map((message) => JSON.stringify(message));

const TOKENS = [
  'null',
  '-1',
  '1e999',
  '""',
  '[]',
  '{}',
  '"__proto__"',
  'true',
  '9007199254740993',
  '"\\ud800"',
  '"events/a"',
];

/** A message with some of its text changed, cut, doubled, or one of its values another. */
function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const kind = random();
  if (kind < 0.2) return text;
  if (kind < 0.35) return text.slice(0, at);
  if (kind < 0.5)
    return `${text.slice(0, at)}${String.fromCharCode(32 + Math.floor(random() * 95))}${text.slice(at + 1)}`;
  if (kind < 0.6) return `${text.slice(0, at)}${text.slice(Math.floor(random() * text.length))}`;
  const token = TOKENS[Math.floor(random() * TOKENS.length)] ?? 'null';
  const from = text.indexOf(':', at);
  const to = from < 0 ? -1 : text.slice(from + 1).search(/[,}\]]/);
  return from < 0 || to < 0 ? text : `${text.slice(0, from + 1)}${token}${text.slice(from + 1 + to)}`;
}

test(`${ROUNDS} broken messages and frames: nothing is thrown, nothing grows (seed ${SEED})`, async () => {
  const random = makeRandom(SEED);
  const clock = new FakeClock();
  const pulse = new Pulse({ windowMs: 5 });
  const limits = {
    ...DEFAULT_LIMITS,
    recordsPerSecond: 1e9,
    recordsBurst: 1e9,
    bytesPerSecond: 1e12,
    bytesBurst: 1e12,
  };
  const bus = makeMemoryBus(
    { ...limits, eventsLogBytes: 65_536, samplesLogBytes: 65_536, maxChannels: 64 },
    clock,
    pulse,
  );
  const relay = new Relay(limits, bus, clock);
  await relay.start();
  const delivery = makeDelivery({ bus, relay, clock, limits, pulse });
  const metrics = makeMetrics();
  const open = new Set<Connection>();
  const who = new Principal(
    { id: 'open', name: 'fuzz', kind: 'open', role: 'owner' },
    { channels: undefined, boards: undefined },
    1_000,
    { hits: 0, misses: 0, evicted: 0 },
  );
  const context = {
    limits,
    clock,
    metrics,
    delivery,
    counts: new ReceivedCounts(),
    peers: { maxMessageBytes: 65_536, maxFragments: 64, closeMs: 1, clock, onPongSkipped: () => undefined },
    rates: { publish: () => 0, publishForBoard: () => 0 },
    server: 's',
    build: 'b',
    deflated,
    onHello: () => undefined,
    onClose: (connection: Connection) => void open.delete(connection),
  };
  const connect = (): NoWhere => {
    const wire = new NoWhere();
    const connection = new Connection(wire as unknown as Socket, false, who, context);
    open.add(connection);
    connection.start(clientFrame({ opcode: OPCODE.text, payload: JSON.stringify(hello) }));
    return wire;
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let wire = connect();
  let halfway = 0;
  let ended = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const seed = SEEDS[Math.floor(random() * SEEDS.length)] ?? '';
    const opcode = random() < 0.97 ? OPCODE.text : OPCODE.binary;
    const frame = clientFrame({ opcode, payload: mutate(seed, random) });
    // Some frames are broken too, which ends the connection.
    if (random() < 0.02) frame[Math.floor(random() * Math.min(frame.length, 14))] = Math.floor(random() * 256);
    if (wire.destroyed || wire.writableEnded) {
      ended++;
      wire.destroy();
      wire = connect();
    }
    wire.push(frame);
    if (round % 50 === 0) {
      await turn();
      clock.advance(20);
    }
    if (round === Math.floor(ROUNDS / 2)) {
      collect();
      halfway = process.memoryUsage().heapUsed;
    }
  }
  wire.destroy();
  await turn();
  clock.advance(10_000);
  collect();
  const grown = process.memoryUsage().heapUsed - halfway;
  expect(ended).toBeGreaterThan(ROUNDS / 1_000);
  expect(open.size).toBeLessThanOrEqual(1);
  expect(bus.stats().channels).toBeLessThan(64 + 16);
  expect(grown, 'bytes more after the second half').toBeLessThan(8_000_000);
  relay.close();
  delivery.close();
  pulse.close();
  await bus.close();
}, 1_800_000);

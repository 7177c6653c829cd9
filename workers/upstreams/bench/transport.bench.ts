// Records through each transport into an Out, beside a bare client of the same library that reads the same bytes in the same run.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { createParser } from 'eventsource-parser';
import ReconnectingWebSocket from 'reconnecting-websocket';
import { WebSocket } from 'ws';
import type { BenchRow } from '../../../.ci/bench-row.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import type { LineEnv } from '../transport/line-env.ts';
import { pollLine } from '../transport/poll.ts';
import { signalrLine } from '../transport/signalr.ts';
import { sseLine } from '../transport/sse.ts';
import { websocketLine } from '../transport/websocket.ts';
import type { Flood, PeerReady } from './transport-peer.ts';

export const needsApp = false;

const RECORDS = 20_000;
const RUNS = 5;

interface Status {
  readonly agent: string;
  readonly at: number;
}

/** A client that is connected; `go` gives it so many records to read. */
interface Client {
  go(count: number): void;
  close(): void | Promise<void>;
}
/** Connects, and calls back for each record that it kept. */
type Connect = (peer: Peer, onRecord: () => void) => Promise<Client>;

class Peer {
  readonly #process: ChildProcess;
  readonly ready: PeerReady;

  static async start(): Promise<Peer> {
    const child = fork(fileURLToPath(new URL('transport-peer.ts', import.meta.url)));
    const [ready] = (await once(child, 'message')) as [PeerReady];
    return new Peer(child, ready);
  }

  private constructor(child: ChildProcess, ready: PeerReady) {
    this.#process = child;
    this.ready = ready;
  }

  flood(over: Flood['over'], records: number): void {
    this.#process.send({ over, records } satisfies Flood);
  }

  stop(): void {
    this.#process.disconnect();
  }
}

export async function bench(): Promise<BenchRow[]> {
  const peer = await Peer.start();
  try {
    const rows: BenchRow[] = [];
    for (const [name, { ours, bare, library }] of Object.entries(PAIRS)) {
      const measured = { ours: [] as Cost[], bare: [] as Cost[] };
      // In turn, so that a machine that slows down slows both. The first of each warms up.
      for (let run = 0; run <= RUNS; run++) {
        measured.bare.push(await costOf(bare, peer));
        measured.ours.push(await costOf(ours, peer));
      }
      const of = (which: 'ours' | 'bare', what: keyof Cost): number =>
        median(measured[which].slice(1).map((cost) => cost[what]));
      const baselineName = `bare ${library}`;
      rows.push(
        {
          name: `${name}: records into an Out`,
          value: of('ours', 'perS'),
          unit: 'records/s',
          baseline: of('bare', 'perS'),
          baselineName,
          higherIsBetter: true,
        },
        {
          name: `${name}: CPU per 1,000 records`,
          value: of('ours', 'cpuMs'),
          unit: 'ms',
          baseline: of('bare', 'cpuMs'),
          baselineName,
          higherIsBetter: false,
        },
      );
    }
    return rows;
  } finally {
    peer.stop();
  }
}

interface Cost {
  readonly perS: number;
  /** Of this process, for 1,000 records. */
  readonly cpuMs: number;
}

async function costOf(connect: Connect, peer: Peer): Promise<Cost> {
  let left = RECORDS;
  const { promise: all, resolve: onAll } = Promise.withResolvers<void>();
  const client = await connect(peer, () => {
    if (--left === 0) onAll();
  });
  const cpu = process.cpuUsage();
  const start = performance.now();
  client.go(RECORDS);
  await all;
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  await client.close();
  return { perS: (RECORDS * 1_000) / ms, cpuMs: (user + system) / RECORDS };
}

/** Keeps the newest of each key, as a channel does. */
class NewestOut implements Out {
  readonly newest = new Map<string, object>();
  readonly #onRecord: () => void;
  constructor(onRecord: () => void) {
    this.#onRecord = onRecord;
  }
  put(_part: string, key: string, record: object): void {
    this.newest.set(key, record);
    this.#onRecord();
  }
  remove(): void {}
  replace(): void {}
  event(): void {}
  rows(): void {}
  gap(): void {}
  count(): void {}
}

const put = (value: unknown, out: Pick<Out, 'put'>): void => {
  const { agent, at } = value as Status;
  out.put('agents', agent, { ...(value as Status), at, atFrom: 'source' });
};

const envOf = (base: string, onRecord: () => void): LineEnv => ({
  upstream: 'bench',
  now: () => Date.now(),
  mono: () => performance.now(),
  random: Math.random,
  schedule: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  resolve: (path) => base + path,
  fetch,
  WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  out: new NewestOut(onRecord),
  channelOf: (part) => `state/up/bench/${part}`,
});
const LIMITS = { name: 'line', staleMs: 5_000, silentMs: 30_000 };

/** Starts a line and waits until it is connected. */
const connected = async (line: ReturnType<typeof sseLine>): Promise<void> => {
  line.start();
  while (line.state.is === 'connecting') await new Promise((resolve) => setTimeout(resolve, 1));
};

const PAIRS: Readonly<Record<string, { readonly ours: Connect; readonly bare: Connect; readonly library: string }>> = {
  websocket: {
    library: 'reconnecting-websocket',
    ours: async (peer, onRecord) => {
      const line = websocketLine(envOf(peer.ready.url, onRecord), {
        ...LIMITS,
        path: '/',
        onMessage: (data, out) => put(JSON.parse(String(data)), out),
      });
      await connected(line);
      return { go: (count) => peer.flood('websocket', count), close: () => line.close() };
    },
    bare: async (peer, onRecord) => {
      const out = new NewestOut(onRecord);
      const socket = new ReconnectingWebSocket(peer.ready.url.replace('http', 'ws'), [], { WebSocket });
      socket.addEventListener('message', ({ data }) => put(JSON.parse(String(data)), out));
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      return { go: (count) => peer.flood('websocket', count), close: () => socket.close() };
    },
  },
  sse: {
    library: 'eventsource-parser over fetch',
    ours: async (peer, onRecord) => {
      const line = sseLine(envOf(peer.ready.url, onRecord), {
        ...LIMITS,
        path: '/stream',
        onEvent: ({ data }, out) => put(JSON.parse(data), out),
      });
      await connected(line);
      return { go: (count) => peer.flood('sse', count), close: () => line.close() };
    },
    bare: async (peer, onRecord) => {
      const out = new NewestOut(onRecord);
      const aborter = new AbortController();
      const response = await fetch(`${peer.ready.url}/stream`, { signal: aborter.signal });
      const parser = createParser({ onEvent: ({ data }) => put(JSON.parse(data), out) });
      const reading = readAll(response, (text) => parser.feed(text)).catch((cause: unknown) => {
        if (!aborter.signal.aborted) throw cause;
      });
      return {
        go: (count) => peer.flood('sse', count),
        close: () => {
          aborter.abort();
          return reading;
        },
      };
    },
  },
  poll: {
    library: 'fetch',
    ours: async (peer, onRecord) => {
      let isGoing = false;
      const line = pollLine(envOf(peer.ready.url, onRecord), {
        ...LIMITS,
        path: '/page',
        everyMs: 60_000,
        onAnswer: (value, out) => {
          if (!isGoing) return;
          for (const one of value as unknown[]) put(one, out);
          // It is still asking: the next question is its own turn.
          setImmediate(() => line.ask());
        },
      });
      await connected(line);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return {
        go: () => {
          isGoing = true;
          line.ask();
        },
        close: () => line.close(),
      };
    },
    bare: async (peer, onRecord) => {
      const out = new NewestOut(onRecord);
      const page = async (): Promise<void> => {
        const response = await fetch(`${peer.ready.url}/page`);
        for (const one of (await response.json()) as unknown[]) put(one, out);
      };
      const pages = async (count: number): Promise<void> => {
        for (let at = 0; at < count; at += peer.ready.pageRecords) await page();
      };
      let reading: Promise<void> = Promise.resolve();
      return {
        go: (count) => {
          reading = pages(count);
        },
        close: () => reading,
      };
    },
  },
  signalr: {
    library: '@microsoft/signalr',
    ours: async (peer, onRecord) => {
      const line = signalrLine(envOf(peer.ready.hubUrl, onRecord), {
        ...LIMITS,
        path: '/hub',
        on: { Status: ([value], out) => put(value, out) },
      });
      await connected(line);
      return { go: (count) => peer.flood('signalr', count), close: () => line.close() };
    },
    bare: async (peer, onRecord) => {
      const out = new NewestOut(onRecord);
      const hub = new HubConnectionBuilder()
        .withUrl(`${peer.ready.hubUrl}/hub`, HttpTransportType.WebSockets)
        .configureLogging(LogLevel.None)
        .build();
      hub.on('Status', (value: unknown) => put(value, out));
      await hub.start();
      return { go: (count) => peer.flood('signalr', count), close: () => hub.stop() };
    },
  },
};

async function readAll(response: Response, feed: (text: string) => void): Promise<void> {
  if (response.body === null) throw new Error('no stream');
  const decoder = new TextDecoder();
  for await (const bytes of response.body) feed(decoder.decode(bytes, { stream: true }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

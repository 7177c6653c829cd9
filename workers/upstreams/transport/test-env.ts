import { WebSocket } from 'ws';
import type { ChannelName } from '../../../src/contract/channel.ts';
import type { EpochMs, MonoMs } from '../../../src/contract/time.ts';
import type { LineState } from '../../../src/contract/upstream/status.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import type { LineEnv } from './line-env.ts';

/** An `Out` that keeps what it got, as words: `put agents a1`. */
export class KeptOut implements Out {
  readonly kept: string[] = [];
  readonly records: object[] = [];
  put(part: string, key: string, record: object): void {
    this.kept.push(`put ${part} ${key}`);
    this.records.push(record);
  }
  remove(part: string, keys: readonly string[]): void {
    this.kept.push(`remove ${part} ${keys.join()}`);
  }
  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    this.kept.push(`replace ${part} ${entries.length}`);
  }
  event(part: string, record: object): void {
    this.kept.push(`event ${part}`);
    this.records.push(record);
  }
  rows(part: string): void {
    this.kept.push(`rows ${part}`);
  }
  gap(part: string): void {
    this.kept.push(`gap ${part}`);
  }
  count(what: string, reason: string): void {
    this.kept.push(`${what}:${reason}`);
  }
}

/** The clocks and timers of a line: real ones that are counted, or ones that move when they are told. */
export abstract class TestEnv implements LineEnv {
  readonly upstream = 'test';
  readonly out = new KeptOut();
  readonly fetch: typeof fetch = (...args) => fetch(...args);
  WebSocket: LineEnv['WebSocket'] = WebSocket as unknown as typeof globalThis.WebSocket;
  base = 'http://127.0.0.1:1';
  mostStreams = Number.POSITIVE_INFINITY;
  /** Half of the longest wait. */
  random = (): number => 0.5;
  abstract readonly timers: number;
  abstract now(): EpochMs;
  abstract mono(): MonoMs;
  abstract schedule(ms: number, callback: () => void): () => void;
  resolve = (path: string): string => this.base + path;
  channelOf = (part: string): ChannelName => `state/up/test/${part}`;
}

/** Real time, with every timer counted. */
export class RealEnv extends TestEnv {
  readonly #timers = new Set<NodeJS.Timeout>();
  now = (): EpochMs => Date.now();
  mono = (): MonoMs => performance.now();
  schedule = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, ms);
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
      clearTimeout(timer);
    };
  };
  get timers(): number {
    return this.#timers.size;
  }
}

/** Time that moves when it is told; `sleep` moves it without calling anybody, as a closed lid does. */
export class FakeEnv extends TestEnv {
  #mono = 5_000;
  #now = 1_700_000_000_000;
  #timers: { readonly at: MonoMs; readonly callback: () => void }[] = [];
  now = (): EpochMs => this.#now;
  mono = (): MonoMs => this.#mono;
  schedule = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#mono + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };
  get timers(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    const end = this.#mono + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#moveTo(Math.max(due.at, this.#mono));
      due.callback();
    }
    this.#moveTo(Math.max(end, this.#mono));
  }

  sleep(ms: number): void {
    this.stall(ms);
    this.advance(0);
  }

  /** Time passes, and every timer that falls due waits. */
  stall(ms: number): void {
    this.#moveTo(this.#mono + ms);
  }

  #moveTo(mono: MonoMs): void {
    this.#now += mono - this.#mono;
    this.#mono = mono;
  }
}

/** Every state a line was in, as words: `retrying: the connection broke`. */
export class States {
  readonly words: string[] = [];
  readonly all: LineState[] = [];
  readonly onState = (state: LineState): void => {
    this.all.push(state);
    this.words.push('why' in state ? `${state.is}: ${state.why}` : state.is);
  };
  get is(): LineState['is'] | undefined {
    return this.all.at(-1)?.is;
  }
}

/** Waits for something real; only what never comes takes the whole time. */
export async function until(isSo: () => unknown, what = isSo.toString()): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

import type { Gap } from '../../../src/contract/channel.ts';
import type { Outcome } from '../../../src/contract/hub-api.ts';
import type { LineStatus } from '../../../src/contract/upstream/status.ts';
import { upstreamChannel } from '../../../src/contract/upstream/upstream.ts';
import type { Out, Rows } from '../../../src/upstreams/out.ts';
import type { Adapter, AdapterHost, AdapterKind } from '../adapter.ts';
import type { Line } from '../line.ts';
import type { LineEnv, Owned } from '../transport/line-env.ts';
import { pollLine } from '../transport/poll.ts';
import { signalrLine } from '../transport/signalr.ts';
import { sseLine } from '../transport/sse.ts';
import { websocketLine } from '../transport/websocket.ts';

/** Everything that an adapter told, kept in order. */
class LabOut implements Out {
  readonly states = new Map<string, Map<string, object>>();
  readonly lists = new Map<string, object[]>();
  readonly rowsSeen: Rows[] = [];
  readonly rowsOf = new Map<string, Rows[]>();
  readonly gaps = new Map<string, Gap[]>();
  readonly counts = new Map<string, number>();

  put(part: string, key: string, record: object): void {
    ofEach(this.states, part, () => new Map()).set(key, record);
  }
  remove(part: string, keys: readonly string[]): void {
    for (const key of keys) this.states.get(part)?.delete(key);
  }
  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    this.states.set(part, new Map(entries));
  }
  event(part: string, record: object): void {
    ofEach(this.lists, part, () => []).push(record);
  }
  rows(part: string, rows: Rows): void {
    this.rowsSeen.push(rows);
    ofEach(this.rowsOf, part, () => []).push(rows);
  }
  gap(part: string, gap: Gap): void {
    ofEach(this.gaps, part, () => []).push(gap);
  }
  count(what: string, reason: string): void {
    const name = `${what}:${reason}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

function ofEach<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** What a lab can be told besides. */
export interface LabOptions {
  /** Default: it is a simulator. */
  readonly simulated?: boolean;
  /** Which parts are looked at. Default: all. */
  readonly wanted?: (part: string) => boolean;
}

/** One adapter at work over real transports, with its records in reach: what the hub does for it, and nothing else. */
export class AdapterLab {
  readonly out = new LabOut();
  readonly adapter: Adapter;
  readonly #kind: AdapterKind;
  readonly #lines = new Map<string, Line & Owned>();
  readonly #timers = new Set<() => void>();
  readonly #url: string;
  readonly #options: LabOptions;

  constructor(kind: AdapterKind, url: string, options: LabOptions = {}) {
    this.#options = options;
    this.#kind = kind;
    this.#url = url;
    this.adapter = kind.start(this.#host());
  }

  status(name: string): LineStatus {
    const line = this.#lines.get(`${this.#kind.id}/${name}`);
    if (line === undefined) throw new Error(`there is no line ${name}`);
    return line.status();
  }

  stateOf(name: string): LineStatus['state']['is'] {
    return this.status(name).state.is;
  }

  record<T>(part: string, key: string): T | undefined {
    return this.out.states.get(part)?.get(key) as T | undefined;
  }

  events<T>(part: string): readonly T[] {
    return (this.out.lists.get(part) ?? []) as unknown as readonly T[];
  }

  get timers(): number {
    return this.#timers.size;
  }

  call(name: string, args: unknown): Promise<Outcome<unknown>> {
    const never: Outcome<never> = { ok: false, error: { code: 'no-such-upstream', message: 'it takes no calls' } };
    return this.adapter.call?.(name, args) ?? Promise.resolve(never);
  }

  close(): void {
    this.adapter.stop?.();
    for (const line of this.#lines.values()) line.close();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #schedule = (ms: number, callback: () => void): (() => void) => {
    const cancel = (): void => {
      clearTimeout(timer);
      this.#timers.delete(cancel);
    };
    const timer = setTimeout(() => {
      this.#timers.delete(cancel);
      callback();
    }, ms);
    this.#timers.add(cancel);
    return cancel;
  };

  #host(): AdapterHost {
    const { id } = this.#kind;
    const { simulated = true } = this.#options;
    const env: LineEnv = {
      upstream: id,
      now: () => Date.now(),
      mono: () => performance.now(),
      random: Math.random,
      schedule: this.#schedule,
      resolve: (path) => this.#url + path,
      fetch: (...args) => fetch(...args),
      WebSocket,
      out: this.out,
      channelOf: (part) => upstreamChannel(this.#kind.parts[part] ?? 'events', id, part),
    };
    const own = <L extends Line & Owned>(line: L): L => {
      this.#lines.set(line.id, line);
      return line;
    };
    return {
      simulated,
      now: env.now,
      mono: env.mono,
      random: env.random,
      schedule: env.schedule,
      context: () => ({ now: Date.now(), simulated }),
      out: this.out,
      url: env.resolve,
      websocket: (options) => own(websocketLine(env, options)),
      sse: (options) => own(sseLine(env, options)),
      poll: (options) => own(pollLine(env, options)),
      signalr: (options) => own(signalrLine(env, options)),
      relayed: () => {
        throw new Error('there is no server of ours in this lab');
      },
      request: (method, path, body) => this.#request(method, path, body),
      wanted: this.#options.wanted ?? (() => true),
      lookedAt: this.#options.wanted ?? (() => true),
    };
  }

  async #request(method: string, path: string, body: unknown): Promise<Outcome<unknown>> {
    try {
      const response = await fetch(this.#url + path, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const value: unknown = await response.json();
      if (response.ok) return { ok: true, value };
      const code = response.status < 500 ? 'upstream-refused' : 'upstream-failed';
      return { ok: false, error: { code, message: JSON.stringify(value) } };
    } catch (cause) {
      return { ok: false, error: { code: 'upstream-not-reachable', message: String(cause) } };
    }
  }
}

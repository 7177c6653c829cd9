import type { ChannelKind, ChannelName } from '../../../src/contract/channel.ts';
import type { Outcome } from '../../../src/contract/hub-api.ts';
import {
  type LineState,
  tapChannelOf,
  type UpstreamStatus,
  type UpstreamsRecord,
} from '../../../src/contract/upstream/status.ts';
import { type UpstreamId, upstreamChannel } from '../../../src/contract/upstream/upstream.ts';
import type { Adapter, AdapterHost, AdapterKind } from '../../upstreams/adapter.ts';
import type { Line } from '../../upstreams/line.ts';
import type { LineEnv, Owned } from '../../upstreams/transport/line-env.ts';
import { pollLine } from '../../upstreams/transport/poll.ts';
import { relayLine } from '../../upstreams/transport/relay.ts';
import { signalrLine } from '../../upstreams/transport/signalr.ts';
import { sseLine } from '../../upstreams/transport/sse.ts';
import { websocketLine } from '../../upstreams/transport/websocket.ts';
import type { Channels } from '../channels.ts';
import type { HubEnv } from '../hub-env.ts';
import { askUpstream } from './ask-upstream.ts';
import { ChannelOut } from './channel-out.ts';
import type { UpstreamNet } from './net.ts';
import { relayChannels } from './relay-channels.ts';

export interface UpstreamPlace {
  /** What comes before a path of it, absolute. */
  readonly base: string;
  readonly via: UpstreamStatus['via'];
  readonly simulated: boolean;
  readonly name: string;
  readonly custom: boolean;
}

export interface UpstreamWorld {
  readonly env: HubEnv;
  readonly net: UpstreamNet;
  readonly channels: Channels;
  /** The inspector is open: everything is wanted. */
  inspected(): boolean;
}

const STOPPED: Outcome<never> = {
  ok: false,
  error: { code: 'upstream-not-reachable', message: 'it was stopped here: start it on the page Connections' },
};

const WAITING: ReadonlySet<LineState['is']> = new Set(['idle', 'retrying', 'refused', 'stopped']);

/** One upstream at work: its adapter, the connections that it made, and every timer it left. */
export class RunningUpstream {
  readonly id: UpstreamId;
  readonly #kind: AdapterKind;
  readonly #place: UpstreamPlace;
  readonly #world: UpstreamWorld;
  readonly #out: ChannelOut;
  readonly #adapter: Adapter;
  readonly #lines = new Map<string, Line & Owned>();
  readonly #timers = new Set<() => void>();
  /** Of families (`fci.*`): what the inspector alone keeps open. */
  readonly #keptOpen = new Set<string>();
  readonly #ended = new AbortController();
  #stopped = false;

  constructor(kind: AdapterKind, place: UpstreamPlace, world: UpstreamWorld) {
    this.id = kind.id;
    this.#kind = kind;
    this.#place = place;
    this.#world = world;
    this.#out = new ChannelOut(world.channels, kind.id);
    this.#adapter = kind.start(this.#host());
  }

  /** Somebody began to look at a part, or nobody does any more. While the inspector is open everything stays wanted. */
  demand(part: string, wanted: boolean): void {
    if (wanted || !this.#world.inspected()) {
      this.#keptOpen.delete(part);
      this.#adapter.demand?.(part, wanted);
    } else if (!(part in this.#kind.parts)) this.#keptOpen.add(part);
  }

  /** The inspector was opened or closed. */
  inspectionChanged(): void {
    for (const part of Object.keys(this.#kind.parts)) {
      if (part.endsWith('*')) continue;
      this.#adapter.demand?.(part, this.#wanted(part));
    }
    if (this.#world.inspected()) return;
    for (const part of this.#keptOpen) this.#adapter.demand?.(part, this.#wanted(part));
    this.#keptOpen.clear();
  }

  tap(lineId: string, on: boolean): void {
    const line = this.#lineOf(lineId);
    const channel = this.#world.channels.events(tapChannelOf(lineId));
    line?.setTap(on && channel !== undefined ? (record) => channel.publish([record]) : undefined);
  }

  get lineIds(): readonly string[] {
    return [...this.#lines.values()].map(({ id }) => id);
  }

  /** `id`: this upstream's, or one connection's. False: there is no such connection here. */
  act(action: 'stop' | 'start' | 'restart', id: string): boolean {
    const line = this.#lineOf(id);
    if (id !== this.id && line === undefined) return false;
    if (id === this.id) this.#stopped = action === 'stop';
    for (const each of line === undefined ? this.#lines.values() : [line]) {
      if (action === 'stop') each.stopByHand();
      else {
        // Whoever waits or was refused is started by it: once is enough.
        const isConnection = !WAITING.has(each.state.is);
        each.startByHand();
        if (action === 'restart' && isConnection) each.restart('asked for by hand');
      }
    }
    return true;
  }

  async call(name: string, args: unknown): Promise<Outcome<unknown>> {
    try {
      return (
        (await this.#adapter.call?.(name, args)) ?? {
          ok: false,
          error: { code: 'no-such-upstream', message: `${this.#place.name} cannot be asked for "${name}"` },
        }
      );
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      return { ok: false, error: { code: 'upstream-failed', message } };
    }
  }

  online(online: boolean): void {
    for (const line of this.#lines.values()) {
      if (online) line.nudge();
      else line.offline();
    }
  }

  records(): (readonly [key: string, record: UpstreamsRecord])[] {
    const { via, simulated, name, custom } = this.#place;
    const status: UpstreamStatus = {
      t: 'upstream',
      id: this.id,
      name,
      via,
      simulated,
      custom,
      stopped: this.#stopped,
      channels: this.#channelStatuses(),
      counts: this.#out.counts(),
    };
    return [[this.id, status], ...[...this.#lines.values()].map((line) => [line.id, line.status()] as const)];
  }

  close(): void {
    this.#ended.abort();
    this.#adapter.stop?.();
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #lineOf(id: string): (Line & Owned) | undefined {
    return [...this.#lines.values()].find((line) => line.id === id);
  }

  #channelStatuses(): UpstreamStatus['channels'] {
    const { channels } = this.#world;
    const names = new Set<ChannelName>(this.#out.filled.keys());
    for (const [part, kind] of Object.entries(this.#kind.parts))
      if (!part.endsWith('*')) names.add(upstreamChannel(kind, this.id, part));
    return [...names].map((channel) => ({
      channel,
      subs: channels.subsOf(channel),
      records: this.#out.filled.get(channel) ?? 0,
    }));
  }

  #kindOf(part: string): ChannelKind {
    const { parts } = this.#kind;
    const family = Object.keys(parts).find((name) => name.endsWith('*') && part.startsWith(name.slice(0, -1)));
    return parts[part] ?? (family === undefined ? undefined : parts[family]) ?? 'events';
  }

  #lookedAt(part: string): boolean {
    return this.#world.channels.wanted(upstreamChannel(this.#kindOf(part), this.id, part));
  }

  #wanted(part: string): boolean {
    return this.#lookedAt(part) || this.#world.inspected();
  }

  #host(): AdapterHost {
    const { env, net } = this.#world;
    const { simulated } = this.#place;
    const schedule = (ms: number, callback: () => void): (() => void) => {
      const cancel = env.schedule(ms, () => {
        this.#timers.delete(forget);
        callback();
      });
      const forget = (): void => {
        this.#timers.delete(forget);
        cancel();
      };
      this.#timers.add(forget);
      return forget;
    };
    const url = (path: string): string =>
      /^(https?|wss?):/.test(path) ? path : `${this.#place.base.replace(/\/$/, '')}${path}`;
    const lineEnv: LineEnv = {
      upstream: this.id,
      now: env.now,
      mono: env.mono,
      random: () => net.random(),
      schedule: env.schedule,
      resolve: url,
      fetch: net.fetch,
      WebSocket: net.WebSocket,
      out: this.#out,
      channelOf: (part) => upstreamChannel(this.#kindOf(part), this.id, part),
    };
    const own = <L extends Line & Owned>(line: L): L => {
      // A line of the same name takes the other's place: two connections for one purpose would be a leak.
      this.#lines.get(line.id)?.close();
      this.#lines.set(line.id, line);
      // Somebody may look at its bytes already: it was there before, or will be again.
      if (this.#world.channels.wanted(tapChannelOf(line.id))) this.tap(line.id, true);
      if (this.#stopped) line.stopByHand();
      return line;
    };
    const relay = net.relay ?? relayChannels(this.#world.channels);
    return {
      simulated,
      now: env.now,
      mono: env.mono,
      random: () => net.random(),
      schedule,
      context: () => ({ now: env.now(), simulated }),
      out: this.#out,
      url,
      websocket: (options) => own(websocketLine(lineEnv, options)),
      sse: (options) => own(sseLine(lineEnv, options)),
      poll: (options) => own(pollLine(lineEnv, options)),
      signalr: (options) => own(signalrLine(lineEnv, options)),
      request: async (method, path, body) =>
        this.#stopped ? STOPPED : askUpstream(net.fetch, method, url(path), body, this.#ended.signal),
      wanted: (part) => this.#wanted(part),
      lookedAt: (part) => this.#lookedAt(part),
      relay,
      relayed: (options) => own(relayLine(lineEnv, relay, options)),
    };
  }
}

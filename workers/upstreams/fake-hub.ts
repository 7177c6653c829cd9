import { WebSocket } from 'ws';
import type { CommandRequest, CommandUpdate } from '../../src/contract/board-command.ts';
import type { BoardShare, BoardStatus } from '../../src/contract/board-status.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import type { RelayStatus } from '../../src/contract/relay-status.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { relayUpstream } from './relay.ts';
import type { BoardUpstream, Publication, UpstreamHost } from './upstream.ts';

/** A hub reduced to what an upstream sees of it, for tests. Its channels keep everything. */
export class FakeHub implements UpstreamHost {
  readonly build = 'test';
  readonly life = 'life-of-test';
  readonly client: UpstreamHost['client'];
  readonly boards = new Map<string, BoardStatus>();
  readonly shares = new Map<string, BoardShare>();
  readonly published: Publication[] = [];
  readonly ran: CommandRequest[] = [];
  readonly written: string[] = [];
  readonly #taps = new Map<string, Set<(publication: Publication) => void>>();
  readonly #kept = new Map<string, unknown[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly upstream: BoardUpstream;
  status: RelayStatus | undefined;
  readonly aheadMs: number;

  constructor(name: string, port: () => number, aheadMs: number) {
    this.aheadMs = aheadMs;
    this.client = { id: `secret-id-of-${name}`, name };
    this.upstream = relayUpstream({
      url: () => `ws://127.0.0.1:${port()}/live`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      random: () => 0.05,
    })(this);
  }

  now = (): number => Date.now() + this.aheadMs;
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
  setStatus = (status: RelayStatus): void => {
    this.status = status;
  };
  putBoard = (status: BoardStatus): void => {
    this.boards.set(status.id, status);
  };
  removeBoard = (board: string): void => {
    this.boards.delete(board);
  };
  publish = (publication: Publication): void => {
    this.published.push(publication);
  };
  setShare = (board: string, share: BoardShare): void => {
    this.shares.set(board, share);
  };
  command = async (request: CommandRequest) => {
    this.ran.push(request);
    if (request.name === 'unknown')
      return { ok: false, error: { code: 'command-not-supported', message: 'no such command' } } as const;
    const { deadline: _, ...command } = request;
    const update: CommandUpdate = {
      ...command,
      at: this.now(),
      state: { is: 'done', acknowledged: true, rttMs: 3, answer: 'OK' },
    };
    this.events('commands', [update]);
    return { ok: true, value: undefined } as const;
  };
  cancelCommand = async () => ({ ok: true, value: undefined }) as const;
  write = async (_board: string, bytes: Uint8Array) => {
    this.written.push(new TextDecoder().decode(bytes));
    return { ok: true, value: undefined } as const;
  };
  tap: UpstreamHost['tap'] = (channel, after, sink) => {
    const sinks = this.#taps.get(channel) ?? new Set();
    this.#taps.set(channel, sinks);
    const from = after?.epoch === 'hub' ? after.offset : 0;
    const kept = this.#kept.get(channel)?.slice(from) ?? [];
    if (kept.length > 0) sink({ t: 'events', channel, epoch: 'hub', from, records: kept });
    sinks.add(sink);
    return () => sinks.delete(sink);
  };
  events(part: 'console' | 'commands', records: readonly unknown[]): void {
    const channel = boardChannel('b1', part);
    const kept = this.#kept.get(channel) ?? [];
    this.#kept.set(channel, [...kept, ...records]);
    for (const sink of this.#taps.get(channel) ?? [])
      sink({ t: 'events', channel, epoch: 'hub', from: kept.length, records });
  }
  samples(offset: number, times: readonly number[]): void {
    const channel = boardChannel('b1', 'telemetry');
    const batch = { channel, epoch: 'hub', offset, series: ['x'], provenance: 'measured' } as const;
    for (const sink of this.#taps.get(channel) ?? []) {
      const columns = [Float64Array.from(times)];
      const buffer = encodeSampleBatch({ ...batch, times: Float64Array.from(times), columns });
      sink({ t: 'samples', channel, buffer });
    }
  }
  /** Records that came on an events channel of b1. */
  came(part: 'console' | 'commands'): readonly unknown[] {
    const channel = boardChannel('b1', part);
    return this.published.flatMap((one) => (one.t === 'events' && one.channel === channel ? one.records : []));
  }
}

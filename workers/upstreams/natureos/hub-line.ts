import type { EpochMs } from '../../../src/contract/time.ts';
import { NATUREOS_PARTS } from '../../../src/contract/upstream/natureos.ts';
import type { LineState } from '../../../src/contract/upstream/status.ts';
import { isPermanentHubError } from '../../../src/upstreams/natureos/hub-session.ts';
import type { NatureosReader } from '../../../src/upstreams/natureos/natureos-reader.ts';
import type { AdapterHost } from '../adapter.ts';
import type { SignalrLine } from '../line.ts';
import { judgeHub } from './judge-hub.ts';
import type { NatureosTimings } from './timings.ts';

export const HUB_PATH = '/natureos-hub';
/** Joined with every connection: memberships die with it. `AllUsers` is joined by the hub itself. */
const ALWAYS: readonly Membership[] = [['JoinDashboardGroup'], ['JoinMycaGroup']];
const MOST_WANTED = 100;
/** Everything in which a break leaves a hole. */
const WITH_HOLES = Object.entries(NATUREOS_PARTS)
  .filter(([, kind]) => kind !== 'state')
  .map(([part]) => part);

type Membership = readonly [method: string, ...args: readonly (string | number)[]];

export interface HubNews {
  /** Joined, and listening: time to ask for what was missed. */
  onReady(): void;
  onState(state: LineState): void;
}

/** The connection to the hub: joins its groups anew after each break, and tells what a break may have cost. */
export class NatureosHub {
  readonly line: SignalrLine;
  readonly #host: AdapterHost;
  readonly #reader: NatureosReader;
  readonly #news: HubNews;
  /** Groups that a person asked for besides, by name. */
  readonly #wanted = new Map<string, Membership>();
  /** When the hub was heard last, while its loss is not made good. */
  #heardAt: EpochMs | undefined;
  #isLost = false;

  constructor(host: AdapterHost, reader: NatureosReader, timings: NatureosTimings, news: HubNews) {
    this.#host = host;
    this.#reader = reader;
    this.#news = news;
    this.line = host.signalr({
      name: 'hub',
      path: HUB_PATH,
      staleMs: timings.staleMs,
      silentMs: timings.silentMs,
      handshakeMs: timings.handshakeMs,
      backoff: timings.backoff,
      on: Object.fromEntries(
        Object.keys(reader.targets).map((target) => [
          target,
          (args, out) => {
            this.#heardAt = host.now();
            reader.invoked(target, args, host.context(), out);
          },
        ]),
      ),
      onOpen: (line) => this.#joinAll(line),
      judge: judgeHub,
      onClose: () => this.#lost(),
      onState: (state) => news.onState(state),
    });
  }

  get isOpen(): boolean {
    const { is } = this.line.state;
    return is === 'connected-no-data' || is === 'live' || is === 'stale';
  }

  /** Joins a group now, and again with every connection. False: there are too many. */
  async join(group: string, ...membership: Membership): Promise<boolean> {
    if (!this.#wanted.has(group) && this.#wanted.size >= MOST_WANTED) return false;
    this.#wanted.set(group, membership);
    await this.line.invoke(...membership);
    return true;
  }

  async leave(group: string): Promise<void> {
    this.#wanted.delete(group);
    await this.line.invoke('LeaveGroup', group);
  }

  async #joinAll(line: SignalrLine): Promise<void> {
    const { out } = this.#host;
    for (const [method, ...args] of [...ALWAYS, ...this.#wanted.values()]) {
      try {
        await line.invoke(method, ...args);
      } catch (cause) {
        // A hub without this method will not get one: the rest of it is still worth having.
        if (!isPermanent(cause)) throw cause;
        out.count('unknown', `method ${method}`, cause.message.slice(0, 80));
      }
    }
    const now = this.#host.now();
    this.#reader.listening(now);
    if (this.#isLost && this.#heardAt !== undefined) {
      const gap = { why: 'link-lost', count: undefined, fromMs: this.#heardAt, toMs: now } as const;
      for (const part of WITH_HOLES) out.gap(part, gap);
    }
    this.#isLost = false;
    this.#heardAt = now;
    this.#news.onReady();
  }

  #lost(): void {
    this.#isLost = true;
    this.#reader.session.lost();
    // Whoever does not listen cannot take silence for an end.
    this.#reader.listening(undefined);
  }
}

/** In the transport's words, or in the hub's. */
const isPermanent = (cause: unknown): cause is Error =>
  cause instanceof Error && (cause.name === 'NoSuchMethod' || isPermanentHubError(cause.message.replace(/^\w+: /, '')));

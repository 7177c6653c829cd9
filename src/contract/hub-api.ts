import type { CommandRequest } from './board-command.ts';
import type { ChannelName } from './channel.ts';
import type { AppError } from './error-codes.ts';
import type { BoardId, CommandId, SubId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { CustomFeed } from './upstream/custom-feed.ts';
import type { UpstreamId } from './upstream/upstream.ts';

/** Expected failures are values. */
export type Outcome<T = undefined> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: AppError };

/** What a page may ask of the hub; spoken with comlink on the rpc port. Each call needs a deadline at the caller. */
export interface HubApi {
  subscribe(request: SubscribeRequest): Outcome;
  unsubscribe(sub: SubId): void;

  /** Puts a command in the board's queue; its life is then told on `device/<id>/commands`. */
  command(request: CommandRequest): Promise<Outcome>;
  cancelCommand(board: BoardId, id: CommandId): Promise<Outcome>;
  /** Sends bytes as they are (the console's line). */
  write(board: BoardId, bytes: Uint8Array, by: string): Promise<Outcome>;
  setBoard(board: BoardId, change: BoardChange): Promise<Outcome>;
  /**
   * take: ask the relay for the lease of somebody else's board; take-back: the owner ends another's lease; take-over: end another's and
   * take it, with a reason that they are told.
   */
  lease(board: BoardId, action: LeaseAction, reason?: string): Promise<Outcome>;

  /** Adds a simulated board, or acts on one. */
  simulate(action: SimulateAction): Outcome<BoardId | undefined>;
  /** Acts on upstreams and their connections, or asks one of them something. */
  upstream(action: UpstreamAction): Promise<Outcome<unknown>>;
  /** The name of this browser towards other people. */
  setClientName(name: string): Promise<Outcome>;
  /** A port was granted in this page: whoever holds the ports should look again. */
  rescanPorts(): void;
  /** How long ago anything happened, for the test bench and the inspector. */
  stats(): HubStats;
}

export type UpstreamAction =
  /** `id`: of an upstream (all its connections) or of one connection. */
  | { readonly do: 'stop' | 'start' | 'restart'; readonly id: string }
  /** A command or a question in the words of the upstream's contract. */
  | { readonly do: 'call'; readonly upstream: UpstreamId; readonly name: string; readonly args: unknown }
  /** Keeps a feed that a person described (one of the same id is replaced), or forgets it. */
  | { readonly do: 'add-feed'; readonly feed: CustomFeed }
  | { readonly do: 'remove-feed'; readonly id: UpstreamId }
  /** Value: `CustomFeed[]`. */
  | { readonly do: 'list-feeds' };

export type LeaseAction = 'take' | 'release' | 'take-back' | 'take-over';

export interface SubscribeRequest {
  readonly sub: SubId;
  readonly channel: ChannelName;
  /** At most one delivery per this many ms. */
  readonly everyMs?: number | undefined;
  /** events: this many records of history first (default: all that is kept) · samples: this many ms of history first (default: all). */
  readonly rewind?: number | undefined;
}

export interface BoardChange {
  readonly name?: string | undefined;
  readonly shared?: boolean | undefined;
  /** true: let the port go for other programs · false: open it again. */
  readonly released?: boolean | undefined;
  /** Pulse the reset line. */
  readonly reset?: true | undefined;
  /** Forget the board: name, history and (if open) the browser's permission. */
  readonly forget?: true | undefined;
  /** Say that these two are the two sides of one board; null: they are not. */
  readonly pairWith?: BoardId | null | undefined;
}

export const SIMULATED_FAULTS = [
  'unplug',
  'replug',
  'brown-out',
  'bit-errors',
  'clock-jump',
  'silence',
  'none',
] as const;
export type SimulatedFault = (typeof SIMULATED_FAULTS)[number];

export type SimulateAction =
  | { readonly do: 'add' }
  | { readonly do: 'remove'; readonly board: BoardId }
  | { readonly do: 'fault'; readonly board: BoardId; readonly fault: SimulatedFault };

/** Counters per hop, on the state channel `hub` and from `stats()`. Counters only grow during one hub's life. */
export interface HubStats {
  readonly since: EpochMs;
  /** Sample batches that could not be read; their rows are lost. */
  readonly unreadableBatches: number;
  /** Boards and settings that could not be kept for the hub's next life. */
  readonly storeFailures: number;
  readonly tabs: readonly {
    readonly tab: string;
    readonly subs: number;
    /** Deliveries sent and not yet drawn. */
    readonly unacked: number;
    readonly delivered: number;
    readonly conflated: number;
    readonly thinned: number;
    readonly dropped: number;
    readonly bytes: number;
  }[];
  readonly channels: readonly {
    readonly name: ChannelName;
    readonly subs: number;
    readonly offset: number;
    readonly kept: number;
    readonly keptBytes: number;
  }[];
}

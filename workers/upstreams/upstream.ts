import type { CommandRequest } from '../../src/contract/board-command.ts';
import type { BoardShare, BoardStatus } from '../../src/contract/board-status.ts';
import type { ChannelName, Cursor, Gap } from '../../src/contract/channel.ts';
import type { BoardChange, LeaseAction, Outcome } from '../../src/contract/hub-api.ts';
import type { BoardId, ClientId, CommandId } from '../../src/contract/ids.ts';
import type { RelayStatus } from '../../src/contract/relay-status.ts';
import type { EpochMs } from '../../src/contract/time.ts';

/**
 * Something that is put into a channel, in either direction: what an upstream brings to the hub, and what the hub shows to an
 * upstream that carries a shared board away. One shape, so that a relayed board and a local one are one code path.
 */
export type Publication =
  /** `from`: offset of the first record. What the channel has already is left out; a hole is told as a gap (`link-lost`). */
  | {
      readonly t: 'events';
      readonly channel: ChannelName;
      readonly epoch: string;
      readonly from: number;
      readonly records: readonly unknown[];
    }
  /** `snapshot`: this is everything; keys that are not in it are gone. */
  | {
      readonly t: 'state';
      readonly channel: ChannelName;
      readonly snapshot: boolean;
      readonly puts: readonly (readonly [key: string, record: unknown])[];
      readonly dels: readonly string[];
    }
  /** A `SampleBatch` as bytes; it carries its channel, epoch and offset itself. The receiver owns the buffer. */
  | { readonly t: 'samples'; readonly channel: ChannelName; readonly buffer: ArrayBuffer }
  /** In its place between the records. */
  | { readonly t: 'gap'; readonly channel: ChannelName; readonly gap: Gap };

/** What an upstream may do to the hub. */
export interface UpstreamHost {
  readonly build: string;
  /** This browser towards others; kept in storage. */
  readonly client: { readonly id: ClientId; readonly name: string };
  /** Names one life of the hub's memory of command ids: in it no id is done twice. */
  readonly life: string;
  now(): EpochMs;
  /** Calls back once after `ms`; returns how to cancel. */
  schedule(ms: number, callback: () => void): () => void;

  /** On the state channel `relay`, at most a few times a second. */
  setStatus(status: RelayStatus): void;

  /** A remote board appeared or changed. `path.is` must be `relay`; `share.mine` says whether we hold its lease. */
  putBoard(status: BoardStatus): void;
  /** It is not shared with us any more: removed with its channels. (Its owner only vanished? `putBoard` with phase `gone`.) */
  removeBoard(board: BoardId): void;
  /**
   * Data of a remote board (`telemetry`, `console`, `commands`; `values` are derived here) or of an open channel. Another epoch than before, or an
   * offset too far ahead, is told to subscribers as a gap by the hub; overlapping records are left out. Never throws: what
   * cannot be read is counted.
   */
  publish(publication: Publication): void;

  /** Who watches and who commands one of our shared boards. `undefined`: the relay does not know it any more. */
  setShare(board: BoardId, share: BoardShare): void;
  /**
   * A remote commander's command for one of our boards; the upstream has checked lease and role. Parameters are checked here. Its
   * updates come out of `tap(device/<id>/commands)`.
   */
  command(request: CommandRequest): Promise<Outcome>;
  cancelCommand(board: BoardId, id: CommandId): Promise<Outcome>;
  write(board: BoardId, bytes: Uint8Array, by: string): Promise<Outcome>;
  /**
   * Everything that goes through a channel of a local board, first what is kept after `after` (undefined: all that is kept),
   * then live, without a hole or a double. A local cursor of another epoch gives all that is kept. A sink that throws is
   * closed. Returns how to stop.
   */
  tap(channel: ChannelName, after: Cursor | undefined, sink: (publication: Publication) => void): () => void;
}

/** What the hub asks of an upstream that carries boards (the relay). Nothing here throws; expected failures are outcomes. */
export interface BoardUpstream {
  /**
   * Somebody looks at this channel of a remote board (`telemetry`, `console` or `commands`) or at an open channel of the server, or
   * nobody has for the grace time.
   * `have`: what the hub keeps of it, to resume from.
   */
  demand(channel: ChannelName, wanted: boolean, have: Cursor | undefined): void;
  /** A local board that its owner shares: its status at every change. undefined: not shared (any more). */
  offer(board: BoardId, status: BoardStatus | undefined): void;
  lease(board: BoardId, action: LeaseAction, reason?: string): Promise<Outcome>;
  /** For a remote board. Its updates come back on its `commands` channel. */
  command(request: CommandRequest): Promise<Outcome>;
  cancelCommand(board: BoardId, id: CommandId): Promise<Outcome>;
  write(board: BoardId, bytes: Uint8Array, by: string): Promise<Outcome>;
  /** Changes only its owner can make (reset, release) of a remote board; the upstream may answer `not-allowed`. */
  setBoard(board: BoardId, change: BoardChange): Promise<Outcome>;
  setClientName(name: string): Promise<Outcome>;
  /** Closes the connection and all timers; the hub forgets its boards. */
  close(): void;
}

/** Starts an upstream. It is called once the hub owns the transports, and again after it got them back. */
export type OpenBoardUpstream = (host: UpstreamHost) => BoardUpstream;

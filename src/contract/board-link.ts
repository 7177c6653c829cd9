import type { CommandRequest, CommandUpdate } from './board-command.ts';
import type { BoardHealth, BoardIdentity, BoardPhase, BoardStatus } from './board-status.ts';
import type { Gap } from './channel.ts';
import type { ConsoleRecord } from './console-record.ts';
import type { SimulatedFault } from './hub-api.ts';
import type { BoardId, PortKey } from './ids.ts';

/**
 * Between whoever holds boards, real and simulated (the serial worker of the owner tab), and the hub.
 * One MessagePort for all ports of that holder. Sample batches are transferred, with an empty channel name: the hub gives the board
 * its id and its channels.
 */
export type FromHolder =
  /** A port is there (found or plugged in). `known` is what the holder remembers about it from before a hub restart. */
  | {
      readonly t: 'port';
      readonly key: PortKey;
      readonly usb: BoardStatus['usb'];
      readonly known: KnownBoard | undefined;
      /** A pretend port: everything it says is simulated. */
      readonly simulated?: boolean;
    }
  | { readonly t: 'phase'; readonly key: PortKey; readonly phase: BoardPhase }
  | {
      readonly t: 'identity';
      readonly key: PortKey;
      readonly identity: BoardIdentity;
      readonly commands: readonly string[];
      readonly hasOutputs: boolean;
    }
  | {
      readonly t: 'health';
      readonly key: PortKey;
      readonly health: BoardHealth;
      readonly outputs: BoardStatus['outputs'];
    }
  | { readonly t: 'samples'; readonly key: PortKey; readonly buffer: ArrayBuffer }
  | { readonly t: 'console'; readonly key: PortKey; readonly records: readonly ConsoleRecord[] }
  | { readonly t: 'command'; readonly key: PortKey; readonly update: CommandUpdate }
  | { readonly t: 'gap'; readonly key: PortKey; readonly gap: Gap }
  /** The port is not there any more (forgotten by the person, or the holder closes). */
  | { readonly t: 'port-gone'; readonly key: PortKey };

/** What survives a hub restart at the holder: whose board this port is, and its totals until then. */
export interface KnownBoard {
  readonly board: BoardId;
  readonly identity: BoardIdentity;
  /** Totals go on from here. */
  readonly health?: BoardHealth | undefined;
}

export type ToHolder =
  /** The hub's word on whose board this is. Comes after `port`, and again when the board's own words prove it wrong. */
  | { readonly t: 'assign'; readonly key: PortKey; readonly known: KnownBoard }
  | { readonly t: 'command'; readonly key: PortKey; readonly request: CommandRequest }
  | { readonly t: 'cancel-command'; readonly key: PortKey; readonly id: string }
  /** Bytes typed by a person: sent as they are, in their turn. */
  | { readonly t: 'write'; readonly key: PortKey; readonly bytes: Uint8Array; readonly by: string }
  /** Close the port and leave it closed until `open`, so that another program can use it. */
  | { readonly t: 'release'; readonly key: PortKey }
  | { readonly t: 'open'; readonly key: PortKey }
  /** Pulse the reset line (board contract §1). */
  | { readonly t: 'reset'; readonly key: PortKey }
  /** Withdraw the browser's permission for this port. */
  | { readonly t: 'forget'; readonly key: PortKey }
  /** Look for ports again: a person granted one in some tab. */
  | { readonly t: 'rescan' }
  /** A pretend board behind a pretend port. `add` again of one that is there changes nothing. */
  | ({ readonly t: 'simulate'; readonly key: PortKey } & SimulatedPortChange);

export type SimulatedPortChange =
  | { readonly do: 'add'; readonly known: KnownBoard }
  | { readonly do: 'remove' }
  | { readonly do: 'fault'; readonly fault: SimulatedFault };

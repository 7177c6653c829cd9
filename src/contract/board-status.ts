import type { ErrorCode } from './error-codes.ts';
import type { BoardId, ClientId, TabId } from './ids.ts';
import type { Provenance } from './provenance.ts';
import type { EpochMs, UptimeMs } from './time.ts';

/** The wire dialects of MycoBrain firmware (board contract §2), `text-log` and `silent` included. */
export type Dialect =
  | 'mdp1-json'
  | 'mdp1-bin'
  | 'ndjson-machine'
  | 'json-legacy'
  | 'json-tele'
  | 'json-recovery'
  | 'gateway-json'
  | 'cli-text'
  | 'text-log'
  | 'silent';

/**
 * Everything about one board, on the state channel `boards`. The same record for a board in this tab, in another tab, simulated,
 * or relayed from another computer: only `path` tells.
 */
export interface BoardStatus {
  readonly id: BoardId;
  /** What the person calls it. */
  readonly name: string | undefined;
  readonly path: BoardPath;
  readonly phase: BoardPhase;
  readonly provenance: Provenance;
  readonly usb: { readonly vendorId: number | undefined; readonly productId: number | undefined } | undefined;
  readonly identity: BoardIdentity;
  readonly health: BoardHealth;
  /** Names of the commands this board takes now; declarations: `boards/registry.ts`. Empty: it only talks. */
  readonly commands: readonly string[];
  /** The board has outputs, so an emergency stop makes sense. */
  readonly hasOutputs: boolean;
  /** An output was switched on since the last stop, or the board says it is in emergency stop. */
  readonly outputs: 'off' | 'on' | 'stopped' | 'unknown';
  readonly share: BoardShare;
  /** Other half of the same board (Side A / Side B), when known or presumed. */
  readonly pair: { readonly board: BoardId; readonly sure: boolean } | undefined;
}

export type BoardPath =
  | { readonly is: 'tab'; readonly tab: TabId }
  | { readonly is: 'simulated' }
  | { readonly is: 'relay'; readonly client: ClientId; readonly clientName: string }
  /** Known, but nobody holds it now. */
  | { readonly is: 'none' };

/**
 * ```text
 *            ┌────────── retrying ◀─────────┐
 *            ▼                              │ (port lost, in use …)
 *  opening ──▶ listening ──▶ probing ──▶ open ──▶ unplugged ──▶ (replug) opening
 *                                           ├──▶ released  (the person let the port go)
 *                                           ├──▶ ownerless (the tab that held it died; another takes over)
 *                                           └──▶ gone      (relayed or simulated board went away)
 * ```
 */
export type BoardPhase =
  | { readonly is: 'opening'; readonly since: EpochMs }
  /** Hearing it out before a word is sent. Values may already flow. */
  | { readonly is: 'listening'; readonly since: EpochMs }
  | { readonly is: 'probing'; readonly since: EpochMs }
  | { readonly is: 'open'; readonly since: EpochMs }
  | {
      readonly is: 'retrying';
      readonly since: EpochMs;
      readonly nextAt: EpochMs;
      readonly attempt: number;
      readonly code: ErrorCode;
      readonly reason: string;
    }
  | { readonly is: 'unplugged'; readonly since: EpochMs }
  | { readonly is: 'released'; readonly since: EpochMs }
  | { readonly is: 'ownerless'; readonly since: EpochMs }
  | { readonly is: 'gone'; readonly since: EpochMs };

/** What the board says of itself, in its own words. Absent means it did not say. */
export interface BoardIdentity {
  readonly dialect: Dialect | undefined;
  /** How the dialect was found. */
  readonly stage: 'passive' | 'hello' | 'status' | 'json' | 'none' | undefined;
  readonly firmware: string | undefined;
  readonly role: string | undefined;
  readonly side: 'A' | 'B' | undefined;
  /** `device_id`, `board_id`, `node_id`, … as printed. Not unique on mdp1-json: made of the vendor bytes of the MAC. */
  readonly deviceId: string | undefined;
  /** Six bytes, `10:b4:1d:0a:1b:2c`, in the usual order (most builds print it reversed; this is mended). Unique. */
  readonly mac: string | undefined;
  readonly sensors: readonly string[];
  readonly capabilities: readonly string[];
  /** Two boards answer with the same words, or it was matched by its port only: which is which is presumed. */
  readonly presumed: boolean;
}

/** The running totals of one board since it was first opened in this hub's life. Counters only ever grow. */
export interface BoardHealth {
  readonly uptimeMs: UptimeMs | undefined;
  readonly resets: number;
  readonly brownouts: number;
  readonly lastReset: { readonly at: EpochMs; readonly reason: string } | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly items: number;
  /** By `BoardItemError`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Frames or lines that the board's own sequence numbers say are missing. */
  readonly lost: number;
  /** Known absences (unplugged, owner changed, hub restarted). */
  readonly gaps: number;
  /** Records that a full buffer dropped before the hub. */
  readonly dropped: number;
  readonly reopened: number;
  /** When the last byte, and the last reading, arrived. */
  readonly lastByteAt: EpochMs | undefined;
  readonly lastDataAt: EpochMs | undefined;
  /** How often readings should come, ms. */
  readonly cadenceMs: number;
}

export type BoardShare =
  | { readonly is: 'private' }
  | { readonly is: 'offered'; readonly reason: string }
  | {
      readonly is: 'shared';
      readonly watchers: readonly { readonly client: ClientId; readonly name: string }[];
      readonly lease: BoardLease | undefined;
      /** This browser holds the lease. */
      readonly mine: boolean;
      /** This browser held the lease until somebody took it over, who still has it. */
      readonly lost?: LeaseTaken | undefined;
    };

/** The end of somebody's lease by another's taking it over. */
export interface LeaseTaken {
  /** Who took it. */
  readonly by: string;
  /** Why, in the words of whoever took it. */
  readonly reason: string;
  readonly at: EpochMs;
}

/** Who may command a shared board now. Only the relay gives one; it expires unless renewed. */
export interface BoardLease {
  readonly client: ClientId;
  readonly name: string;
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** Grows with every lease of a board; a command with an older one is refused. */
  readonly fence: number;
  /** Who had the lease when this holder took it over, and why it was taken. */
  readonly takenFrom?: { readonly client: ClientId; readonly name: string; readonly reason: string } | undefined;
}

export const EMPTY_IDENTITY: BoardIdentity = {
  dialect: undefined,
  stage: undefined,
  firmware: undefined,
  role: undefined,
  side: undefined,
  deviceId: undefined,
  mac: undefined,
  sensors: [],
  capabilities: [],
  presumed: false,
};

/** How often a board of unknown build is expected to speak: the slowest default of any build, ms. */
export const DEFAULT_CADENCE_MS = 10_000;

export const EMPTY_HEALTH: BoardHealth = {
  uptimeMs: undefined,
  resets: 0,
  brownouts: 0,
  lastReset: undefined,
  bytesIn: 0,
  bytesOut: 0,
  items: 0,
  errors: {},
  lost: 0,
  gaps: 0,
  dropped: 0,
  reopened: 0,
  lastByteAt: undefined,
  lastDataAt: undefined,
  cadenceMs: DEFAULT_CADENCE_MS,
};

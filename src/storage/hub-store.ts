import type { BoardHealth, BoardIdentity, BoardStatus } from '../contract/board-status.ts';
import type { BoardId } from '../contract/ids.ts';
import type { EpochMs } from '../contract/time.ts';
import type { CustomFeed } from '../contract/upstream/custom-feed.ts';

/** What is remembered of a board between lives of the hub. */
export interface StoredBoard {
  readonly id: BoardId;
  readonly name: string | undefined;
  readonly usb: BoardStatus['usb'];
  readonly identity: BoardIdentity;
  readonly health: BoardHealth;
  readonly hasOutputs: boolean;
  readonly shared: boolean;
  readonly pair: BoardStatus['pair'];
  readonly lastSeen: EpochMs;
  readonly simulated: boolean;
}

/** Few and small settings of the hub, by name. */
export interface HubSettings {
  readonly 'client-id': string;
  readonly 'client-name': string;
  /** The person removed the simulated board of the first minute, or added it again. */
  readonly 'simulated-lab': boolean;
  /** Feeds that a person added. */
  readonly 'custom-feeds': readonly CustomFeed[];
  /** Upstreams that a person stopped. */
  readonly 'stopped-upstreams': readonly string[];
}

/** Where the hub keeps what must survive it. Writes are best effort: a failed one is counted in `failures`, never thrown. */
export interface HubStore {
  readonly failures: number;
  boards(): Promise<readonly StoredBoard[]>;
  putBoard(board: StoredBoard): Promise<void>;
  deleteBoard(id: BoardId): Promise<void>;
  setting<K extends keyof HubSettings>(name: K): Promise<HubSettings[K] | undefined>;
  setSetting<K extends keyof HubSettings>(name: K, value: HubSettings[K]): Promise<void>;
}

import type { FromHolder, ToHolder } from '../../src/contract/board-link.ts';
import { type BoardPath, type BoardStatus, EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import type { BoardId, PortKey, TabId } from '../../src/contract/ids.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { StoredBoard } from '../../src/storage/hub-store.ts';
import type { IdentityCandidate } from './board-identity.ts';
import { LatestValues } from './latest-values.ts';

/** Whoever has ports open: the serial worker of some tab. */
export interface Holder {
  readonly tab: TabId;
  post(message: ToHolder): void;
}

/** One port of one holder, and what it says. */
export interface PortRef {
  readonly holder: Holder;
  readonly key: PortKey;
  /** A pretend port. */
  readonly simulated: boolean;
}

export const portPath = ({ holder, simulated }: Omit<PortRef, 'key'>): BoardPath =>
  simulated ? { is: 'simulated' } : { is: 'tab', tab: holder.tab };

/** A board as the hub keeps it. `status` is replaced at every change, never changed in place: it has been sent to tabs. */
export interface BoardEntry {
  readonly id: BoardId;
  status: BoardStatus;
  port: PortRef | undefined;
  readonly values: LatestValues;
  /** Made for a port whose board has not said who it is: it may turn out to be another one, and then this one never was. */
  phantom: boolean;
  /** Its port was matched by its USB ids among several. */
  presumed: boolean;
  /** Its owner wants others to see it. */
  shared: boolean;
  lastSeen: EpochMs;
  stored: boolean;
}

export type PortMessage = Extract<FromHolder, { readonly t: 'port' }>;

export function makeEntry(id: BoardId, path: BoardPath, usb: BoardStatus['usb'], now: EpochMs): BoardEntry {
  return {
    id,
    status: {
      id,
      name: undefined,
      path,
      phase: path.is === 'none' ? { is: 'unplugged', since: now } : { is: 'opening', since: now },
      provenance: path.is === 'simulated' ? 'simulated' : path.is === 'tab' ? 'measured' : 'unknown',
      usb,
      identity: EMPTY_IDENTITY,
      health: EMPTY_HEALTH,
      commands: [],
      hasOutputs: false,
      outputs: 'unknown',
      share: { is: 'private' },
      pair: undefined,
    },
    port: undefined,
    values: new LatestValues(),
    phantom: true,
    presumed: false,
    shared: false,
    lastSeen: now,
    stored: false,
  };
}

export function entryOf(stored: StoredBoard): BoardEntry {
  const entry = makeEntry(stored.id, { is: 'none' }, stored.usb, stored.lastSeen);
  const { name, identity, health, hasOutputs, pair } = stored;
  entry.status = {
    ...entry.status,
    provenance: stored.simulated ? 'simulated' : 'measured',
    name,
    identity,
    health,
    hasOutputs,
    pair,
  };
  entry.phantom = false;
  entry.shared = stored.shared;
  entry.stored = true;
  return entry;
}

export const storedOf = (entry: BoardEntry): StoredBoard => ({
  id: entry.id,
  name: entry.status.name,
  usb: entry.status.usb,
  identity: entry.status.identity,
  health: entry.status.health,
  hasOutputs: entry.status.hasOutputs,
  shared: entry.shared,
  // A presumed pair is presumed again.
  pair: entry.status.pair?.sure === true ? entry.status.pair : undefined,
  lastSeen: entry.lastSeen,
  simulated: entry.status.provenance === 'simulated',
});

export const candidateOf = (entry: BoardEntry): IdentityCandidate => ({
  id: entry.id,
  usb: entry.status.usb,
  identity: entry.status.identity,
  is: entry.port === undefined ? 'free' : entry.status.phase.is === 'unplugged' ? 'away' : 'present',
  ownerless: entry.status.phase.is === 'ownerless',
});

import type { EpochMs } from '../../contract/time.ts';
import type { CrepSpaceWeather, MapCommand } from '../../contract/upstream/crep.ts';
import type { Trail } from './trail.ts';

/** What one message was. Records of it are in the store already. */
export interface Reading {
  is:
    | 'records'
    /** Nothing to read: a keep-alive without a list, an empty frame. */
    | 'nothing'
    | 'control'
    /** It says that it has nothing now, or is not what it should be: the picture from before stays. */
    | 'failure'
    /** Trying again does not help until somebody changes the configuration. */
    | 'refused'
    /** The other end says that its own link broke. */
    | 'reconnect'
    | 'panel'
    | 'trail'
    | 'command'
    /** A message of a kind that nobody knows. */
    | 'unknown';
  why: string | undefined;
  /** Entities that were made or changed. */
  applied: number;
  /** Items that brought nothing new. */
  same: number;
  /** Older than what is known. */
  late: number;
  /** In this message before. */
  duplicates: number;
  /** Items that are none. */
  dropped: number;
  unknownKinds: number;
  /** Keys that a source took back. */
  removed: string[];
  serverTimeMs: EpochMs | undefined;
  /** A source's own word about its link (bus). */
  link: { readonly source: string; readonly connected: boolean; readonly count: number | undefined } | undefined;
  panel: CrepSpaceWeather | undefined;
  trail: Trail | undefined;
  command: MapCommand | undefined;
}

export const newReading = (): Reading => ({
  is: 'records',
  why: undefined,
  applied: 0,
  same: 0,
  late: 0,
  duplicates: 0,
  dropped: 0,
  unknownKinds: 0,
  removed: [],
  serverTimeMs: undefined,
  link: undefined,
  panel: undefined,
  trail: undefined,
  command: undefined,
});

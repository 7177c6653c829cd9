import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { CREP_KINDS, type CrepRecord } from '../../contract/upstream/crep.ts';

/** What the map showed last, for a start without a network. */
export interface LastPicture {
  readonly at: number;
  readonly records: readonly CrepRecord[];
}

interface Schema extends DBSchema {
  pictures: { key: string; value: LastPicture };
}

const MOST = 5_000;
let database: Promise<IDBPDatabase<Schema>> | undefined;
const open = () => {
  database ??= openDB<Schema>('hyphae-map', 1, {
    upgrade: (db) => {
      db.createObjectStore('pictures');
    },
  });
  return database;
};

/** undefined: there is none, or this browser keeps nothing. */
export async function readLastPicture(): Promise<LastPicture | undefined> {
  try {
    const found = await (await open()).get('pictures', 'last');
    if (found === undefined || !Array.isArray(found.records)) return undefined;
    return { at: found.at, records: found.records.filter(({ kind }) => CREP_KINDS.includes(kind)) };
  } catch {
    // Private windows and full disks: the map then starts empty, and says that it waits.
    return undefined;
  }
}

/** The newest 5,000. False: this browser keeps nothing. */
export async function writeLastPicture(records: Iterable<CrepRecord>, now: number): Promise<boolean> {
  const all = [...records];
  const newest = all.length <= MOST ? all : all.sort((a, b) => b.rx - a.rx).slice(0, MOST);
  try {
    await (await open()).put('pictures', { at: now, records: newest }, 'last');
    return true;
  } catch {
    return false;
  }
}

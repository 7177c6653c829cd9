import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { HubSettings, HubStore, StoredBoard } from './hub-store.ts';
import { memoryHubStore } from './memory-hub-store.ts';

const NAME = 'hyphae-hub';
const VERSION = 1;
/** An open that is blocked by another page must not hold the hub up. */
const OPEN_TIMEOUT_MS = 2_000;

interface Schema extends DBSchema {
  boards: { key: string; value: StoredBoard };
  settings: { key: string; value: unknown };
}

/** The hub's memory in IndexedDB; in plain memory where that is missing or does not open. Never rejects. */
export function idbHubStore(): HubStore {
  const memory = memoryHubStore();
  let failures = 0;
  const database: Promise<IDBPDatabase<Schema> | undefined> = openOrTimeOut().catch(() => {
    failures += 1;
    return undefined;
  });

  const run = async <T>(
    inDatabase: (db: IDBPDatabase<Schema>) => Promise<T>,
    inMemory: () => Promise<T>,
  ): Promise<T> => {
    const db = await database;
    if (db === undefined) return inMemory();
    try {
      return await inDatabase(db);
    } catch {
      failures += 1;
      return inMemory();
    }
  };

  return {
    get failures() {
      return failures;
    },
    boards: () => run((db) => db.getAll('boards'), memory.boards),
    putBoard: (board) =>
      run(
        async (db) => void (await db.put('boards', board)),
        () => memory.putBoard(board),
      ),
    deleteBoard: (id) =>
      run(
        (db) => db.delete('boards', id),
        () => memory.deleteBoard(id),
      ),
    setting: <K extends keyof HubSettings>(name: K) =>
      run(
        async (db) => (await db.get('settings', name)) as HubSettings[K] | undefined,
        () => memory.setting(name),
      ),
    setSetting: (name, value) =>
      run(
        async (db) => void (await db.put('settings', value, name)),
        () => memory.setSetting(name, value),
      ),
  };
}

function openOrTimeOut(): Promise<IDBPDatabase<Schema>> {
  if (typeof indexedDB === 'undefined') return Promise.reject(new Error('no IndexedDB here'));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('IndexedDB did not open in time')), OPEN_TIMEOUT_MS);
    openDB<Schema>(NAME, VERSION, {
      upgrade(db) {
        db.createObjectStore('boards', { keyPath: 'id' });
        db.createObjectStore('settings');
      },
      // A newer build wants to upgrade: let it.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    })
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

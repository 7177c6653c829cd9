import { batch, createSignal, getListener } from 'solid-js';

/** The latest record of each key, reactive per key: who reads one key runs again only when that key changes. */
export interface KeyedRecords<R> {
  get(key: string): R | undefined;
  has(key: string): boolean;
  /** In the order in which they first came. Runs again when a key comes or goes. */
  keys(): readonly string[];
  /** Runs again at every change of any record. */
  values(): readonly R[];
  readonly size: number;
}

export interface KeyedRecordsChange<R> {
  /** Forget everything that is not in `puts`. */
  readonly snapshot: boolean;
  readonly puts: readonly (readonly [string, R])[];
  readonly dels: readonly string[];
}

interface Trigger {
  readonly track: () => unknown;
  readonly fire: () => void;
}

const makeTrigger = (): Trigger => {
  const [track, set] = createSignal(undefined, { equals: false });
  return { track, fire: () => set(undefined) };
};

/** Makes empty records and the one function that changes them. */
export function createKeyedRecords<R>(): {
  readonly records: KeyedRecords<R>;
  readonly apply: (change: KeyedRecordsChange<R>) => void;
} {
  const map = new Map<string, R>();
  const perKey = new Map<string, Trigger>();
  const keysChanged = makeTrigger();
  const anyChanged = makeTrigger();

  const track = (key: string) => {
    if (getListener() === null) return;
    let trigger = perKey.get(key);
    if (trigger === undefined) {
      trigger = makeTrigger();
      perKey.set(key, trigger);
    }
    trigger.track();
  };
  const remove = (key: string): boolean => {
    if (!map.delete(key)) return false;
    perKey.get(key)?.fire();
    // A key that never comes back must not leave its trigger behind; its readers make a new one when they run again.
    perKey.delete(key);
    return true;
  };

  const apply = (change: KeyedRecordsChange<R>) =>
    batch(() => {
      let keySet = false;
      if (change.snapshot) {
        const kept = new Set(change.puts.map(([key]) => key));
        for (const key of [...map.keys()]) if (!kept.has(key)) keySet = remove(key) || keySet;
      }
      for (const key of change.dels) keySet = remove(key) || keySet;
      for (const [key, record] of change.puts) {
        if (!map.has(key)) keySet = true;
        map.set(key, record);
        perKey.get(key)?.fire();
      }
      if (keySet) keysChanged.fire();
      anyChanged.fire();
    });

  const records: KeyedRecords<R> = {
    get: (key) => {
      track(key);
      return map.get(key);
    },
    has: (key) => {
      track(key);
      return map.has(key);
    },
    keys: () => {
      keysChanged.track();
      return [...map.keys()];
    },
    values: () => {
      anyChanged.track();
      return [...map.values()];
    },
    get size() {
      keysChanged.track();
      return map.size;
    },
  };
  return { records, apply };
}

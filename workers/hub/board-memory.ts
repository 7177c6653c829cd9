import { type BoardEntry, storedOf } from './board-entry.ts';
import type { HubEnv } from './hub-env.ts';

/** Boards nobody holds are remembered up to this many; then the one seen longest ago goes. */
const MAX_REMEMBERED = 64;
const SAVE_AFTER_MS = 5_000;

/** Keeps our boards for the hub's next life. */
export class BoardMemory {
  readonly #env: HubEnv;
  readonly #unsaved = new Set<BoardEntry>();
  #saving = false;

  constructor(env: HubEnv) {
    this.#env = env;
  }

  save(entry: BoardEntry): void {
    entry.stored = true;
    this.#unsaved.delete(entry);
    void this.#env.store.putBoard(storedOf(entry));
  }

  /** Within a few seconds, together with what else changes until then. */
  saveSoon(entry: BoardEntry): void {
    this.#unsaved.add(entry);
    if (this.#saving) return;
    this.#saving = true;
    this.#env.schedule(SAVE_AFTER_MS, () => {
      this.#saving = false;
      for (const each of this.#unsaved) this.save(each);
    });
  }

  forget(entry: BoardEntry): void {
    this.#unsaved.delete(entry);
    if (entry.stored) void this.#env.store.deleteBoard(entry.id);
  }
}

/** The boards that are too many to be remembered. */
export function tooMany(entries: Iterable<BoardEntry>): readonly BoardEntry[] {
  const free = [...entries].filter((entry) => entry.status.path.is === 'none');
  free.sort((a, b) => a.lastSeen - b.lastSeen);
  return free.slice(0, Math.max(0, free.length - MAX_REMEMBERED));
}

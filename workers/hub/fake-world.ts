import type { FromHub } from '../../src/contract/from-hub.ts';
import { memoryHubStore } from '../../src/storage/memory-hub-store.ts';
import type { HubEnv, HubLocks } from './hub-env.ts';

/** Web Locks without a browser: `owner(name)` gives the view of one page or worker, `die` frees all it holds, as a crash does. */
export class FakeLocks {
  readonly #holders = new Map<string, FakeLock[]>();
  readonly #queues = new Map<string, FakeLock[]>();

  owner(owner: string): HubLocks {
    return {
      request: <T>(
        name: string,
        options: { readonly mode?: 'exclusive' | 'shared'; readonly signal?: AbortSignal },
        callback: () => T | Promise<T>,
      ) =>
        new Promise<T>((resolve, reject) => {
          const lock: FakeLock = {
            owner,
            shared: options.mode === 'shared',
            run: async () => {
              try {
                resolve(await callback());
              } catch (cause) {
                reject(cause);
              }
            },
          };
          const queue = this.#queue(name);
          queue.push(lock);
          options.signal?.addEventListener('abort', () => {
            if (!queue.includes(lock)) return;
            queue.splice(queue.indexOf(lock), 1);
            reject(new DOMException('withdrawn', 'AbortError'));
            this.#grant(name);
          });
          queueMicrotask(() => this.#grant(name));
        }),
    };
  }

  die(owner: string): void {
    for (const [name, held] of this.#holders) {
      this.#holders.set(
        name,
        held.filter((lock) => lock.owner !== owner),
      );
      const queue = this.#queue(name);
      queue.splice(0, queue.length, ...queue.filter((lock) => lock.owner !== owner));
      this.#grant(name);
    }
  }

  #queue(name: string): FakeLock[] {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return queue;
  }

  #grant(name: string): void {
    const held = this.#holders.get(name) ?? [];
    this.#holders.set(name, held);
    const queue = this.#queue(name);
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const lock = next;
      if (held.length > 0 && !(lock.shared && held.every((each) => each.shared))) return;
      queue.shift();
      held.push(lock);
      void lock.run().then(() => {
        const now = this.#holders.get(name) ?? [];
        if (!now.includes(lock)) return;
        now.splice(now.indexOf(lock), 1);
        this.#grant(name);
      });
    }
  }
}

interface FakeLock {
  readonly owner: string;
  readonly shared: boolean;
  readonly run: () => Promise<void>;
}

/** A clock that stands still until it is told to go on, and runs what falls due on its way. */
export class FakeClock {
  #now = 1_000_000;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  readonly now = (): number => this.#now;

  readonly schedule = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets microtasks and messages between ports run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

export function fakeEnv(overrides: Partial<HubEnv> = {}, clock: FakeClock = new FakeClock()): HubEnv {
  let ids = 0;
  return {
    build: '2026-01-01',
    locks: new FakeLocks().owner('hub'),
    store: memoryHubStore(),
    now: clock.now,
    mono: clock.now,
    schedule: clock.schedule,
    makeId: () => `id-${++ids}-0123456789`.slice(0, 16),
    ...overrides,
  };
}

/** What a hub said, by kind. */
export const deliveriesIn = (messages: readonly FromHub[]) =>
  messages.flatMap((message) => (message.t === 'deliver' ? message.items : []));

import { type CommandUpdate, isFinal } from '../../src/contract/board-command.ts';
import { boardChannel, type Cursor } from '../../src/contract/channel.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { OWNER_GRACE_MS } from './board-entry.ts';

/** So often it is tried again to say what only the bus can decide. */
const AGAIN_MS = 1_000;

export interface Said {
  /** The command was on the bus: another server may think that it is its own to end. */
  readonly isShared: boolean;
  /** How far the owner has come, by its cursors. */
  readonly source?: Cursor | undefined;
  /** Called once: the bus has it, or will not have it. */
  readonly onDone?: ((isTaken: boolean) => void) | undefined;
}

/**
 * Publishes what becomes of commands. A last word goes under a key of its command, so that of two servers that each thought it was theirs
 * to say only the first is heard. While this server is cut off nothing can be decided: then it says what it knows to its own clients at
 * once, as long as no other server can have given the command up; after that it waits for the bus.
 */
export class LastWords {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #waiting = new Map<string, () => void>();

  constructor(options: { readonly ownerGraceMs?: number | undefined }, bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
    this.#graceMs = options.ownerGraceMs ?? OWNER_GRACE_MS;
  }

  publish(update: CommandUpdate, { isShared, source, onDone }: Said): void {
    const { degraded } = this.#bus.health();
    // Half of it: when it was noticed, the others may have missed us for a while.
    const isOurs = degraded !== undefined && (!isShared || this.#clock.now() - degraded.since < this.#graceMs / 2);
    const key = isFinal(update.state) && !isOurs ? `last word of ${update.id}` : undefined;
    const publication = { t: 'events', records: [update] } as const;
    this.#bus.publish(boardChannel(update.board, 'commands'), publication, {
      key,
      source,
      onDone: (outcome) => {
        if (outcome.ok || key === undefined || outcome.error.code !== 'bus-down') onDone?.(outcome.ok);
        // By then the owner may have come further.
        else this.#later(`${update.board} ${key}`, () => this.publish(update, { isShared, onDone }));
      },
    });
  }

  close(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  /** As many at once as commands were under way. */
  #later(name: string, act: () => void): void {
    this.#waiting.get(name)?.();
    const cancel = this.#clock.schedule(AGAIN_MS, () => {
      this.#waiting.delete(name);
      act();
    });
    this.#waiting.set(name, cancel);
  }
}

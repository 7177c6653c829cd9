import type { FromHolder, KnownBoard } from '../../src/contract/board-link.ts';
import type { BoardHealth, BoardPhase, BoardStatus } from '../../src/contract/board-status.ts';
import type { PortKey } from '../../src/contract/ids.ts';
import type { Clock } from '../../src/serial/clock.ts';
import type { UsbIds } from '../../src/serial/serial-like.ts';
import { latestEvery } from './latest-every.ts';
import type { Outbox } from './outbox.ts';

/** A board's totals are told at most this often. */
const HEALTH_EVERY_MS = 250;

export interface PortStoryOptions {
  readonly key: PortKey;
  readonly usb: UsbIds;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** A pretend port. */
  readonly simulated: boolean;
}

/** What the hub is told of one port as it changes, and a hub that has just started all at once. */
export class PortStory {
  readonly #options: PortStoryOptions;
  readonly #healthChanged: () => void;
  #phase: BoardPhase;
  #identity: Extract<FromHolder, { t: 'identity' }> | undefined;
  #health: BoardHealth | undefined;
  #outputs: BoardStatus['outputs'] = 'unknown';

  constructor(options: PortStoryOptions) {
    this.#options = options;
    this.#phase = { is: 'opening', since: options.clock.now().epochMs };
    this.#healthChanged = latestEvery(options.clock, HEALTH_EVERY_MS, () => {
      if (this.#health) options.outbox.send(this.#healthMessage(this.#health));
    });
  }

  get phase(): BoardPhase {
    return this.#phase;
  }
  get health(): BoardHealth | undefined {
    return this.#health;
  }
  /** What the board said of itself last. */
  get identity(): KnownBoard['identity'] | undefined {
    return this.#identity?.identity;
  }

  /** Everything a hub that has just started must know of this port. */
  messages(known: KnownBoard | undefined): FromHolder[] {
    const { key, usb, simulated } = this.#options;
    return [
      {
        t: 'port',
        key,
        usb: { vendorId: usb.usbVendorId, productId: usb.usbProductId },
        known,
        ...(simulated && { simulated }),
      },
      { t: 'phase', key, phase: this.#phase },
      ...(this.#identity ? [this.#identity] : []),
      ...(this.#health ? [this.#healthMessage(this.#health)] : []),
    ];
  }

  tellPhase(phase: BoardPhase): void {
    this.#phase = phase;
    this.#options.outbox.send({ t: 'phase', key: this.#options.key, phase });
  }

  tellIdentity(identity: KnownBoard['identity'], commands: readonly string[], hasOutputs: boolean): void {
    this.#identity = { t: 'identity', key: this.#options.key, identity, commands, hasOutputs };
    this.#options.outbox.send(this.#identity);
  }

  tellHealth(health: BoardHealth, outputs: BoardStatus['outputs'] = this.#outputs): void {
    this.#health = health;
    this.#outputs = outputs;
    this.#healthChanged();
  }

  /** Totals that need not be told now: the hub has them, or hears them with the next ones. */
  noteHealth(health: BoardHealth): void {
    this.#health = health;
  }

  #healthMessage(health: BoardHealth): FromHolder {
    return { t: 'health', key: this.#options.key, health, outputs: this.#outputs };
  }
}

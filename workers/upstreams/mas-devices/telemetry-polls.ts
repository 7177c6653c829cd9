import type { MonoMs } from '../../../src/contract/time.ts';
import { readAnswer } from '../../../src/upstreams/mas-devices/answers.ts';
import type { DeviceReadings } from '../../../src/upstreams/mas-devices/readings.ts';
import type { DeviceRegistry } from '../../../src/upstreams/mas-devices/registry.ts';
import type { AdapterHost } from '../adapter.ts';
import { Budget } from './budget.ts';

const TICK_MS = 1_000;
const EVERY_MS = 5_000;
const MOST_MS = 30_000;
/** Whoever was pushed within this is not asked. */
const PUSHED_MS = 30_000;
/** A stream that was just opened gets so long to speak. */
const PATIENCE_MS = 8_000;
/** Six at once, then 300 in an hour: beside the list of devices (240) that leaves MAS' limit to others. */
const BURST = 6;
const ONE_MORE_MS = 12_000;

interface Asked {
  nextAt: MonoMs;
  waitMs: number;
  isUnderWay: boolean;
}

/**
 * Today nobody pushes what devices measure (contract mas-devices §1): a device that somebody looks at and that says nothing by itself is
 * asked, first every 5 s, more seldom while it does not answer, and never more often than MAS can bear.
 */
export class TelemetryPolls {
  readonly #host: AdapterHost;
  readonly #known: { readonly registry: DeviceRegistry; readonly readings: DeviceReadings };
  readonly #asked = new Map<string, Asked>();
  readonly #budget: Budget;
  #cancel: (() => void) | undefined;

  constructor(host: AdapterHost, known: { readonly registry: DeviceRegistry; readonly readings: DeviceReadings }) {
    this.#host = host;
    this.#known = known;
    this.#budget = new Budget(BURST, ONE_MORE_MS, host.mono());
  }

  /** These are looked at. */
  want(devices: readonly string[]): void {
    const wanted = new Set(devices);
    for (const device of this.#asked.keys()) if (!wanted.has(device)) this.#asked.delete(device);
    for (const device of wanted) {
      if (this.#asked.has(device)) continue;
      this.#asked.set(device, { nextAt: this.#host.mono() + PATIENCE_MS, waitMs: EVERY_MS, isUnderWay: false });
    }
    if (this.#asked.size === 0) {
      this.#cancel?.();
      this.#cancel = undefined;
    } else {
      this.#cancel ??= this.#host.schedule(TICK_MS, () => this.#tick());
    }
  }

  #tick(): void {
    this.#cancel = this.#host.schedule(TICK_MS, () => this.#tick());
    const mono = this.#host.mono();
    const due = [...this.#asked].filter(
      ([device, asked]) =>
        !asked.isUnderWay &&
        mono >= asked.nextAt &&
        !this.#known.readings.isPushed(device, this.#host.now(), PUSHED_MS),
    );
    // Whoever has waited the longest is next: the budget may not do for all.
    for (const [device, asked] of due.sort(([, a], [, b]) => a.nextAt - b.nextAt)) {
      if (!this.#budget.take(mono)) {
        this.#host.out.count('withheld', 'question-over-budget');
        return;
      }
      this.#ask(device, asked).catch((cause: unknown) => {
        this.#host.out.count('dropped', 'callback-failed', String(cause));
      });
    }
  }

  async #ask(device: string, asked: Asked): Promise<void> {
    asked.isUnderWay = true;
    const path = `/api/devices/${encodeURIComponent(device)}/telemetry`;
    const outcome = await this.#host.request('GET', path);
    asked.isUnderWay = false;
    const { out } = this.#host;
    if (outcome.ok) {
      readAnswer({ method: 'GET', path, status: 200, value: outcome.value }, this.#known, out, this.#host.context());
      asked.waitMs = EVERY_MS;
    } else {
      out.count('dropped', 'telemetry-question', outcome.error.message.slice(0, 80));
      asked.waitMs = Math.min(MOST_MS, asked.waitMs * 2);
    }
    asked.nextAt = this.#host.mono() + asked.waitMs;
  }
}

import type { SimHost } from '../simulator.ts';

const SEQ_WRAP = 4_294_967_296;

/** One pretended MycoBrain: values that wander slowly, switches that obey, a counter that starts over with a reset. */
export class SimDevice {
  readonly serial: string;
  readonly name: string;
  readonly mosfets: Record<string, boolean> = { m1: false, m2: false };
  readonly analogLabels: Record<string, string> = {};
  readonly mosfetLabels: Record<string, string> = {};
  firmware = '2.3.1';
  intervalMs: number | undefined;
  nextAt = 0;
  lastSeenAt: number | undefined;
  readonly #host: SimHost;
  readonly #phase: number;
  #seq: number;
  #startedAt: number;
  #temperature: number;
  #humidity: number;
  #batteryV: number;

  constructor(index: number, host: SimHost) {
    this.serial = `SIM-${String(index + 1).padStart(4, '0')}`;
    this.name = `Tray ${index + 1}`;
    this.#host = host;
    this.#phase = index * 1.7;
    // One of them is about to wrap.
    this.#seq = index === 2 ? SEQ_WRAP - 50 : Math.floor(host.random() * 5_000);
    this.#startedAt = host.now() - Math.floor(host.random() * 7_200_000);
    this.#temperature = 20 + host.random() * 4;
    this.#humidity = 80 + host.random() * 12;
    // The second one is nearly empty, and stays so.
    this.#batteryV = index === 1 ? 3.31 : 3.7 + host.random() * 0.4;
  }

  get batteryPct(): number {
    return Math.round(Math.max(0, Math.min(100, ((this.#batteryV - 3.25) / 0.9) * 100)) * 10) / 10;
  }

  get temperatureC(): number {
    return this.#temperature;
  }

  get seq(): number {
    return this.#seq;
  }

  reset(): void {
    this.#seq = 0;
    this.#startedAt = this.#host.now();
  }

  /** The next message, as it stays in every casing: snake_case. */
  telemetry(): Readonly<Record<string, unknown>> {
    const now = this.#host.now();
    this.#wander(now);
    this.#seq = (this.#seq + 1) % SEQ_WRAP;
    this.lastSeenAt = now;
    const volts = 1.2 + 0.3 * Math.sin(now / 40_000 + this.#phase);
    return {
      seq: this.#seq,
      serial: this.serial,
      fw_version: this.firmware,
      // The fourth has no clock.
      ts: this.serial === 'SIM-0004' ? 0 : Math.floor(now),
      side_a: {
        ai_counts: { ai1: Math.round(volts * 1_240), ai2: 45 },
        ai_volts: { ai1: rounded(volts, 3), ai2: 0.037 },
        bme688: {
          temperature: rounded(this.#temperature, 2),
          humidity: rounded(this.#humidity, 1),
          pressure: rounded(1_010 + 3 * Math.sin(now / 600_000 + this.#phase), 1),
          gas_resistance: Math.round(48_000 + 4_000 * Math.sin(now / 90_000 + this.#phase)),
          chip_id: '0x61',
        },
        i2c_devices: ['0x76', '0x77'],
        mosfet_states: { ...this.mosfets },
        uptime_ms: Math.floor(now - this.#startedAt),
      },
      side_b: this.#radio(),
      power: { battery_voltage: rounded(this.#batteryV, 2), source: 'battery', power_good: this.batteryPct > 10 },
    };
  }

  #radio(): object {
    const seq = this.#seq;
    return {
      rssi: Math.round(-70 + 6 * Math.sin(seq / 9)),
      snr: rounded(9 + Math.sin(seq / 5), 2),
      tx_count: seq % 100_000,
      rx_count: seq % 100_000,
      ack_count: Math.max(0, (seq % 100_000) - 1),
      retry_count: seq % 7,
      uart_buffer: { rx_available: 0, tx_available: 128, overflow_count: 0 },
    };
  }

  #wander(now: number): void {
    const { random } = this.#host;
    const heat = this.mosfets.m1 ? 0.02 : 0;
    this.#temperature +=
      (random() - 0.5) * 0.05 + heat + (21.5 + Math.sin(now / 300_000 + this.#phase) - this.#temperature) * 0.01;
    this.#humidity = Math.min(
      99,
      Math.max(40, this.#humidity + (random() - 0.5) * 0.2 + (87 - this.#humidity) * 0.005),
    );
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

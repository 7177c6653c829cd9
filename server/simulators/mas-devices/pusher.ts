import type { SimHost, SimSocket } from '../simulator.ts';
import { awareTime, deviceSocketReply, naiveTime } from './device-socket.ts';

interface Open {
  readonly socket: SimSocket;
  readonly device: string;
  nextAt: number;
  last: string | undefined;
  count: number;
}

const TICK_MS = 250;
/** What comes at once after a time without: the interval is made up for. */
const BURST = 20;

/** The sockets of devices: one message per device and interval, with the irregularities that were switched on. */
export class Pusher {
  readonly #host: SimHost;
  readonly #open = new Set<Open>();

  constructor(host: SimHost) {
    this.#host = host;
    host.every(TICK_MS, () => this.#tick());
  }

  get active(): number {
    return this.#open.size;
  }

  devices(): string[] {
    return [...new Set([...this.#open].map(({ device }) => device))];
  }

  /** Any id is taken, whether there is such a device or not. */
  take(device: string, socket: SimSocket): void {
    const { now } = this.#host;
    const open: Open = {
      socket,
      device,
      nextAt: now() + this.#host.random() * this.#everyMs(),
      last: undefined,
      count: 0,
    };
    this.#open.add(open);
    socket.onClose(() => this.#open.delete(open));
    socket.onMessage((data) => {
      const reply = deviceSocketReply(data);
      if (reply.is === 'close') socket.close(1_000, '');
      if (reply.is === 'pong')
        socket.send(JSON.stringify({ type: 'pong', device_id: device, timestamp: awareTime(now()) }));
    });
    const hello = { type: 'connected', message: `Device stream connected to ${device}`, device_id: device };
    socket.send(JSON.stringify({ ...hello, timestamp: awareTime(now()) }));
  }

  #everyMs(): number {
    return Math.max(50, this.#host.dial('everyS') * 1_000);
  }

  #tick(): void {
    const host = this.#host;
    const now = host.now();
    if (host.fault('no-push')) return;
    for (const open of this.#open) {
      // Whoever listens to a device called "telemetry" hears nobody: that route is taken for a device (§3).
      if (now < open.nextAt || open.device === 'telemetry') continue;
      open.nextAt = now + this.#everyMs();
      const times = host.fault('catch-up') ? BURST : 1;
      for (let index = times - 1; index >= 0; index -= 1) this.#say(open, now - index * 100);
    }
  }

  #say(open: Open, at: number): void {
    const host = this.#host;
    open.count += 1;
    let time = at;
    if (host.fault('out-of-order') && open.count % 4 === 0) time -= 30_000;
    if (host.fault('clock-ahead')) time += 900_000;
    const frame = JSON.stringify({
      type: 'telemetry',
      timestamp: naiveTime(time),
      source: `device:${open.device}`,
      device_id: open.device,
      data: this.#readings(open.count),
    });
    open.socket.send(frame);
    if (host.fault('repeats') && open.count % 3 === 0 && open.last !== undefined) open.socket.send(open.last);
    open.last = frame;
  }

  #readings(count: number): object {
    const host = this.#host;
    const wave = Math.sin(count / 12);
    const temperature = host.fault('suspect') ? 120.5 : round(22.4 + wave);
    if (host.fault('string-numbers')) return { temperature: String(temperature), humidity: `${round(86 - wave)}` };
    if (host.fault('other-names')) {
      return { temperature_c: temperature, humidity_percent: round(86 - wave), pressure_hpa: 1_013.2, iaq_index: 48 };
    }
    const probe = {
      temperature,
      humidity: round(86 - wave),
      pressure: 1_013.2,
      gas_resistance: 151_200 + count,
      iaq: 48,
    };
    return host.fault('two-probes') ? { bme1: { type: 'amb', ...probe }, bme2: { type: 'env', ...probe } } : probe;
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;

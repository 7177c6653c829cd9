import type { SimHost } from '../simulator.ts';
import { SimDevice } from './device.ts';
import { EventStore } from './events.ts';
import type { Hub } from './hub.ts';
import { ALL, DASHBOARD, MYCA } from './hub-methods.ts';
import { isoTime } from './iso-time.ts';

const TICK_MS = 100;
const MOST_PER_TICK = 500;

/** The lab that the simulator pretends: devices, and what the platform says about them. */
export class World {
  readonly events: EventStore;
  readonly #host: SimHost;
  readonly #hub: Hub;
  #devices: SimDevice[] = [];
  #nextMinuteAt = 0;
  #minute = 0;
  #envelopes = 0;

  constructor(host: SimHost, hub: Hub) {
    this.#host = host;
    this.#hub = hub;
    this.events = new EventStore(host);
    host.every(TICK_MS, () => this.#tick());
  }

  get devices(): readonly SimDevice[] {
    const wanted = Math.floor(this.#host.dial('devices'));
    while (this.#devices.length < wanted) this.#devices.push(new SimDevice(this.#devices.length, this.#host));
    if (this.#devices.length > wanted) this.#devices = this.#devices.slice(0, wanted);
    return this.#devices;
  }

  find(serial: string): SimDevice | undefined {
    return this.devices.find((device) => device.serial === serial);
  }

  now(): string {
    return isoTime(this.#host.now());
  }

  /** A device's message came in. */
  telemetry(deviceId: string, data: unknown): void {
    const message = { deviceId, deviceType: 'mycobrain', data, timestamp: this.now(), status: 'Updated' };
    this.#hub.toGroup(DASHBOARD, 'DeviceUpdate', message);
  }

  /** One reading, two messages, in this order. */
  mushroom1(data: unknown): void {
    const event = this.events.add('mushroom1', 'FUNGA.environmental', data);
    const { timestamp } = event;
    this.#hub.toGroup(DASHBOARD, 'EventReceived', { event, source: 'Mushroom1', timestamp, type: 'TelemetryUpdate' });
    this.#hub.toGroup(DASHBOARD, 'DeviceUpdate', { deviceId: 'mushroom1', data, timestamp, status: 'Updated' });
  }

  envelope(deviceId: string, msgId: string, seq: number, envelope: unknown): void {
    const message = { deviceId, msgId, seq, envelope, timestamp: this.now(), status: 'Ingested' };
    this.#hub.toGroup(DASHBOARD, 'DeviceEnvelope', message);
  }

  commandQueued(deviceId: string, commandId: string, sequence: number): void {
    const message = { deviceId, deviceType: 'mycobrain', commandId, sequence, timestamp: this.now() };
    this.#hub.toGroup(DASHBOARD, 'DeviceCommand', message);
  }

  asked(question: string, responseLength: number): void {
    const timestamp = this.now();
    const response = { responseLength, confidence: 0.5, timestamp, hasSuggestions: true, synthetic: true };
    this.#hub.toGroup(MYCA, 'MycaResponse', response);
    this.#hub.toGroup(MYCA, 'MycaActivity', { question, responseLength, timestamp, suggestedQuestions: 2 });
  }

  sync(): void {
    this.#hub.toGroup(ALL, 'SyncProgress', { stage: 'Starting', progress: 0, timestamp: this.now() });
    this.#host.once(3_000, () => {
      const timestamp = this.now();
      this.#hub.toGroup(ALL, 'SyncCompleted', { successfulSyncs: 4, totalSyncs: 5, progress: 100, timestamp });
      const message = 'Sync finished';
      this.#hub.toGroup(ALL, 'SystemUpdate', { type: 'EcosystemSync', status: 'Completed', timestamp, message });
    });
  }

  simulate(): void {
    const startedAt = this.#host.now();
    this.#hub.toGroup(DASHBOARD, 'SimulationStarted', { type: 'HPL', timestamp: this.now(), status: 'Running' });
    this.#host.once(2_850, () => {
      const timestamp = this.now();
      const span = `00:00:${((this.#host.now() - startedAt) / 1_000).toFixed(7).padStart(10, '0')}`;
      const results = {
        growthPattern: 'radial',
        networkNodes: 200 + Math.floor(this.#host.random() * 40),
        connectivityIndex: 0.71,
        biomassEstimate: 12.8,
        metabolicActivity: 0.44,
      };
      const ended = { type: 'HPL', timestamp, status: 'Completed' };
      this.#hub.toGroup(DASHBOARD, 'SimulationCompleted', { ...ended, duration: span, results });
      const wrapped = { success: true, executionTime: span, outputData: results, timestamp };
      this.#hub.toGroup(DASHBOARD, 'SimulationUpdate', { ...ended, results: wrapped });
    });
  }

  #tick(): void {
    const now = this.#host.now();
    const rate = this.#host.dial('rate');
    let left = MOST_PER_TICK;
    for (const device of rate > 0 ? this.devices : []) {
      const everyMs = device.intervalMs ?? 1_000 / rate;
      // Whoever fell behind does not say everything that it missed; and a clock that jumps back makes nobody wait.
      if (device.nextAt < now - 1_000 || device.nextAt > now + everyMs) device.nextAt = now;
      while (device.nextAt <= now && left > 0) {
        device.nextAt += everyMs;
        left -= 1;
        this.telemetry(device.serial, device.telemetry());
      }
    }
    const asked = this.#host.dial('minuteMs');
    if (asked === 0) return;
    const minuteMs = Math.max(200, asked);
    if (now >= this.#nextMinuteAt || this.#nextMinuteAt > now + minuteMs) {
      this.#nextMinuteAt = now + minuteMs;
      this.#everyMinute();
    }
  }

  /** What the health loop finds it says again each minute, and never that it is over. */
  #everyMinute(): void {
    this.#minute += 1;
    const nearlyEmpty = this.devices.find(({ batteryPct }) => batteryPct < 10);
    if (nearlyEmpty !== undefined) {
      const message = `Battery of ${nearlyEmpty.serial} is at ${nearlyEmpty.batteryPct}%`;
      this.#alert('DeviceHealth', 'Battery', 'Critical', message, nearlyEmpty.serial, ['Replace the battery']);
    }
    // Two minutes of five the memory is short.
    if (this.#minute % 5 < 2) this.#alert('SystemHealth', 'Memory', 'Warning', 'Memory use is at 86%', null, []);
    const humidity = 70 + 10 * Math.sin(this.#minute);
    this.mushroom1({ Temperature: 22.4, Humidity: Number(humidity.toFixed(1)), co2: 812, notes: 'simulated' });
    this.#envelope();
    if (this.#minute % 3 === 1) this.sync();
    if (this.#minute % 4 === 2) this.simulate();
    if (this.#minute % 2 === 0) this.asked('A question that is nobody else’s business', 200);
    if (this.#minute % 6 === 3) this.#mushroomFailed();
  }

  #alert(
    type: string,
    category: string,
    severity: string,
    message: string,
    deviceId: string | null,
    recommendations: string[],
  ): void {
    const timestamp = this.now();
    const alert = { id: null, type, category, severity, message, timestamp, deviceId, recommendations };
    this.#hub.toGroup(ALL, 'SystemAlert', alert);
  }

  #mushroomFailed(): void {
    const message = 'Telemetry could not be processed';
    const alert = { type: 'Error', source: 'Mushroom1', message, timestamp: this.now(), severity: 'High' };
    this.#hub.toGroup(DASHBOARD, 'SystemAlert', alert);
  }

  #envelope(): void {
    const [device] = this.devices;
    if (device === undefined) return;
    this.#envelopes += 1;
    const msgId = `01SIMENV${String(this.#envelopes).padStart(18, '0')}`;
    const hdr = { deviceId: device.serial, msgId };
    const v = Number(device.temperatureC.toFixed(1));
    this.envelope(device.serial, msgId, this.#envelopes, {
      hdr,
      seq: this.#envelopes,
      pack: [{ id: 'temp', v, u: 'degC' }],
    });
    this.events.add(device.serial, 'FUNGA.telemetry', { temperature: v });
  }
}

import type { SimHost, SimStream } from '../simulator.ts';
import { awareTime } from './device-socket.ts';

/** The buoy's event stream: `telemetry` every 2.5 s, no comments, no ids (contract mas-devices §6). */
export function buoyStream(id: string, host: SimHost, stream: SimStream): () => void {
  let count = 0;
  const say = (): void => {
    count += 1;
    stream.event(
      JSON.stringify({ type: 'telemetry', atMs: host.now(), telemetry: buoyTelemetry(id, count, host) }),
      'telemetry',
    );
  };
  return host.every(2_500, say);
}

/** One envelope. What is not measured is null. */
export function buoyTelemetry(id: string, count: number, host: SimHost): object {
  const isDark = host.fault('dark-buoy');
  const hasFix = !isDark && !host.fault('no-gps');
  return {
    deviceId: id,
    link: isDark ? 'unknown' : 'online',
    lastUpdateMsAgo: isDark ? null : 820,
    source: 'field',
    simulated: true,
    contactState: isDark ? 'dark' : 'live',
    lastContactMsAgo: isDark ? null : 4_100,
    pose: {
      lat: hasFix ? 47.6021 + Math.sin(count / 40) * 0.001 : null,
      lon: hasFix ? -122.3402 + Math.cos(count / 40) * 0.001 : null,
      headingDeg: hasFix ? (count * 3) % 360 : null,
      speedKn: hasFix ? 0.8 : null,
      depthM: null,
      gpsLock: hasFix,
    },
    bme: {
      a: { temperature: 17.8 + Math.sin(count / 20), humidity: 78, pressure: 1_014.9, gasResistance: null, iaq: null },
      b: null,
    },
    propulsion: {
      thrusters: ['FL', 'FR', 'RL', 'RR'].map((label, index) => ({
        id: index + 1,
        label,
        throttlePct: 0,
        azimuthDeg: 0,
        currentA: null,
        rpm: null,
        faulted: false,
      })),
      commandedVector: null,
    },
    autonomy: { mode: 'MANUAL', armed: false, waypoints: [], activeWaypointId: null },
    power: {
      solarInputW: 12.4,
      panelTempC: null,
      batterySocPct: 81,
      batteryVoltage: 13.1,
      loadW: null,
      estRuntimeH: null,
    },
    comms: { radios: [], satellite: { connected: false } },
    camera: { active: false, streamUrl: null },
    lidar: {},
    radar: {},
    bluesight: { wifi: [], active: false },
    peers: [],
    mesh: {},
  };
}

/** `acoustic` now and then, `keepalive` every 15 s. */
export function acousticStream(id: string, host: SimHost, stream: SimStream): () => void {
  const stops = [
    host.every(5_000, () => {
      const event = {
        atMs: host.now(),
        deviceId: id,
        simulated: true,
        level_db: -60 + host.random() * 20,
        label: 'ambient',
      };
      stream.event(JSON.stringify(event), 'acoustic');
    }),
    host.every(15_000, () => stream.event('{}', 'keepalive')),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

const NODES = ['!7fc5faf0', '!d9135edb', '!a1b2c3d4', '!0badcafe'] as const;

/** Mesh packets with ids of a Redis stream; the newest are said again at every connect. */
export class MeshRadio {
  readonly #host: SimHost;
  readonly #packets: { readonly id: string; readonly data: string }[] = [];
  readonly #streams = new Set<SimStream>();
  #count = 0;

  constructor(host: SimHost) {
    this.#host = host;
    host.every(3_000, () => this.#say());
  }

  open(stream: SimStream): () => void {
    for (const { id, data } of this.#packets) stream.event(data, 'packet', id);
    this.#streams.add(stream);
    const stopPing = this.#host.every(15_000, () => stream.comment('ping'));
    return () => {
      stopPing();
      this.#streams.delete(stream);
    };
  }

  #say(): void {
    this.#count += 1;
    const now = this.#host.now();
    const from = NODES[this.#count % NODES.length];
    const isUndecoded = this.#count % 7 === 0;
    const packet = isUndecoded
      ? { topic: 'msh/x', packet_uid: `sim-${this.#count}`, decode_error: true }
      : {
          topic: `msh/US/2/e/LongFast/${from}`,
          packet_uid: `sim-${this.#count}`,
          from_node_id: from,
          to_node_id: '!ffffffff',
          gateway_node_id: NODES[3],
          channel: 'LongFast',
          region: 'US',
          port_num: 'TEXT_MESSAGE_APP',
          rx_rssi: -90 - (this.#count % 20),
          rx_snr: 5.25,
          rx_time: awareTime(now),
          want_ack: false,
          hop_limit: 3,
          hop_start: 3,
          payload_text: `simulated message ${this.#count}`,
        };
    const entry = { id: `${now}-0`, data: JSON.stringify(packet) };
    this.#packets.push(entry);
    if (this.#packets.length > 80) this.#packets.shift();
    for (const stream of this.#streams) {
      stream.event(entry.data, 'packet', entry.id);
      // Another gateway heard it as well.
      if (this.#count % 5 === 0) stream.event(entry.data, 'packet', `${now}-1`);
    }
  }
}

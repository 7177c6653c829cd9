import type { Outcome } from '../../src/contract/hub-api.ts';
import { BUOY_STALE_MS, MAS_DEVICES_PARTS, READING_STALE_MS } from '../../src/contract/upstream/mas-devices.ts';
import { isPong, MAS_PING, MAS_PING_MS } from '../../src/upstreams/mas/frame.ts';
import { readAcoustic } from '../../src/upstreams/mas-devices/acoustic.ts';
import { readAnswer } from '../../src/upstreams/mas-devices/answers.ts';
import { Buoys } from '../../src/upstreams/mas-devices/buoy.ts';
import { Curves } from '../../src/upstreams/mas-devices/curves.ts';
import { Mesh } from '../../src/upstreams/mas-devices/mesh.ts';
import { DeviceReadings } from '../../src/upstreams/mas-devices/readings.ts';
import { DeviceRegistry } from '../../src/upstreams/mas-devices/registry.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import type { Line, PollLine } from './line.ts';
import { DeviceCommands } from './mas-devices/commands.ts';
import { LinePool } from './mas-devices/line-pool.ts';
import { TelemetryPolls } from './mas-devices/telemetry-polls.ts';

/** Four questions a minute, for everybody who looks through one gateway. */
const REGISTRY_MS = 15_000;
const AGE_MS = 5_000;
/** `/ws/devices/telemetry` is meant for all devices and is none (contract mas-devices §3). */
const SHADOWED = 'telemetry';
const MAX_STREAMS = 64;
const MAX_BUOYS = 4;
const PARTS = Object.keys(MAS_DEVICES_PARTS).filter((part) => !part.endsWith('*'));

/** MAS' devices: who there is, what they measure, and what they may be told. */
export const masDevicesAdapter: AdapterKind = {
  id: 'mas-devices',
  name: 'MAS devices',
  parts: MAS_DEVICES_PARTS,
  start: (host) => new MasDevices(host),
};

class MasDevices implements Adapter {
  readonly #host: AdapterHost;
  /** A buoy is a device as well: they share its curve. */
  readonly #curves = new Curves();
  readonly #known = { registry: new DeviceRegistry(), readings: new DeviceReadings(this.#curves) };
  readonly #commands: DeviceCommands;
  readonly #polls: TelemetryPolls;
  readonly #buoys: Buoys;
  readonly #registryLine: PollLine;
  readonly #streams: LinePool;
  readonly #buoyStreams: LinePool;
  readonly #acousticStreams: LinePool;
  readonly #meshLine: Line;
  readonly #wanted = new Set<string>();
  #cancelAge: (() => void) | undefined;

  constructor(host: AdapterHost) {
    this.#host = host;
    this.#commands = new DeviceCommands(host, this.#known);
    this.#polls = new TelemetryPolls(host, this.#known);
    this.#buoys = new Buoys(this.#curves, (device, ack) => this.#commands.acked(device, ack));
    this.#registryLine = this.#openRegistry();
    this.#streams = new LinePool(MAX_STREAMS, (slot, keyOf) => this.#openStream(slot, keyOf));
    this.#buoyStreams = new LinePool(MAX_BUOYS, (slot, keyOf) => this.#openBuoy(slot, keyOf));
    this.#acousticStreams = new LinePool(MAX_BUOYS, (slot, keyOf) => this.#openAcoustic(slot, keyOf));
    this.#meshLine = this.#openMesh();
    for (const part of PARTS) if (host.wanted(part)) this.#wanted.add(part);
    this.#arrange();
  }

  demand(part: string, wanted: boolean): void {
    if (wanted) this.#wanted.add(part);
    else this.#wanted.delete(part);
    this.#arrange();
  }

  async call(name: string, args: unknown): Promise<Outcome<unknown>> {
    switch (name) {
      case 'command':
      case 'buoy-command':
        return this.#commands.run(name, args);
      case 'refresh':
        this.#registryLine.ask();
        return { ok: true, value: undefined };
      case 'places':
        return this.#ask('/api/devices/crep');
      case 'network':
        return this.#ask('/api/devices/unified-network');
      default:
        return { ok: false, error: { code: 'no-such-upstream', message: `MAS devices cannot be asked for "${name}"` } };
    }
  }

  async #ask(path: string): Promise<Outcome<unknown>> {
    const outcome = await this.#host.request('GET', path);
    if (!outcome.ok) return outcome;
    const answer = { method: 'GET', path, status: 200, value: outcome.value };
    return { ok: true, value: readAnswer(answer, this.#known, this.#host.out, this.#host.context()).facts };
  }

  /** Which connections there should be now. */
  #arrange(): void {
    const wanted = this.#wanted;
    if (wanted.size === 0) {
      this.#registryLine.stop();
      this.#cancelAge?.();
      this.#cancelAge = undefined;
    } else {
      this.#registryLine.start();
      this.#cancelAge ??= this.#host.schedule(AGE_MS, () => this.#age());
    }
    const listed = this.#known.registry.listed();
    const looked = listed.filter(({ telemetryPart }) => wanted.has(telemetryPart)).map(({ id }) => id);
    const all = wanted.has('readings') ? listed.filter(({ status }) => status === 'online').map(({ id }) => id) : [];
    const { open, left } = this.#streams.want([...new Set([...looked, ...all])].filter((id) => id !== SHADOWED));
    this.#polls.want(looked);
    const buoys = listed.filter(({ role }) => role === 'psathyrella');
    const buoyIds = buoys
      .filter(({ telemetryPart }) => wanted.has('buoys') || wanted.has('buoy-events') || wanted.has(telemetryPart))
      .map(({ id }) => id);
    this.#buoyStreams.want(buoyIds);
    // A browser has few event streams without TLS: the inspector alone is no reason for these.
    this.#acousticStreams.want(this.#host.lookedAt('acoustic') ? buoys.map(({ id }) => id) : []);
    if (wanted.has('mesh-packets') || wanted.has('mesh-nodes')) this.#meshLine.start();
    else this.#meshLine.stop();
    if (this.#known.registry.noteStreams(open, left)) {
      this.#known.registry.tellAgain(this.#host.out, this.#host.context());
    }
  }

  #age(): void {
    this.#cancelAge = this.#host.schedule(AGE_MS, () => this.#age());
    this.#known.readings.age(this.#host.out, this.#host.context());
    this.#buoys.age(this.#host.out, this.#host.context());
  }

  #openRegistry(): PollLine {
    const { registry } = this.#known;
    return this.#host.poll({
      name: 'registry',
      path: '/api/devices',
      everyMs: REGISTRY_MS,
      staleMs: 3 * REGISTRY_MS,
      silentMs: Number.POSITIVE_INFINITY,
      onAnswer: (value, out, { heldMs }) => {
        const { action } = registry.readList(value, out, { ...this.#host.context(), heldMs });
        if (action === 'apply') this.#arrange();
        return action === 'apply';
      },
      onFailure: (_, why, out) => registry.tell(false, why, out, this.#host.context()),
    });
  }

  #openStream(slot: number, keyOf: () => string | undefined): Line {
    return this.#host.websocket({
      name: `device-${slot}`,
      path: () => `/ws/devices/${encodeURIComponent(keyOf() ?? '')}`,
      staleMs: READING_STALE_MS,
      // Nobody pushes anything today, and the pongs tell that MAS is there.
      silentMs: Number.POSITIVE_INFINITY,
      ping: { everyMs: MAS_PING_MS, frame: () => MAS_PING, isPong },
      onMessage: (data, out) => {
        const device = keyOf();
        if (device !== undefined) this.#known.readings.readMessage(device, data, out, this.#host.context());
      },
    });
  }

  #openBuoy(slot: number, keyOf: () => string | undefined): Line {
    return this.#host.sse({
      name: `buoy-${slot}`,
      path: () => `/api/psathyrella/${encodeURIComponent(keyOf() ?? '')}/stream`,
      staleMs: BUOY_STALE_MS,
      silentMs: 30_000,
      resume: false,
      onEvent: ({ data }, out) => {
        const device = keyOf();
        if (device !== undefined) this.#buoys.readEvent(device, data, out, this.#host.context());
      },
    });
  }

  #openAcoustic(slot: number, keyOf: () => string | undefined): Line {
    return this.#host.sse({
      name: `acoustic-${slot}`,
      path: () => `/api/psathyrella/${encodeURIComponent(keyOf() ?? '')}/acoustic/stream`,
      staleMs: 60_000,
      // `keepalive` comes every 15 s.
      silentMs: 45_000,
      resume: false,
      onEvent: ({ event, data }, out) => {
        const device = keyOf();
        if (device !== undefined) readAcoustic(device, event, data, out, this.#host.context());
      },
    });
  }

  #openMesh(): Line {
    const mesh = new Mesh();
    return this.#host.sse({
      name: 'mesh',
      path: '/api/meshtastic/stream',
      staleMs: 600_000,
      // A comment comes every 15 s.
      silentMs: 45_000,
      // MAS does not look at it, and repeats 80 packets anyway.
      resume: false,
      onEvent: ({ event, id, data }, out) => {
        mesh.readEvent(event, id, data, out, this.#host.context());
      },
    });
  }
}

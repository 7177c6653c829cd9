import { boardCommand, boardTelemetry, buoyCommand, parsed } from './mas-devices/board.ts';
import { awareTime } from './mas-devices/device-socket.ts';
import { Fleet, type Heartbeat } from './mas-devices/fleet.ts';
import { Pusher } from './mas-devices/pusher.ts';
import { acousticStream, buoyStream, buoyTelemetry, MeshRadio } from './mas-devices/streams.ts';
import type { SimAnswer, SimHost, SimRequest, Simulator, SimulatorKind } from './simulator.ts';

/** Devices of MAS: registry, sockets per device, boards' answers, a buoy and a mesh. */
export const masDevicesSimulator: SimulatorKind = {
  slug: 'mas-devices',
  about: 'MAS device registry with up to 200 devices, one socket per device, a buoy and mesh radios',
  faults: {
    'no-push': 'sockets are open and silent, as MAS is today',
    'catch-up': 'twenty messages at once per interval',
    repeats: 'every third message is said twice',
    'out-of-order': 'every fourth message is 30 s old',
    'clock-ahead': 'the source clock is 15 minutes ahead',
    suspect: 'temperatures that cannot be',
    'string-numbers': 'numbers as text',
    'other-names': 'the other family of names',
    'two-probes': 'readings per probe',
    'silent-device': 'one device sends no heartbeats: stale after 60 s, forgotten after 120 s',
    'registry-empty': 'MAS was restarted and knows nobody',
    'board-offline': '503 for telemetry and commands',
    'board-timeout': '504 for telemetry and commands',
    'command-rejected': '502 for commands',
    'agent-shape': 'telemetry as a list, as field agents answer',
    'dark-buoy': 'no contact with the buoy: commands wait',
    'no-gps': 'the buoy has no fix',
  },
  dials: {
    devices: { initial: 24, most: 200, about: 'devices, the buoy and an empty host included' },
    everyS: { initial: 5, most: 60, about: 'seconds between a device’s messages' },
  },
  start: (host) => new MasDevices(host),
};

class MasDevices implements Simulator {
  readonly #host: SimHost;
  readonly #fleet: Fleet;
  readonly #pusher: Pusher;
  readonly #mesh: MeshRadio;
  readonly #executed: string[] = [];
  #seq = 0;

  constructor(host: SimHost) {
    this.#host = host;
    this.#fleet = new Fleet(() => host.now());
    this.#pusher = new Pusher(host);
    this.#mesh = new MeshRadio(host);
    this.#beat();
    host.every(1_000, () => this.#beat());
  }

  socket(path: string, _query: URLSearchParams, socket: Parameters<Pusher['take']>[1]): number | undefined {
    const word = /^\/ws\/devices\/([^/]+)$/.exec(path)?.[1];
    if (word === undefined) return 403;
    this.#pusher.take(decodeURIComponent(word), socket);
    return undefined;
  }

  http(request: SimRequest): SimAnswer | undefined {
    const host = this.#host;
    const { method, path } = request;
    if (path === '/ws/devices/status') {
      const devices = this.#pusher.devices();
      const status = {
        active_connections: this.#pusher.active,
        devices_monitored: devices,
        subscription_active: devices.length > 0,
      };
      return { json: { ...status, channel: 'devices:telemetry', timestamp: awareTime(host.now()) } };
    }
    if (path === '/simulator/executed') return { json: { executed: this.#executed } };
    if (path === '/api/meshtastic/stream') return { stream: (stream) => this.#mesh.open(stream) };
    const words = path
      .split('/')
      .filter((word) => word !== '')
      .map(decodeURIComponent);
    if (words[0] !== 'api') return undefined;
    if (words[1] === 'psathyrella' && words[2] !== undefined)
      return this.#buoy(words[2], words.slice(3).join('/'), request);
    if (words[1] !== 'devices') return undefined;
    const [, , id, what] = words;
    if (id === undefined) return { json: this.#list() };
    if (method === 'POST' && (id === 'heartbeat' || id === 'register')) return this.#register(request.body);
    if (method === 'GET' && id === 'crep') return { json: this.#entities() };
    if (method === 'GET' && id === 'unified-network') return { json: this.#network() };
    if (!this.#fleet.has(id)) return { status: 404, json: { detail: `Device not found: ${id}` } };
    if (method === 'GET' && what === undefined) return { json: this.#fleet.row(id) };
    if (method === 'GET' && what === 'telemetry') return boardTelemetry(id, host);
    if (method === 'POST' && what === 'command') {
      return boardCommand(id, request, host, (command) => {
        this.#executed.push(`${id} ${command}`);
        if (this.#executed.length > 200) this.#executed.shift();
      });
    }
    if (method === 'DELETE') {
      this.#fleet.remove(id);
      return { json: { status: 'unregistered', device_id: id, timestamp: awareTime(host.now()) } };
    }
    return undefined;
  }

  #beat(): void {
    if (this.#host.fault('registry-empty')) this.#fleet.clear();
    else this.#fleet.beat(this.#host.dial('devices'), (index) => index === 2 && this.#host.fault('silent-device'));
  }

  #list(): object {
    const devices = this.#fleet.rows();
    return { devices, count: devices.length, timestamp: awareTime(this.#host.now()) };
  }

  #register(body: string): SimAnswer {
    const heartbeat = parsed(body);
    for (const field of ['device_id', 'host']) {
      if (typeof heartbeat?.[field] !== 'string') {
        return {
          status: 422,
          json: { detail: [{ loc: ['body', field], msg: 'field required', type: 'value_error.missing' }] },
        };
      }
    }
    const status = this.#fleet.register(heartbeat as unknown as Heartbeat);
    return { json: { status, device_id: heartbeat?.device_id, timestamp: awareTime(this.#host.now()) } };
  }

  #entities(): object {
    const now = this.#host.now();
    const entities = this.#fleet.rows().map((row) => ({
      id: row.device_id,
      type: 'device',
      // The order of the registered text, which is not GeoJSON's.
      geometry: {
        type: 'Point',
        coordinates: typeof row.location === 'string' ? row.location.split(',').map(Number) : [0, 0],
      },
      state: { classification: row.device_role, energy: row.status === 'online' ? 1 : 0.5 },
      time: { observed_at: row.last_seen, valid_from: row.last_seen },
      confidence: 0.9,
      source: 'mas-device-registry',
      properties: { device_name: row.device_name, status: row.status, host: row.host },
    }));
    return { entities, server_time_ms: now };
  }

  #network(): object {
    const mycobrain = this.#list();
    return {
      timestamp: awareTime(this.#host.now()),
      counts: { mycobrain: this.#fleet.rows().length, meshtastic_nodes: 0, meshtastic_observers: 0 },
      mycobrain,
      meshtastic_nodes: { items: [], error: null },
      meshtastic_observers: { items: [], error: 'timeout' },
      unified: [],
    };
  }

  #buoy(id: string, what: string, request: SimRequest): SimAnswer | undefined {
    const host = this.#host;
    if (what === 'stream') return { stream: (stream) => buoyStream(id, host, stream) };
    if (what === 'acoustic/stream') return { stream: (stream) => acousticStream(id, host, stream) };
    if (what === 'telemetry') return { json: buoyTelemetry(id, 0, host) };
    if (what !== 'command' || request.method !== 'POST') return undefined;
    return buoyCommand(request, host, () => {
      this.#seq += 1;
      return this.#seq;
    });
  }
}

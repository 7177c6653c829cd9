import type { SimAnswer, SimHost, SimRequest } from '../simulator.ts';
import { commandByNumber, commandByType, commandForgotten } from './commands.ts';
import type { SimDevice } from './device.ts';
import { isoTime } from './iso-time.ts';
import { indented, problem, saidAsError, saidAsText } from './problem.ts';
import { dashboardOf, streamOf } from './streams.ts';
import type { World } from './world.ts';

type Json = Readonly<Record<string, unknown>>;
const SERVER_ERROR = 'An error occurred while processing your request.';

/** The routes beside the hub: the store, commands, event streams, ingest. */
export class Rest {
  readonly #host: SimHost;
  readonly #world: World;

  constructor(host: SimHost, world: World) {
    this.#host = host;
    this.#world = world;
  }

  answer(request: SimRequest): SimAnswer | undefined {
    const { method, path } = request;
    if (method === 'GET') return this.#get(request, path.split('/').slice(1));
    const body = bodyOf(request.body);
    return method === 'POST' ? this.#post(path, body) : this.#change(method, path);
  }

  #get({ path, query }: SimRequest, words: readonly string[]): SimAnswer | undefined {
    const stream = streamOf(path, this.#host, this.#world);
    if (stream !== undefined) return stream;
    switch (path) {
      case '/':
        return indented({ name: 'NatureOS (simulated)' });
      case '/health':
        return { text: 'Healthy' };
      case '/version':
        return indented({ version: 'simulated' });
      case '/api/status':
      case '/api/mycosoft/status':
        return indented({ status: 'operational', simulated: true });
      case '/api/devices':
        return this.#list((devices) => devices.map((device) => this.#stored(device)));
      case '/devices':
        return this.#host.fault('duplicate-ids')
          ? problem(500, SERVER_ERROR)
          : this.#list((devices) => ({ items: devices.map((device) => this.#stored(device)) }));
      case '/api/mycobrain/devices':
        return this.#list((devices) => devices.map((device) => this.#myco(device)));
      case '/api/events':
        return this.#events(query);
      case '/api/Monitoring/alerts':
        return indented([]);
      case '/api/mycosoft/website/live-data':
        return indented(this.#liveData());
      case '/api/mycosoft/website/dashboard':
        return indented(dashboardOf(this.#host, this.#world));
      case '/api/mycosoft/fusarium/stream-endpoints':
        return indented({
          events: '/api/mycosoft/events/stream',
          dashboard: '/api/mycosoft/dashboard/stream',
          hub: '/natureos-hub',
        });
      default:
        return this.#ofDevice(path, words, query);
    }
  }

  #ofDevice(path: string, words: readonly string[], query: URLSearchParams): SimAnswer | undefined {
    const sensor = /^\/devices\/([^/]+)\/sensor-data$/.exec(path)?.[1];
    if (sensor !== undefined) return this.#history(decodeURIComponent(sensor), query);
    const serial = /^\/api\/mycobrain\/devices\/([^/]+)(\/telemetry)?$/.exec(path);
    const device = this.#world.find(decodeURIComponent(serial?.[1] ?? words[2] ?? ''));
    if (serial !== null) {
      if (device === undefined) return saidAsText(404, 'Device not found');
      return indented(serial[2] === undefined ? this.#myco(device) : [device.telemetry()]);
    }
    if (!/^\/api\/devices\/[^/]+$/.test(path)) return undefined;
    return device === undefined ? saidAsText(404, 'Device not found') : indented(this.#stored(device));
  }

  #post(path: string, body: Json): SimAnswer | undefined {
    const now = this.#host.now();
    const command = /^(\/api)?\/devices\/([^/]+)\/commands\/mycobrain$/.exec(path);
    if (command !== null) {
      const id = decodeURIComponent(command[2] ?? '');
      return command[1] === undefined ? commandByType(this.#world, id, body, now) : commandForgotten(id, isoTime(now));
    }
    switch (path) {
      case '/api/mycobrain/command':
        return commandByNumber(this.#world, body);
      case '/api/mycobrain/telemetry':
        if (typeof body.serial !== 'string' || body.serial === '') return this.#ingested(false, '');
        this.#world.telemetry(body.serial, body);
        return this.#ingested(true, `${body.serial}-${String(body.seq)}`);
      case '/api/mycosoft/mushroom1/telemetry':
        this.#world.mushroom1(body);
        return this.#ingested(true, '');
      case '/api/mycosoft/myca/query': {
        const answer = 'This answer is simulated: nobody thought about the question.';
        this.#world.asked(String(body.question ?? ''), answer.length);
        const suggestedQuestions = ['What is the humidity of tray 1?', 'Which devices are offline?'];
        return indented({ answer, confidence: 0.5, timestamp: isoTime(now), suggestedQuestions, synthetic: true });
      }
      case '/api/mycosoft/myca/feedback':
        return { status: 202, text: '' };
      case '/api/mycosoft/hpl/simulate':
        this.#world.simulate();
        return indented({ status: 'Running' });
      case '/api/mycosoft/sync':
        this.#world.sync();
        return indented({ status: 'Started' });
      default:
        return undefined;
    }
  }

  #change(method: string, path: string): SimAnswer | undefined {
    if (method === 'PUT' && /^\/devices\/[^/]+\/config$/.test(path)) return indented({ status: 'saved' });
    if (method === 'DELETE' && /^\/api\/(devices|events)\/[^/]+$/.test(path)) return saidAsError(401, 'unauthorized');
    return undefined;
  }

  /** The store fails, or has nothing, as it often does. */
  #list(of: (devices: readonly SimDevice[]) => unknown): SimAnswer {
    if (this.#host.fault('snapshot-500')) return problem(500, SERVER_ERROR);
    return indented(of(this.#host.fault('empty-snapshot') ? [] : this.#world.devices));
  }

  #stored(device: SimDevice): object {
    const lastSeen = isoTime(device.lastSeenAt ?? this.#host.now());
    return {
      deviceId: device.serial,
      name: device.name,
      deviceType: 'mycobrain',
      location: 'Room 2 (simulated)',
      status: 1,
      lastSeen,
      batteryLevel: device.batteryPct,
      tenantId: 'sim',
      metadata: { simulated: 'true' },
      createdAt: '2026-03-01T00:00:00Z',
      updatedAt: lastSeen,
    };
  }

  #myco(device: SimDevice): object {
    return {
      device_id: device.serial,
      device_type: 'mycobrain',
      firmware_version: device.firmware,
      i2c_addresses: ['0x76', '0x77'],
      analog_labels: device.analogLabels,
      mosfet_labels: device.mosfetLabels,
      power_status: 'battery',
      location: 'Room 2 (simulated)',
      purpose: 'simulated',
      tenant_id: 'sim',
      created_at: '2026-03-01T00:00:00Z',
      last_seen: isoTime(device.lastSeenAt ?? this.#host.now()),
      status: 1,
    };
  }

  #events(query: URLSearchParams): SimAnswer {
    if (this.#host.fault('snapshot-500')) return problem(500, SERVER_ERROR);
    const size = Number(query.get('pageSize') ?? 50);
    if (!(size >= 1 && size <= 1_000)) return saidAsError(400, 'page_size_out_of_range');
    const from = Number(query.get('continuationToken') ?? 0);
    const all = this.#host.fault('empty-snapshot') ? [] : this.#world.events.all();
    const items = all.slice(from, from + size);
    const hasMore = from + size < all.length;
    return indented({ items, totalCount: null, continuationToken: hasMore ? String(from + size) : null, hasMore });
  }

  #history(deviceId: string, query: URLSearchParams): SimAnswer {
    const device = this.#world.find(deviceId);
    if (device === undefined) return indented({ items: [] });
    const sensorType = query.get('sensor_type') ?? 'temperature';
    const limit = Math.min(500, Number(query.get('limit') ?? 100));
    const now = this.#host.now();
    const items = Array.from({ length: limit }, (_, index) => ({
      device_id: deviceId,
      sensor_type: sensorType,
      value: Number((device.temperatureC + Math.sin(index / 10)).toFixed(2)),
      unit: null,
      timestamp: isoTime(now - index * 2_000),
      metadata: { serial: deviceId, sequence: Math.max(0, device.seq - index), firmware_version: device.firmware },
    }));
    return indented({ items });
  }

  #liveData(): object {
    const { devices } = this.#world;
    const readings = devices.map(({ serial, lastSeenAt }) => ({
      deviceId: serial,
      value: null,
      ts: isoTime(lastSeenAt ?? 0),
    }));
    const counts = {
      activeDevices: devices.length,
      totalDevices: devices.length,
      eventsToday: this.#world.events.total,
    };
    return { readings, context: { ...counts, eventsPerHour: 0, topDomains: [] } };
  }

  /** Always 200; whether it worked is in the body. */
  #ingested(success: boolean, eventId: string): SimAnswer {
    const message = success ? 'Ingested' : 'Serial is missing';
    return indented({ success, eventId, timestamp: isoTime(this.#host.now()), message });
  }
}

function bodyOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
  } catch {
    return {};
  }
}

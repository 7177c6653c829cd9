import { aircraftAt } from './crep/aircraft.ts';
import { fungiFeed, mycobrainDevices, mycosoftDevices, observation } from './crep/devices.ts';
import { eonetEvents, globalEvents, nwsAlerts, spaceWeather } from './crep/events.ts';
import { LiveFeed } from './crep/live.ts';
import { boxOf, World } from './crep/world.ts';
import type { SimAnswer, SimHost, SimRequest, SimSocket, Simulator, SimulatorKind } from './simulator.ts';

/** The map's feeds, with everything that is odd about them. */
export const crepSimulator: SimulatorKind = {
  slug: 'crep',
  about: 'flights, vessels, satellites and events of an invented world, in the shapes and units of their sources',
  faults: {
    unavailable: '200 with empty lists and available: false, as failures really come',
    html: 'a block page with status 200',
    cut: 'JSON that ends in the middle',
    'rate-limit': '429 with Retry-After',
    empty: 'empty lists that say they are available',
    shape: 'an object where a list belongs',
    junk: 'null, numbers and texts among the items',
    'zero-zero': 'every fiftieth at 0, 0',
    'out-of-range': 'every fiftieth at latitude 91.2',
    teleport: 'every fiftieth jumps across the world',
    'clock-ahead': 'every fiftieth from an hour ahead',
    'naive-time': 'every fiftieth with a time without a zone',
    'no-time': 'every fiftieth without a time that can be read',
    'id-changes': 'every fiftieth with a new id each second',
    'bad-frames': 'binary frames that are no UTF-8 on the entity socket',
    'no-socket': 'the entity socket is refused: the bridge has to do',
  },
  dials: {
    aircraft: { initial: 600, most: 30_000, about: 'aircraft in the air and on the ground' },
    vessels: { initial: 600, most: 30_000, about: 'vessels, six of ten moored' },
    satellites: { initial: 400, most: 15_000, about: 'satellites, nine of ten with six digits and no TLE' },
    events: { initial: 150, most: 5_000, about: 'events of the last days' },
    livePerS: { initial: 20, most: 5_000, about: 'entities a second on the live socket' },
  },
  start: (host) => new Crep(host),
};

/** Answers that were made a moment ago are said again: 50 viewers cost one computation a second. */
const MOST_KEPT = 64;
const SECOND_MS = 1_000;
const ELEMENTS_MS = 900_000;

class Crep implements Simulator {
  readonly #host: SimHost;
  readonly #world: World;
  readonly #live: LiveFeed;
  readonly #kept = new Map<string, { readonly until: number; readonly text: string }>();
  #seen = 0;

  constructor(host: SimHost) {
    this.#host = host;
    this.#world = new World(host);
    this.#live = new LiveFeed(host, this.#world);
  }

  close(): void {
    this.#live.close();
  }

  socket(path: string, query: URLSearchParams, socket: SimSocket): number | undefined {
    if (this.#host.fault('no-socket')) return 403;
    if (path === '/api/entities/stream') this.#live.socket(socket);
    else if (path === '/api/crep/stream') this.#live.crepSocket(socket, query.get('category'));
    else return 403;
    return undefined;
  }

  http({ method, path, query }: SimRequest): SimAnswer | undefined {
    if (method !== 'GET') return undefined;
    if (path === '/api/stream/entities' || path === '/api/stream/crep')
      return { stream: (stream) => this.#live.stream(stream) };
    if (path === '/api/crep/nature-stream') return this.#nature();
    const host = this.#host;
    if (host.fault('rate-limit'))
      return { status: 429, headers: { 'retry-after': '5' }, json: { error: 'too many requests' } };
    if (host.fault('html')) return { text: '<!DOCTYPE html><title>Attention Required</title>', type: 'text/html' };
    const make = this.#maker(path, query);
    if (make === undefined) return undefined;
    const text = this.#keep(
      `${path}?${query}`,
      path.includes('satellites') || path.includes('orbital') ? ELEMENTS_MS : SECOND_MS,
      make,
    );
    return { text: host.fault('cut') ? text.slice(0, text.length / 2) : text, type: 'application/json' };
  }

  #keep(key: string, ms: number, make: () => object): string {
    const now = this.#host.now();
    // The dials and faults are part of the question.
    const faults = Object.keys(crepSimulator.faults).filter((name) => this.#host.fault(name));
    const dials = Object.keys(crepSimulator.dials).map((name) => this.#host.dial(name));
    const full = `${key} ${faults} ${dials}`;
    const known = this.#kept.get(full);
    if (known !== undefined && now < known.until) return known.text;
    const text = JSON.stringify(make());
    this.#kept.delete(full);
    this.#kept.set(full, { until: now + ms, text });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    return text;
  }

  #maker(path: string, query: URLSearchParams): (() => object) | undefined {
    const now = this.#host.now();
    const limit = Math.max(0, Number(query.get('limit') ?? 1_500)) || 0;
    const box = boxOf(query);
    switch (path) {
      case '/api/oei/flightradar24':
        return () => this.#answer('aircraft', this.#world.aircraftList(box, limit), { source: 'opensky+adsb.lol' });
      case '/api/oei/aisstream':
        return () =>
          this.#answer('vessels', this.#world.vesselList(box, Math.min(limit, 8_000)), { success: true, isLive: true });
      case '/api/oei/satellites':
        return () =>
          this.#answer('satellites', this.#world.satelliteList(limit), { source: 'celestrak', category: 'active' });
      case '/api/oei/orbital-objects':
        return () => this.#answer('objects', this.#world.satelliteList(limit), { source: 'orbital-objects-multi' });
      case '/api/natureos/global-events':
        return () => this.#answer('events', globalEvents(now, Math.min(limit, this.#host.dial('events'))), {});
      case '/api/oei/eonet':
        return () => this.#answer('events', eonetEvents(now), { source: 'NASA EONET' });
      case '/api/oei/nws-alerts':
        return () => this.#answer('events', nwsAlerts(now), {});
      case '/api/oei/space-weather':
        return () =>
          this.#host.fault('unavailable')
            ? {
                error: 'Failed to fetch space weather data',
                message: 'timeout',
                available: false,
                scales: null,
                solarWind: null,
              }
            : spaceWeather(now);
      case '/api/crep/mycosoft-devices':
        return () => this.#answer('devices', mycosoftDevices(now), { source: 'mycosoft-devices' });
      case '/api/mycobrain/devices':
        return () => this.#answer('devices', mycobrainDevices(now), { count: 1 });
      case '/api/crep/feed/gbif-fungi':
        return () => fungiFeed(now);
      default: {
        const flight = /^\/api\/oei\/flight-history\/([^/]+)$/.exec(path)?.[1];
        return flight === undefined ? undefined : () => this.#history(decodeURIComponent(flight));
      }
    }
  }

  /** A list in its wrapper, or what comes in its place. */
  #answer(name: string, list: object[], rest: object): object {
    const host = this.#host;
    const timestamp = new Date(host.now()).toISOString();
    if (host.fault('unavailable'))
      return {
        source: 'registry',
        timestamp,
        total: 0,
        [name]: [],
        available: false,
        error: 'Error: upstream timeout',
      };
    if (host.fault('shape')) return { ...rest, timestamp, [name]: { first: list[0] ?? {} } };
    const items: unknown[] = host.fault('empty') ? [] : host.fault('junk') ? [null, 7, 'x', [], ...list] : list;
    return { ...rest, timestamp, total: items.length, [name]: items, available: true, cached: false };
  }

  /** Feet, knots and epoch ms; of who is not known an empty trail, which is a normal answer. */
  #history(id: string): object {
    const index = Number.parseInt(id.replace(/^.*[-_~]/, ''), 16) - 0xf0_0000;
    const isKnown = index >= 0 && index < this.#host.dial('aircraft');
    const now = this.#host.now();
    const trail = Array.from({ length: isKnown ? 30 : 0 }, (_, step) => {
      const at = now - (30 - step) * 60_000;
      const fix = aircraftAt(this.#world.aircraft(index), at);
      return {
        lat: fix.lat,
        lng: fix.lon,
        alt_ft: Math.round(fix.altM / 0.3048),
        speed_kts: null,
        heading: fix.trackDeg,
        vertical_rate: null,
        timestamp: at,
      };
    });
    return {
      id,
      icao24: isKnown ? this.#world.aircraft(index).hex : null,
      callsign: null,
      trail,
      source: isKnown ? 'opensky' : 'none',
    };
  }

  #nature(): SimAnswer {
    return {
      stream: (stream) => {
        stream.event(JSON.stringify({ connected_at: new Date(this.#host.now()).toISOString() }), 'hello');
        return this.#host.every(5_000, () => {
          this.#seen += 1;
          stream.event(JSON.stringify(observation(this.#seen, this.#host.now())), 'nature');
        });
      },
    };
  }
}

import type { SimHost } from '../simulator.ts';
import { aircraftRecord, makeAircraft, type SimAircraft } from './aircraft.ts';
import { chance } from './chance.ts';
import { satelliteRecord } from './satellites.ts';
import { makeVessel, type SimVessel, vesselRecord } from './vessels.ts';

export interface Box {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

const HOUR_MS = 3_600_000;

/** Everything that moves, made once and placed when it is asked for. */
export class World {
  readonly #host: SimHost;
  readonly #aircraft: SimAircraft[] = [];
  readonly #vessels: SimVessel[] = [];

  constructor(host: SimHost) {
    this.#host = host;
  }

  aircraft(index: number): SimAircraft {
    this.#aircraft[index] ??= makeAircraft(index);
    return this.#aircraft[index];
  }

  vessel(index: number): SimVessel {
    this.#vessels[index] ??= makeVessel(index);
    return this.#vessels[index];
  }

  /** The registry's list: each source in its own units, some told by two of them. */
  aircraftList(box: Box | undefined, limit: number): object[] {
    const now = this.#host.now();
    const list: object[] = [];
    for (let index = 0; index < this.#host.dial('aircraft') && list.length < limit; index++) {
      const it = this.aircraft(index);
      const late = 500 + Math.floor(chance(9, index, Math.floor(now / 5_000)) * 2_500);
      const turn = index % 10;
      const source = turn < 5 ? 'opensky' : turn < 9 ? 'adsb.lol' : 'opensky+adsb.lol';
      const record = aircraftRecord(it, now - late, source);
      if (!isIn(record, box)) continue;
      list.push(this.#spoilt(record, index));
      // The same one by another source, a little older.
      if (index % 7 === 3 && list.length < limit)
        list.push(aircraftRecord(it, now - late - 1_000 - (index % 3) * 1_000, turn < 5 ? 'adsb.lol' : 'opensky'));
    }
    return list;
  }

  vesselList(box: Box | undefined, limit: number): object[] {
    const now = this.#host.now();
    const list: object[] = [];
    for (let index = 0; index < this.#host.dial('vessels') && list.length < limit; index++) {
      const it = this.vessel(index);
      const every = it.moored ? 180_000 : 10_000;
      // It says where it is at its own times: between them its newest report is the same.
      const at = Math.floor((now + index * 137) / every) * every - index * 137;
      const record = vesselRecord(it, Math.min(at, now));
      if (isIn(record, box)) list.push(this.#spoilt(record, index));
    }
    return list;
  }

  satelliteList(limit: number): object[] {
    const start = Math.floor(this.#host.now() / HOUR_MS) * HOUR_MS;
    return Array.from({ length: Math.min(limit, this.#host.dial('satellites')) }, (_, index) =>
      satelliteRecord(index, start),
    );
  }

  /** One of fifty is hit by the faults that are switched on. */
  #spoilt(record: object, index: number): object {
    const host = this.#host;
    if (index % 50 !== 17) return record;
    let spoilt: Record<string, unknown> = { ...record };
    if (host.fault('zero-zero')) spoilt = { ...spoilt, lat: 0, lng: 0 };
    if (host.fault('out-of-range')) spoilt = { ...spoilt, lat: 91.2 };
    if (host.fault('teleport')) spoilt = { ...spoilt, lat: 10, lng: 20 };
    if (host.fault('clock-ahead')) spoilt = { ...spoilt, timestamp: new Date(host.now() + HOUR_MS).toISOString() };
    if (host.fault('naive-time'))
      spoilt = { ...spoilt, timestamp: String(spoilt.timestamp).replace('T', ' ').replace('Z', '') };
    if (host.fault('no-time')) spoilt = { ...spoilt, timestamp: 'not a date' };
    if (host.fault('id-changes')) spoilt = { ...spoilt, id: `fr24_${Math.floor(host.now() / 1_000).toString(16)}` };
    return spoilt;
  }
}

const isIn = (record: object, box: Box | undefined): boolean => {
  if (box === undefined) return true;
  const { lat, lng } = record as { readonly lat: number; readonly lng: number };
  return lat >= box.south && lat <= box.north && lng >= box.west && lng <= box.east;
};

/** `lamin lamax lomin lomax`: understands no antimeridian. */
export function boxOf(query: URLSearchParams): Box | undefined {
  const [south, north, west, east] = ['lamin', 'lamax', 'lomin', 'lomax'].map((name) =>
    query.has(name) ? Number(query.get(name)) : Number.NaN,
  );
  return [south, north, west, east].some(Number.isNaN)
    ? undefined
    : { south: south ?? 0, north: north ?? 0, west: west ?? 0, east: east ?? 0 };
}

import { CREP_KINDS, type CrepKind } from '../../contract/upstream/crep.ts';
import type { Camera } from './engine/map-engine.ts';
import { type MapFilter, readFilter, writeFilter } from './filter.ts';

export const UNIT_SYSTEMS = ['aviation', 'metric', 'imperial'] as const;
export type UnitsName = (typeof UNIT_SYSTEMS)[number];

/** What can be switched on over the map. */
export const EXTRAS = ['trails', 'vectors', 'labels', 'night', 'rings'] as const;
export type Extra = (typeof EXTRAS)[number];

/** What the address of the map holds. */
export interface MapAddress {
  readonly camera: Camera;
  readonly hidden: ReadonlySet<CrepKind>;
  readonly extras: ReadonlySet<Extra>;
  readonly sel: string | undefined;
  readonly follow: boolean;
  /** Only what is chosen and what fits the search is drawn. */
  readonly isolate: boolean;
  readonly find: string;
  readonly filter: MapFilter;
  readonly units: UnitsName;
  /** Positions carried on between reports. */
  readonly prediction: boolean;
  readonly table: boolean;
  /** A checked wish of an assistant, as JSON. */
  readonly wish: string | undefined;
}

export const WORLD_CAMERA: Camera = { lon: 10, lat: 30, zoom: 1.4 };
const DEFAULT_EXTRAS: readonly Extra[] = ['labels'];
const MAX = 200;
const MAX_WISH = 2_000;

type Search = Readonly<Record<string, string | readonly string[] | undefined>>;
const one = (value: string | readonly string[] | undefined, max = MAX): string =>
  ((typeof value === 'string' ? value : value?.[0]) ?? '').slice(0, max);
const numberIn = (text: string, low: number, high: number, or: number): number => {
  const value = text === '' ? Number.NaN : Number(text);
  return value >= low && value <= high ? value : or;
};

/** Reads whatever somebody pasted: what does not fit becomes the default. */
export function readMapAddress(search: Search): MapAddress {
  const hidden = one(search.hide).split(',');
  const extras = search.show === undefined ? DEFAULT_EXTRAS : one(search.show).split(',');
  return {
    camera: {
      lon: numberIn(one(search.lon), -180, 180, WORLD_CAMERA.lon),
      lat: numberIn(one(search.lat), -85, 85, WORLD_CAMERA.lat),
      zoom: numberIn(one(search.z), 0, 18, WORLD_CAMERA.zoom),
    },
    hidden: new Set(CREP_KINDS.filter((kind) => hidden.includes(kind))),
    extras: new Set(EXTRAS.filter((extra) => extras.includes(extra))),
    sel: one(search.sel) || undefined,
    follow: one(search.follow) === '1',
    isolate: one(search.only) === '1',
    find: one(search.find),
    filter: readFilter(one(search.filter)),
    units: UNIT_SYSTEMS.find((name) => name === one(search.units)) ?? 'metric',
    prediction: one(search.predict) !== 'off',
    table: one(search.table) === '1',
    wish: one(search.do, MAX_WISH) || undefined,
  };
}

export function writeMapAddress(address: MapAddress): Record<string, string | undefined> {
  const { camera } = address;
  const extras = [...address.extras].join(',');
  return {
    lon: camera.lon.toFixed(3),
    lat: camera.lat.toFixed(3),
    z: camera.zoom.toFixed(2),
    hide: [...address.hidden].join(',') || undefined,
    show: extras === DEFAULT_EXTRAS.join(',') ? undefined : extras,
    sel: address.sel,
    follow: address.follow ? '1' : undefined,
    only: address.isolate ? '1' : undefined,
    find: address.find || undefined,
    filter: writeFilter(address.filter) || undefined,
    units: address.units === 'metric' ? undefined : address.units,
    predict: address.prediction ? undefined : 'off',
    table: address.table ? '1' : undefined,
    do: undefined,
  };
}

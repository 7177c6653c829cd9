import type { Feature, FeatureCollection } from 'geojson';
import type { LonLat } from '../../../contract/upstream/crep.ts';
import type { EntityRows } from './entity-rows.ts';

/** Where a map looks. Degrees; the zoom of Web Mercator with tiles of 512 px. */
export interface Camera {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
}

/** What is in sight; longitudes may lie outside ±180. */
export interface View {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Lines and areas under the entities, each drawn in its own way; what is handed over replaces what was there. */
export const OVERLAYS = ['trails', 'vectors', 'orbit', 'footprint', 'rings', 'fences', 'shapes', 'night'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** A text beside a place, the most important first. */
export interface MapLabel {
  readonly key: string;
  readonly text: string;
}

export interface MapLook {
  /** Of the theme, as CSS colours. */
  readonly background: string;
  readonly land: string;
  readonly border: string;
  readonly grid: string;
  readonly ink: string;
  readonly soft: string;
  readonly alarm: string;
  readonly accent: string;
  readonly warn: string;
  /** By shape (`SHAPES` of entity-rows). */
  readonly kinds: readonly string[];
}

export interface MapStats {
  /** Entities that have a place. */
  readonly drawn: number;
  /** Main thread, median of the last frames: ours alone, ms. */
  readonly frameMs: number;
  readonly frames: number;
  /** The graphics context was lost so many times, and came back. */
  readonly contextsLost: number;
  /** The processor draws, and less often for it. */
  readonly withoutCard: boolean;
}

export interface MapEngineOptions {
  readonly camera: Camera;
  readonly look: MapLook;
  readonly onCamera: (camera: Camera, view: View) => void;
  /** A press: the entity there, if any, and the place. */
  readonly onPress: (key: string | undefined, at: LonLat) => void;
  readonly onHover: (key: string | undefined) => void;
  /** The operator's own tiles are on the map, or cannot be; never called where there are none. */
  readonly onTiles: (tiles: TilesState) => void;
}

export type TilesState =
  /** `credit`: who made them, as text; undefined: they do not say. */
  { readonly is: 'there'; readonly credit: string | undefined } | { readonly is: 'broken'; readonly why: string };

/** A map that draws many moving things. Made by `createMapEngine`; everything it holds ends with `destroy`. */
export interface MapEngine {
  readonly is: 'webgl' | 'canvas';
  /** Why it is the plain one; undefined: it is not. */
  readonly plainBecause?: string;
  readonly rows: EntityRows;
  camera(): Camera;
  view(): View;
  /** `animate`: flown to, unless the person wants less motion. */
  setCamera(camera: Partial<Camera>, animate?: boolean): void;
  panBy(dxPx: number, dyPx: number): void;
  setLook(look: MapLook): void;
  /** Received positions only, when off. */
  setPrediction(on: boolean): void;
  setChosen(key: string | undefined): void;
  /** Beside entities; as many as there is room for. */
  setLabels(labels: readonly MapLabel[]): void;
  setOverlay(name: Overlay, features: readonly Feature[]): void;
  /** Something in `rows` changed. */
  touch(): void;
  stats(): MapStats;
  /** What is on the screen, as a PNG. */
  picture(): Promise<Blob | undefined>;
  destroy(): void;
}

export const collection = (features: readonly Feature[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [...features],
});

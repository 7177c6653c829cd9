import {
  type KnownLayout,
  type LayoutNode,
  type LayoutSector,
  MAX_LAYOUT_NODES,
  type Place,
} from '../../src/contract/upstream/layout-worker.ts';
import { NearGrid } from './near-grid.ts';
import { relax } from './relax.ts';
import { shareOut, squeezeIn } from './sectors.ts';

const MAX_RINGS = 400;

/** The places of one layout. Who has one keeps it. */
export class LayoutBook {
  #sectors: LayoutSector[];
  readonly #places = new Map<string, Place>();

  constructor(known: KnownLayout) {
    this.#sectors = known.sectors.filter(({ angle, width }) => Number.isFinite(angle) && width > 0).slice(0, 200);
    for (const [key, x, y] of known.places.slice(0, MAX_LAYOUT_NODES)) {
      if (Number.isFinite(x) && Number.isFinite(y)) this.#places.set(key, [x, y]);
    }
  }

  get sectors(): readonly LayoutSector[] {
    return this.#sectors;
  }

  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  move(key: string, x: number, y: number): void {
    if (Number.isFinite(x) && Number.isFinite(y)) this.#places.set(key, [x, y]);
  }

  forget(keys: readonly string[]): void {
    for (const key of keys) this.#places.delete(key);
  }

  /** Places who has none yet; gives the places of all that were asked for, and how many found no room. */
  add(
    nodes: readonly LayoutNode[],
    links: readonly (readonly [string, string])[],
  ): { readonly places: Map<string, Place>; readonly left: number } {
    const asked = new Map(nodes.map((node) => [node.key, node]));
    const news = [...asked.values()].filter(({ key }) => !this.#places.has(key)).sort(byKey);
    const room = Math.max(0, MAX_LAYOUT_NODES - this.#places.size);
    const taken = news.slice(0, room);
    this.#openSectors(taken);
    const spacing = spacingFor(this.#places.size + taken.length);
    const grid = new NearGrid(spacing);
    for (const place of this.#places.values()) grid.add(place);
    const heads = headRadius(this.#sectors.length);
    const leaves = new Map<string, Place>();
    for (const node of taken) {
      const sector = this.#sectors.find(({ name }) => name === node.sector);
      const place =
        node.rank === 'hub' || sector === undefined
          ? ([0, 0] as const)
          : node.rank === 'head'
            ? polar(sector.angle, heads)
            : slotIn(sector, heads, spacing, grid);
      grid.add(place);
      if (node.rank === 'leaf') leaves.set(node.key, place);
      else this.#places.set(node.key, place);
    }
    for (const [key, place] of relax(leaves, this.#places, links, spacing)) this.#places.set(key, place);
    const places = new Map<string, Place>();
    for (const key of asked.keys()) {
      const place = this.#places.get(key);
      if (place) places.set(key, place);
    }
    return { places, left: news.length - taken.length };
  }

  #openSectors(news: readonly LayoutNode[]): void {
    const counts = new Map<string, number>();
    for (const { rank, sector } of news) if (rank !== 'hub') counts.set(sector, (counts.get(sector) ?? 0) + 1);
    if (this.#sectors.length === 0) {
      this.#sectors = shareOut(counts);
      return;
    }
    for (const name of [...counts.keys()].sort()) {
      if (!this.#sectors.some((sector) => sector.name === name))
        this.#sectors = [...this.#sectors, squeezeIn(this.#sectors, name)];
    }
  }
}

const byKey = (a: LayoutNode, b: LayoutNode): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
const polar = (angle: number, radius: number): Place => [
  Math.round(Math.cos(angle) * radius * 2) / 2,
  Math.round(Math.sin(angle) * radius * 2) / 2,
];
/** So that names fit between few, and many fit at all. */
const spacingFor = (count: number): number => (count <= 90 ? 72 : count <= 400 ? 52 : 34);
const headRadius = (sectors: number): number => Math.max(110, sectors * 15);

/** The first free slot, ring by ring outwards, from the middle of the sector to its sides. */
function slotIn(sector: LayoutSector, heads: number, spacing: number, grid: NearGrid): Place {
  for (let ring = 0; ring < MAX_RINGS; ring += 1) {
    const radius = heads + spacing * (1 + ring * 0.9);
    const count = Math.max(1, Math.floor((sector.width * radius * 0.94) / spacing));
    const step = (sector.width * 0.94) / count;
    for (let index = 0; index < count; index += 1) {
      // 0, +1, −1, +2, −2 …, from the middle; an even ring has none in the middle.
      const side = index % 2 === 0 ? -1 : 1;
      const offset = count % 2 === 1 ? side * Math.ceil(index / 2) : side * (Math.floor(index / 2) + 0.5);
      const place = polar(sector.angle + offset * step, radius);
      if (grid.isFree(place, spacing * 0.7)) return place;
    }
  }
  return polar(sector.angle, heads + spacing * MAX_RINGS);
}

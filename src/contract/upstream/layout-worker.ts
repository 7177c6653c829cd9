/** Where a node of a graph stands; pixels at zoom 1, the hub is at 0,0. */
export type Place = readonly [x: number, y: number];

/** A slice of the circle round the hub: whoever belongs to a group stands in it. */
export interface LayoutSector {
  readonly name: string;
  /** Its middle, radians. */
  readonly angle: number;
  readonly width: number;
}

export interface LayoutNode {
  readonly key: string;
  /** hub: the middle · head: the group's own node, at the inner edge of its sector · leaf: inside of it */
  readonly rank: 'hub' | 'head' | 'leaf';
  /** '' for the hub. */
  readonly sector: string;
}

/** What was laid out before, as it was told. */
export interface KnownLayout {
  readonly sectors: readonly LayoutSector[];
  readonly places: readonly (readonly [key: string, x: number, y: number])[];
}

/**
 * What a page tells the layout worker. A layout is named (`group`), so that one grouping does not disturb another. Who has a place keeps
 * it until `forget` or `move`.
 */
export type ToLayoutWorker =
  /** Begins a layout from what is known of it. */
  | { readonly t: 'begin'; readonly group: string; readonly known: KnownLayout }
  /** Gives places to those who have none; `links` pull a new node a little towards whom it talks to. */
  | {
      readonly t: 'add';
      readonly group: string;
      readonly id: number;
      readonly nodes: readonly LayoutNode[];
      readonly links: readonly (readonly [from: string, to: string])[];
    }
  /** A person put it there. */
  | { readonly t: 'move'; readonly group: string; readonly key: string; readonly x: number; readonly y: number }
  | { readonly t: 'forget'; readonly group: string; readonly keys: readonly string[] };

/** What it answers to `add`: the places of those nodes, all sectors, and how many found no room (told, not drawn). */
export interface FromLayoutWorker {
  readonly t: 'placed';
  readonly group: string;
  readonly id: number;
  readonly places: readonly (readonly [key: string, x: number, y: number])[];
  readonly sectors: readonly LayoutSector[];
  readonly left: number;
  readonly tookMs: number;
}

/** Nodes of one layout; more are not placed. */
export const MAX_LAYOUT_NODES = 5_000;

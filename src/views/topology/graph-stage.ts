import type { LayoutNode, Place } from '../../contract/upstream/layout-worker.ts';
import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts';
import { lookOfEdge, lookOfNode, type Palette } from './look.ts';
import type { Scene, SceneEdge, SceneNode } from './scene-parts.ts';

/** Who gives places; `LayoutClient`, or a test. */
export interface Placer {
  /** Those of them that have a place in this grouping. */
  places(group: string): ReadonlyMap<string, Place>;
  ask(group: string, nodes: readonly LayoutNode[], links: readonly (readonly [string, string])[]): void;
  forget(group: string, keys: readonly string[]): void;
  /** The sector a node has its place in; undefined: it has no place, or nobody knows. */
  sectorOf(group: string, key: string): string | undefined;
}

/** So many times as many new ones as known ones: then the known places are no use, and all are made anew. */
const OVERRUN = 2;
/** Few are no crowd. */
const CROWD = 60;

interface Painted {
  readonly node: SceneNode;
  readonly place: Place;
}

/**
 * Between the scene, the places and what paints: tells the drawing only what has changed. A node is painted once it has a place, an edge
 * once both of its ends are.
 */
export class GraphStage {
  readonly #placer: Placer;
  #drawing: Drawing | undefined;
  #palette: Palette | undefined;
  #scene: Scene | undefined;
  #group = '';
  #nodes = new Map<string, Painted>();
  #edges = new Map<string, SceneEdge>();
  /** Asked for, not answered. */
  readonly #asked = new Set<string>();
  #left = 0;

  constructor(placer: Placer) {
    this.#placer = placer;
  }

  /** What paints from now on; it begins empty. */
  paintOn(drawing: Drawing, palette: Palette): void {
    this.#drawing = drawing;
    this.recolor(palette);
  }

  /** Other colours: everything is painted anew. */
  recolor(palette: Palette): void {
    this.#palette = palette;
    const [nodes, edges] = [this.#nodes, this.#edges];
    this.#nodes = new Map();
    this.#edges = new Map();
    this.#paint([...nodes.keys()], [...edges.keys()]);
  }

  show(scene: Scene, group: string): void {
    if (group !== this.#group) {
      this.#group = group;
      this.#asked.clear();
    }
    this.#scene = scene;
    this.#askPlaces(scene);
    this.#paint();
  }

  /** Places have come. */
  placed(group: string, left: number): void {
    if (group !== this.#group) return;
    this.#asked.clear();
    this.#left = left;
    this.#paint();
  }

  /** All places are made anew. */
  tidy(): void {
    if (this.#scene === undefined) return;
    this.#placer.forget(this.#group, [...this.#placer.places(this.#group).keys()]);
    this.#askPlaces(this.#scene);
  }

  /** Those who are painted and can be seen, with where they stand. */
  seen(): ReadonlyMap<string, Place> {
    return new Map([...this.#nodes].flatMap(([key, { node, place }]) => (node.hidden ? [] : [[key, place]])));
  }

  node(key: string): SceneNode | undefined {
    return this.#nodes.get(key)?.node;
  }

  get waiting(): number {
    return this.#asked.size;
  }

  /** Found no room in the layout. */
  get left(): number {
    return this.#left;
  }

  #askPlaces(scene: Scene): void {
    const placer = this.#placer;
    const places = placer.places(this.#group);
    const moved: string[] = [];
    let wanted: LayoutNode[] = [];
    for (const { key, at } of scene.nodes.values()) {
      if (this.#asked.has(key)) continue;
      if (places.has(key)) {
        const sector = placer.sectorOf(this.#group, key);
        // Where nobody remembers the sector, a place is as good as another.
        if (at.rank !== 'leaf' || sector === undefined || sector === at.sector) continue;
        moved.push(key);
      }
      wanted.push(at);
    }
    if (wanted.length === 0) return;
    if (wanted.length > CROWD && wanted.length > OVERRUN * (places.size - moved.length)) {
      placer.forget(this.#group, [...places.keys()]);
      wanted = [...scene.nodes.values()].map(({ at }) => at);
    } else if (moved.length > 0) placer.forget(this.#group, moved);
    for (const { key } of wanted) this.#asked.add(key);
    const links: (readonly [string, string])[] = [];
    for (const { from, to, kind } of scene.edges.values()) if (kind !== 'member') links.push([from, to]);
    placer.ask(this.#group, wanted, links);
  }

  #paint(goneNodes: readonly string[] = [], goneEdges: readonly string[] = []): void {
    const [scene, drawing, palette] = [this.#scene, this.#drawing, this.#palette];
    if (scene === undefined || drawing === undefined || palette === undefined) return;
    const places = this.#placer.places(this.#group);
    const nodes: DrawnNode[] = [];
    let stayed = 0;
    for (const node of scene.nodes.values()) {
      const place = places.get(node.key);
      const before = this.#nodes.get(node.key);
      if (before !== undefined || place !== undefined) stayed += 1;
      if (place === undefined || (before?.node === node && before.place === place)) continue;
      this.#nodes.set(node.key, { node, place });
      nodes.push(drawnNode(node, place, palette));
    }
    const edges: DrawnEdge[] = [];
    let stayedEdges = 0;
    for (const edge of scene.edges.values()) {
      const before = this.#edges.get(edge.key);
      if (before !== undefined) stayedEdges += 1;
      if (before === edge || !this.#nodes.has(edge.from) || !this.#nodes.has(edge.to)) continue;
      if (before === undefined) stayedEdges += 1;
      this.#edges.set(edge.key, edge);
      edges.push(drawnEdge(edge, palette));
    }
    const noNodes = [
      ...goneNodes.filter((key) => !this.#nodes.has(key)),
      ...(stayed === this.#nodes.size ? [] : without(this.#nodes, scene.nodes)),
    ];
    const noEdges = [
      ...goneEdges.filter((key) => !this.#edges.has(key)),
      ...(stayedEdges === this.#edges.size ? [] : without(this.#edges, scene.edges)),
    ];
    if (nodes.length + edges.length + noNodes.length + noEdges.length === 0) return;
    drawing.draw({ nodes, edges, goneNodes: noNodes, goneEdges: noEdges });
  }
}

/** Takes out of `painted` what the scene has no more, and says what. */
function without(painted: Map<string, unknown>, wanted: ReadonlyMap<string, unknown>): readonly string[] {
  const gone: string[] = [];
  for (const key of painted.keys()) if (!wanted.has(key)) gone.push(key);
  for (const key of gone) painted.delete(key);
  return gone;
}

const drawnNode = (node: SceneNode, [x, y]: Place, palette: Palette): DrawnNode => ({
  key: node.key,
  x,
  y,
  label: node.label,
  hidden: node.hidden,
  ...lookOfNode(node, palette),
});

const drawnEdge = (edge: SceneEdge, palette: Palette): DrawnEdge => ({
  key: edge.key,
  from: edge.from,
  to: edge.to,
  hidden: edge.hidden,
  ...lookOfEdge(edge, palette),
});

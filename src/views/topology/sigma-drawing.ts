import Graph from 'graphology';
import Sigma from 'sigma';
import type { Drawing, DrawingChange, DrawingEvents, DrawnEdge, DrawnNode } from './drawing.ts';
import { boxOf, FIT_MARGIN_PX, MAX_SCALE, MIN_SCALE } from './drawing.ts';
import { optionsWith, type SigmaColors } from './sigma-options.ts';

/** From so many new ones on, the graph is made anew: one pass over all is then cheaper than an event for each. */
const WHOLESALE = 400;
/** So many that are gone are only hidden: taking one out makes the library index all others again. */
const MAX_HIDDEN_DEAD = 200;
/** A card that gives nothing back within this time will not. */
const LOST_MS = 3_000;

/** Whether this browser can; making a context for nothing is cheap, and it is given back. */
export function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

/** The graph in WebGL. One px of the layout is one px at zoom 1, and nothing is ever scaled by its own: nobody moves when others come. */
export class SigmaDrawing implements Drawing {
  readonly kind = 'webgl';
  #graph = new Graph({ multi: true, type: 'directed' });
  #sigma: Sigma | undefined;
  readonly #container: HTMLElement;
  readonly #colors: SigmaColors;
  readonly #events: DrawingEvents;
  #dead = 0;
  #lost: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement, colors: SigmaColors, events: DrawingEvents) {
    this.#container = container;
    this.#colors = colors;
    this.#events = events;
  }

  /** The library goes on with its first graph when it is given another one, so another graph gets another of it; the eye stays where it was. */
  #open(graph: Graph): void {
    const camera = this.#sigma?.getCamera().getState();
    this.#sigma?.kill();
    this.#graph = graph;
    this.#dead = 0;
    const sigma = new Sigma(graph, this.#container, optionsWith(this.#colors));
    this.#sigma = sigma;
    if (camera !== undefined) sigma.getCamera().setState(camera);
    this.#listen(sigma);
  }

  #listen(sigma: Sigma): void {
    sigma.on('clickNode', ({ node }) => this.#events.onPick(node));
    sigma.on('clickStage', () => this.#events.onPick(undefined));
    sigma.on('nodeDragEnd', ({ node }) => {
      const { x, y } = this.#graph.getNodeAttributes(node) as { x: number; y: number };
      this.#events.onMoved(node, x, -y);
    });
    sigma.on('afterRender', () => this.#events.onPainted());
    sigma.on('webglContextLost', () => {
      this.#lost = setTimeout(() => this.#events.onLost(), LOST_MS);
    });
    sigma.on('webglContextRestored', () => clearTimeout(this.#lost));
  }

  draw(change: DrawingChange): void {
    const news =
      change.nodes.filter(({ key }) => !this.#graph.hasNode(key)).length +
      change.edges.filter(({ key }) => !this.#graph.hasEdge(key)).length;
    const gone = change.goneNodes.length + change.goneEdges.length;
    try {
      if (this.#sigma === undefined || news > WHOLESALE || this.#dead + gone > MAX_HIDDEN_DEAD) this.#rebuild(change);
      else this.#adjust(this.#sigma, change, gone);
    } catch {
      // Whatever it was: it is painted on a canvas from now on, and that is told.
      queueMicrotask(() => this.#events.onLost());
    }
  }

  /** Everything anew, without those that are gone. */
  #rebuild({ nodes, edges, goneNodes, goneEdges }: DrawingChange): void {
    const before = this.#graph;
    const graph = new Graph({ multi: true, type: 'directed' });
    const [noNodes, noEdges] = [new Set(goneNodes), new Set(goneEdges)];
    before.forEachNode((key, attributes) => {
      if (!noNodes.has(key) && attributes.isDead !== true) graph.addNode(key, attributes);
    });
    for (const node of nodes) graph.mergeNode(node.key, attributesOfNode(node));
    before.forEachEdge((key, attributes, from, to) => {
      if (!noEdges.has(key) && attributes.isDead !== true && graph.hasNode(from) && graph.hasNode(to))
        graph.addEdgeWithKey(key, from, to, attributes);
    });
    for (const edge of edges) {
      if (!graph.hasNode(edge.from) || !graph.hasNode(edge.to)) continue;
      if (graph.hasEdge(edge.key)) graph.replaceEdgeAttributes(edge.key, attributesOfEdge(edge));
      else graph.addEdgeWithKey(edge.key, edge.from, edge.to, attributesOfEdge(edge));
    }
    this.#open(graph);
  }

  /** Only what changed: attributes are written past the library's events, which would place all nodes again for each of them. */
  #adjust(sigma: Sigma, { nodes, edges, goneNodes, goneEdges }: DrawingChange, gone: number): void {
    const graph = this.#graph;
    const [same, moved, sameEdges]: [string[], string[], string[]] = [[], [], []];
    for (const node of nodes) {
      const attributes = attributesOfNode(node);
      if (!graph.hasNode(node.key)) {
        graph.addNode(node.key, attributes);
        continue;
      }
      const before = graph.getNodeAttributes(node.key);
      (before.x === attributes.x && before.y === attributes.y ? same : moved).push(node.key);
      Object.assign(before, attributes);
    }
    for (const key of goneNodes) {
      if (!graph.hasNode(key)) continue;
      Object.assign(graph.getNodeAttributes(key), DEAD);
      same.push(key);
    }
    for (const edge of edges) {
      if (!graph.hasEdge(edge.key)) {
        if (graph.hasNode(edge.from) && graph.hasNode(edge.to))
          graph.addEdgeWithKey(edge.key, edge.from, edge.to, attributesOfEdge(edge));
        continue;
      }
      Object.assign(graph.getEdgeAttributes(edge.key), attributesOfEdge(edge));
      sameEdges.push(edge.key);
    }
    for (const key of goneEdges) {
      if (!graph.hasEdge(key)) continue;
      Object.assign(graph.getEdgeAttributes(key), DEAD);
      sameEdges.push(key);
    }
    this.#dead += gone;
    refresh(sigma, same, moved, sameEdges);
  }

  fit(keys?: ReadonlySet<string>): void {
    const box = boxOf(this.#placesOf(keys), FIT_MARGIN_PX);
    const sigma = this.#sigma;
    if (box === undefined || sigma === undefined) return;
    const { width, height } = sigma.getDimensions();
    if (width === 0 || height === 0) return;
    const center = sigma.graphToFramedGraph({ x: box.x, y: -box.y });
    const ratio = Math.max(box.width / width, box.height / height, 0.6);
    sigma.getCamera().setState({ ...center, ratio: Math.min(MAX_SCALE, ratio), angle: 0 });
  }

  *#placesOf(keys: ReadonlySet<string> | undefined) {
    for (const { node, attributes } of this.#graph.nodeEntries()) {
      if (attributes.visibility === 'hidden' || (keys !== undefined && !keys.has(node))) continue;
      yield { x: attributes.x as number, y: -(attributes.y as number) };
    }
  }

  zoomBy(factor: number): void {
    const camera = this.#sigma?.getCamera();
    camera?.setState({ ratio: Math.max(MIN_SCALE, Math.min(MAX_SCALE, camera.ratio * factor)) });
  }

  reveal(key: string): void {
    const sigma = this.#sigma;
    const at = this.onScreen(key);
    if (at === undefined || sigma === undefined) return;
    const { width, height } = sigma.getDimensions();
    if (isInside(at, width, height)) return;
    const { x, y } = this.#graph.getNodeAttributes(key) as { x: number; y: number };
    sigma.getCamera().setState(sigma.graphToFramedGraph({ x, y }));
  }

  onScreen(key: string): readonly [number, number] | undefined {
    if (this.#sigma === undefined || !this.#graph.hasNode(key)) return undefined;
    const { x, y } = this.#graph.getNodeAttributes(key) as { x: number; y: number };
    const at = this.#sigma.graphToViewport({ x, y });
    return [at.x, at.y];
  }

  kill(): void {
    clearTimeout(this.#lost);
    this.#sigma?.kill();
  }
}

function refresh(sigma: Sigma, same: string[], moved: string[], edges: string[]): void {
  if (moved.length > 0) sigma.refresh({ partialGraph: { nodes: [...moved, ...same], edges }, schedule: true });
  else if (same.length + edges.length > 0) {
    const skipIndexation = isIndexed(sigma, same, edges);
    sigma.refresh({ partialGraph: { nodes: same, edges }, skipIndexation, schedule: true });
  }
}

const DEAD = { visibility: 'hidden', isDead: true };

export const isInside = ([x, y]: readonly [number, number], width: number, height: number): boolean =>
  x > 24 && y > 24 && x < width - 24 && y < height - 24;

/** What was added in this very frame has no row in the buffers yet; then all are indexed with it. */
function isIndexed(sigma: Sigma, nodes: readonly string[], edges: readonly string[]): boolean {
  const { nodeProgramIndex, edgeProgramIndex } = sigma as unknown as {
    readonly nodeProgramIndex: Readonly<Record<string, number>>;
    readonly edgeProgramIndex: Readonly<Record<string, number>>;
  };
  return (
    nodes.every((key) => nodeProgramIndex[key] !== undefined) &&
    edges.every((key) => edgeProgramIndex[key] !== undefined)
  );
}

const attributesOfNode = (node: DrawnNode) => ({
  x: node.x,
  // Its y goes upwards.
  y: -node.y,
  size: node.size,
  color: node.ring,
  inside: node.inside,
  shape: node.shape,
  opacity: node.opacity,
  visibility: node.hidden ? 'hidden' : 'visible',
  label: node.label,
  // Outwards, so that a label does not lie over the lines to the middle.
  labelPosition: node.x < -1 ? 'left' : 'right',
  labelVisibility: node.opacity < 1 ? 'hidden' : node.isLabelKept ? 'visible' : 'auto',
  isDead: false,
});

const attributesOfEdge = (edge: DrawnEdge) => ({
  size: edge.width,
  color: edge.color,
  opacity: edge.opacity,
  visibility: edge.hidden ? 'hidden' : 'visible',
  path: edge.hasHead ? 'curved' : 'straight',
  head: edge.hasHead ? 'arrow' : 'none',
  isDead: false,
});

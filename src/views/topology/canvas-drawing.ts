import {
  boxOf,
  type Drawing,
  type DrawingChange,
  type DrawingEvents,
  type DrawnEdge,
  type DrawnNode,
  FIT_MARGIN_PX,
  MAX_SCALE,
  MIN_SCALE,
} from './drawing.ts';

/** A press that moves no farther than this is a press. */
const STILL_PX = 4;
const PICK_PX = 14;
/** Above so many in sight only labels that are kept are written. */
const LABELS = 150;

/** The graph on a plain canvas, for browsers without WebGL: the same content, painted only when something changed. */
export class CanvasDrawing implements Drawing {
  readonly kind = 'canvas';
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #ink: string;
  readonly #events: DrawingEvents;
  readonly #nodes = new Map<string, DrawnNode>();
  readonly #edges = new Map<string, DrawnEdge>();
  readonly #size: ResizeObserver;
  readonly #ending = new AbortController();
  /** What is in the middle, and how many px of the layout one px shows. */
  #view = { x: 0, y: 0, scale: 1 };
  #frame = 0;

  /** Throws where there is no canvas either. */
  constructor(container: HTMLElement, ink: string, events: DrawingEvents) {
    const context = this.#canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    this.#context = context;
    this.#ink = ink;
    this.#events = events;
    this.#canvas.className = 'graph-canvas';
    container.append(this.#canvas);
    this.#size = new ResizeObserver(() => this.#dirty());
    this.#size.observe(container);
    this.#listen();
  }

  draw({ nodes, edges, goneNodes, goneEdges }: DrawingChange): void {
    for (const key of goneEdges) this.#edges.delete(key);
    for (const key of goneNodes) this.#nodes.delete(key);
    for (const node of nodes) this.#nodes.set(node.key, node);
    for (const edge of edges) this.#edges.set(edge.key, edge);
    this.#dirty();
  }

  fit(keys?: ReadonlySet<string>): void {
    const shown = [...this.#nodes.values()].filter(({ key, hidden }) => !hidden && (keys?.has(key) ?? true));
    const box = boxOf(shown, FIT_MARGIN_PX);
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (box === undefined || width === 0 || height === 0) return;
    const scale = Math.min(MAX_SCALE, Math.max(box.width / width, box.height / height, 0.6));
    this.#look({ x: box.x, y: box.y, scale });
  }

  zoomBy(factor: number): void {
    this.#look({ ...this.#view, scale: Math.max(MIN_SCALE, Math.min(MAX_SCALE, this.#view.scale * factor)) });
  }

  reveal(key: string): void {
    const node = this.#nodes.get(key);
    const at = this.onScreen(key);
    if (node === undefined || at === undefined) return;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (at[0] > 24 && at[1] > 24 && at[0] < width - 24 && at[1] < height - 24) return;
    this.#look({ ...this.#view, x: node.x, y: node.y });
  }

  onScreen(key: string): readonly [number, number] | undefined {
    const node = this.#nodes.get(key);
    return node === undefined ? undefined : this.#toScreen(node);
  }

  kill(): void {
    this.#ending.abort();
    this.#size.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#canvas.remove();
  }

  #look(view: { x: number; y: number; scale: number }): void {
    this.#view = view;
    this.#dirty();
  }

  #toScreen({ x, y }: { readonly x: number; readonly y: number }): readonly [number, number] {
    const { clientWidth, clientHeight } = this.#canvas;
    return [
      (x - this.#view.x) / this.#view.scale + clientWidth / 2,
      (y - this.#view.y) / this.#view.scale + clientHeight / 2,
    ];
  }

  #dirty(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = devicePixelRatio;
    if (this.#canvas.width !== width * ratio || this.#canvas.height !== height * ratio) {
      this.#canvas.width = width * ratio;
      this.#canvas.height = height * ratio;
    }
    const context = this.#context;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    for (const edge of this.#edges.values()) if (!edge.hidden) this.#paintEdge(edge);
    const shown = [...this.#nodes.values()].filter(({ hidden }) => !hidden);
    for (const node of shown) this.#paintNode(node, shown.length <= LABELS);
    context.globalAlpha = 1;
    this.#events.onPainted();
  }

  #paintEdge({ from, to, color, width, opacity }: DrawnEdge): void {
    const [source, target] = [this.#nodes.get(from), this.#nodes.get(to)];
    if (source === undefined || target === undefined) return;
    const context = this.#context;
    context.globalAlpha = opacity;
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...this.#toScreen(source));
    context.lineTo(...this.#toScreen(target));
    context.stroke();
  }

  #paintNode(node: DrawnNode, areLabelled: boolean): void {
    const context = this.#context;
    const [x, y] = this.#toScreen(node);
    const radius = node.size;
    context.globalAlpha = node.opacity;
    context.fillStyle = node.inside;
    context.strokeStyle = node.ring;
    context.lineWidth = 2;
    context.beginPath();
    if (node.shape === 'circle') context.arc(x, y, radius, 0, 2 * Math.PI);
    else {
      const corners = node.shape === 'triangle' ? 3 : 4;
      const turn = node.shape === 'square' ? Math.PI / 4 : -Math.PI / 2;
      for (let corner = 0; corner < corners; corner += 1) {
        const angle = turn + (corner * 2 * Math.PI) / corners;
        context.lineTo(x + Math.cos(angle) * radius, y + Math.sin(angle) * radius);
      }
      context.closePath();
    }
    context.fill();
    context.stroke();
    if (node.opacity < 1 || (!node.isLabelKept && !areLabelled)) return;
    context.fillStyle = this.#ink;
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = node.x < -1 ? 'right' : 'left';
    context.fillText(node.label, x + (node.x < -1 ? -1 : 1) * (radius + 5), y);
  }

  #listen(): void {
    const canvas = this.#canvas;
    const { signal } = this.#ending;
    let press: { x: number; y: number; moved: boolean } | undefined;
    canvas.addEventListener(
      'pointerdown',
      (event) => {
        press = { x: event.offsetX, y: event.offsetY, moved: false };
        canvas.setPointerCapture(event.pointerId);
      },
      { signal },
    );
    canvas.addEventListener(
      'pointermove',
      (event) => {
        if (press === undefined) return;
        const [dx, dy] = [event.offsetX - press.x, event.offsetY - press.y];
        if (!press.moved && Math.hypot(dx, dy) < STILL_PX) return;
        press = { x: event.offsetX, y: event.offsetY, moved: true };
        const { scale } = this.#view;
        this.#look({ scale, x: this.#view.x - dx * scale, y: this.#view.y - dy * scale });
      },
      { signal },
    );
    canvas.addEventListener(
      'pointerup',
      () => {
        if (press !== undefined && !press.moved) this.#events.onPick(this.#at(press.x, press.y));
        press = undefined;
      },
      { signal },
    );
    canvas.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.zoomBy(event.deltaY > 0 ? 1.2 : 1 / 1.2);
      },
      { signal, passive: false },
    );
  }

  #at(x: number, y: number): string | undefined {
    let best: { readonly key: string; readonly px: number } | undefined;
    for (const node of this.#nodes.values()) {
      if (node.hidden) continue;
      const [atX, atY] = this.#toScreen(node);
      const px = Math.hypot(atX - x, atY - y);
      if (px <= Math.max(PICK_PX, node.size) && (best === undefined || px < best.px)) best = { key: node.key, px };
    }
    return best?.key;
  }
}

import { type EntityRows, ROW, ROW_FLOATS } from './entity-rows.ts';
import { linkShaders } from './entity-shaders.ts';
import { mercatorX, mercatorY, TILE_PX } from './mercator.ts';
import { isWithoutCard } from './pace.ts';

type Rgb = readonly [number, number, number];

/** How entities look: a colour by shape, and those that mean something. 0 … 1. */
export interface EntityColours {
  readonly kinds: readonly Rgb[];
  readonly alarm: Rgb;
  readonly chosen: Rgb;
  readonly background: Rgb;
}

const ATTRIBUTES = [
  ['place', ROW.x, 4],
  ['motion', ROW.vx, 4],
  ['look', ROW.angle, 4],
  ['limits', ROW.ageing, 4],
  ['offset', ROW.offsetX, 4],
] as const;

const SIZE_PX = 11;

/** Where the map looks, and onto how many pixels of the screen. */
export interface Sight {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
  /** From west to east, degrees: more than one copy of the world may be seen. */
  readonly west: number;
  readonly east: number;
  /** Device px. */
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
}

/**
 * All moving things in one draw call per copy of the world, on a canvas of their own: they are painted many times while the map below them
 * stands still, and to paint that again would cost a hundred calls each time. The shader carries them on; the page only writes what changed.
 */
export class EntityCanvas {
  prediction = true;
  chosen: string | undefined;
  colours: EntityColours;
  /** What each of the last frames cost the main thread, ms. */
  readonly costs: number[] = [];
  frames = 0;
  contextsLost = 0;
  readonly withoutCard: boolean;
  readonly canvas = document.createElement('canvas');
  readonly #rows: EntityRows;
  readonly #gl: WebGL2RenderingContext;
  #program: WebGLProgram | undefined;
  #buffer: WebGLBuffer | null = null;
  #array: WebGLVertexArrayObject | null = null;
  #bytes = 0;
  readonly #uniforms = new Map<string, WebGLUniformLocation | null>();

  /** Throws where there is no WebGL. */
  constructor(rows: EntityRows, colours: EntityColours) {
    this.#rows = rows;
    this.colours = colours;
    const { canvas } = this;
    canvas.className = 'map-entities';
    canvas.setAttribute('aria-hidden', 'true');
    const gl = canvas.getContext('webgl2', { antialias: false, depth: false, stencil: false });
    if (gl === null) throw new Error('no second WebGL canvas can be had');
    this.#gl = gl;
    this.withoutCard = isWithoutCard(gl);
    canvas.addEventListener('webglcontextlost', (event) => {
      // Without this it would not come back.
      event.preventDefault();
      this.contextsLost += 1;
    });
    canvas.addEventListener('webglcontextrestored', () => this.#prepare());
    this.#prepare();
  }

  #prepare(): void {
    const gl = this.#gl;
    this.#program = linkShaders(gl);
    this.#uniforms.clear();
    this.#bytes = 0;
    this.#array = gl.createVertexArray();
    gl.bindVertexArray(this.#array);
    const corners = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, corners);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.#buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    ATTRIBUTES.forEach(([, first, size], index) => {
      gl.enableVertexAttribArray(index + 1);
      gl.vertexAttribPointer(index + 1, size, gl.FLOAT, false, ROW_FLOATS * 4, first * 4);
      gl.vertexAttribDivisor(index + 1, 1);
    });
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  destroy(): void {
    // A page may have only so many, and a forgotten one keeps its buffers.
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
    this.canvas.remove();
  }

  paint({ lon, lat, zoom, west, east, width, height, pixelRatio }: Sight): void {
    const { canvas } = this;
    const gl = this.#gl;
    const program = this.#program;
    if (program === undefined || gl.isContextLost()) return;
    const began = performance.now();
    const rows = this.#rows;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    gl.viewport(0, 0, width, height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(program);
    this.#send(gl);
    const [x, y] = [mercatorX(lon), mercatorY(lat)];
    const worldPx = TILE_PX * 2 ** zoom * pixelRatio;
    const set = (name: string) => this.#uniform(gl, program, name);
    gl.uniform2f(set('scale'), (2 * worldPx) / width, (-2 * worldPx) / height);
    const [highX, highY] = [Math.fround(x), Math.fround(y)];
    gl.uniform4f(set('centre'), highX, highY, x - highX, y - highY);
    gl.uniform2f(set('viewport'), width, height);
    gl.uniform1f(set('now'), (Date.now() - rows.baseMs) / 1_000);
    gl.uniform1f(set('prediction'), this.prediction ? 1 : 0);
    gl.uniform1f(set('chosen'), this.chosen === undefined ? -1 : (rows.slotOf(this.chosen) ?? -1));
    gl.uniform1f(set('sizePx'), SIZE_PX * pixelRatio * sizeAt(zoom));
    gl.uniform3fv(set('kinds'), this.colours.kinds.flat());
    gl.uniform3fv(set('alarm'), [...this.colours.alarm]);
    gl.uniform3fv(set('chosenInk'), [...this.colours.chosen]);
    gl.uniform3fv(set('background'), [...this.colours.background]);
    const first = Math.floor((west + 180) / 360);
    const last = Math.floor((east + 180) / 360);
    for (let world = Math.max(-2, first); world <= Math.min(2, last); world += 1) {
      gl.uniform1f(set('world'), world);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, rows.count);
    }
    this.frames += 1;
    this.costs.push(performance.now() - began);
    if (this.costs.length > 120) this.costs.shift();
  }

  /** Only what changed; everything when it grew. */
  #send(gl: WebGL2RenderingContext): void {
    const rows = this.#rows;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    if (rows.data.byteLength !== this.#bytes) {
      gl.bufferData(gl.ARRAY_BUFFER, rows.data, gl.DYNAMIC_DRAW);
      this.#bytes = rows.data.byteLength;
    } else if (rows.dirtyTo > rows.dirtyFrom) {
      const part = rows.data.subarray(rows.dirtyFrom * ROW_FLOATS, rows.dirtyTo * ROW_FLOATS);
      gl.bufferSubData(gl.ARRAY_BUFFER, rows.dirtyFrom * ROW_FLOATS * 4, part);
    }
    rows.clean();
  }

  #uniform(gl: WebGL2RenderingContext, program: WebGLProgram, name: string): WebGLUniformLocation | null {
    let found = this.#uniforms.get(name);
    if (found === undefined) {
      found = gl.getUniformLocation(program, name);
      this.#uniforms.set(name, found);
    }
    return found;
  }
}

/** Small when the whole world is seen, else they would hide it. */
const sizeAt = (zoom: number): number => Math.max(0.55, Math.min(1.25, 0.5 + zoom * 0.12));

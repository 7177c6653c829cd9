import type { Curve } from '../../../link/curve.ts';
import { SpikeFinder } from './spikes.ts';

/** How a strip of traces looks, all in CSS px and colours of the theme. */
export interface StripLook {
  readonly widthPx: number;
  readonly lanePx: number;
  readonly spanMs: number;
  readonly ink: string;
  readonly lineInk: string;
  readonly spikeInk: string;
  readonly chosenInk: string;
  readonly background: string;
  readonly ratio: number;
}

interface Lane {
  readonly channel: string;
  readonly spikes: SpikeFinder;
  /** Last sample that was drawn; NaN: none. */
  lastMs: number;
  lastX: number;
  lastY: number;
  middle: number;
  spikeCount: number;
  /** Newest sample that was judged, ms. */
  judgedMs: number;
  /** Those that may still be shown, ms, oldest first. */
  spikeTimes: number[];
}

/** More than a strip can show: one each refractory time of {@link SpikeFinder} for ten seconds. */
const MOST_SPIKES = 500;

/** Joined only across this many usual steps; beyond it, it is a gap. */
const BREAK_STEPS = 8;
const LEAST_BREAK_MS = 60;
/** µV from the middle of a lane to its edge. */
const SCALES_UV = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] as const;
const RESCALE_EVERY_MS = 1_000;

/**
 * Up to 64 traces below each other that run to the left, on a canvas of twice the strip's width: a place on it is its time modulo the
 * strip, drawn twice, one width apart, so that some stretch of it always shows the whole strip. Nothing that was drawn is moved or drawn
 * again: a frame costs what arrived since the last one. A silence is an empty place with a hatched floor, never a line.
 * ```text
 *  |···old···▌newest··|···old···▌newest··|     ▌ edge
 *             └──── what is shown ─────┘
 * ```
 */
export class TraceStrip {
  readonly #context: CanvasRenderingContext2D;
  #look: StripLook;
  #lanes: Lane[] = [];
  #edgePx = Number.NaN;
  #scaleUv: number = SCALES_UV[3];
  #scaledAt = Number.NEGATIVE_INFINITY;
  /** Drawn anew as a whole, how often. */
  redraws = 0;
  #chosen = '';

  constructor(context: CanvasRenderingContext2D, look: StripLook) {
    this.#context = context;
    this.#look = look;
  }

  get scaleUv(): number {
    return this.#scaleUv;
  }

  /** Spikes found in this channel in all that was drawn of it. */
  spikes(channel: string): number {
    return this.#lanes.find((lane) => lane.channel === channel)?.spikeCount ?? 0;
  }

  look(look: StripLook): void {
    this.#look = look;
    this.#edgePx = Number.NaN;
  }

  /** px from the canvas's left end to what is to be shown. */
  get offsetPx(): number {
    return Number.isNaN(this.#edgePx) ? 0 : modulo(this.#edgePx, this.#look.widthPx);
  }

  /** To be called once a frame. `curveOf`: undefined for a channel that has nothing. */
  draw(channels: readonly string[], chosen: string, curveOf: (channel: string) => Curve | undefined, nowMs: number) {
    const { spanMs, widthPx } = this.#look;
    const msPerPx = spanMs / widthPx;
    const edgePx = Math.floor(nowMs / msPerPx);
    this.#tendLanes(channels);
    if (chosen !== this.#chosen) {
      this.#chosen = chosen;
      this.#edgePx = Number.NaN;
    }
    if (nowMs - this.#scaledAt > RESCALE_EVERY_MS) {
      this.#scaledAt = nowMs;
      if (this.#rescale(curveOf)) this.#edgePx = Number.NaN;
    }
    const shift = edgePx - this.#edgePx;
    this.#edgePx = edgePx;
    if (!(shift >= 0 && shift < widthPx)) this.#begin(nowMs);
    else if (shift > 0) this.#clear(edgePx - shift, edgePx);
    this.#lanes.forEach((lane, index) => {
      const curve = curveOf(lane.channel);
      if (curve !== undefined) this.#continue(lane, index, curve, msPerPx);
    });
  }

  /** The channels changed: the ones that stay go on. */
  #tendLanes(channels: readonly string[]): void {
    if (channels.length === this.#lanes.length && channels.every((name, at) => this.#lanes[at]?.channel === name))
      return;
    const before = new Map(this.#lanes.map((lane) => [lane.channel, lane]));
    this.#lanes = channels.map(
      (channel) =>
        before.get(channel) ?? {
          ...{ channel, spikes: new SpikeFinder(), lastMs: Number.NaN, lastX: 0, lastY: 0, middle: 0, spikeCount: 0 },
          ...{ judgedMs: Number.NEGATIVE_INFINITY, spikeTimes: [] },
        },
    );
    this.#edgePx = Number.NaN;
  }

  /** Everything anew, from what the curves still have. */
  #begin(nowMs: number): void {
    this.redraws += 1;
    const { widthPx, lanePx, ratio, spanMs } = this.#look;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#blank(0, 2 * widthPx, lanePx * this.#lanes.length);
    for (const lane of this.#lanes) lane.lastMs = Math.min(lane.lastMs, nowMs - spanMs);
    for (const lane of this.#lanes) if (Number.isNaN(lane.lastMs)) lane.lastMs = nowMs - spanMs;
    for (const lane of this.#lanes) lane.lastX = Number.NaN;
  }

  /** The oldest columns, which become the newest, in both copies. */
  #clear(fromPx: number, toPx: number): void {
    const { widthPx, lanePx } = this.#look;
    const height = lanePx * this.#lanes.length;
    const from = modulo(fromPx, widthPx);
    const width = toPx - fromPx;
    this.#blank(from, width, height);
    this.#blank(from + widthPx, Math.min(width, widthPx - from), height);
    if (from + width > widthPx) this.#blank(0, from + width - widthPx, height);
  }

  #blank(fromPx: number, widthPx: number, heightPx: number): void {
    const context = this.#context;
    const { lanePx, background, lineInk } = this.#look;
    context.fillStyle = background;
    context.fillRect(fromPx, 0, widthPx, heightPx);
    if (lanePx < 14) return;
    context.fillStyle = lineInk;
    for (let lane = 1; lane < this.#lanes.length; lane += 1) context.fillRect(fromPx, lane * lanePx, widthPx, 1);
  }

  #continue(lane: Lane, index: number, curve: Curve, msPerPx: number): void {
    const { times, values, length } = curve;
    let from = length;
    while (from > 0 && (times[from - 1] ?? 0) > lane.lastMs) from -= 1;
    if (from === length) return;
    const { widthPx, lanePx, ink, chosenInk, spikeInk } = this.#look;
    const stepMs = stepOf(times, length);
    const breakMs = Math.max(LEAST_BREAK_MS, BREAK_STEPS * stepMs);
    const context = this.#context;
    const zero = (index + 0.5) * lanePx;
    const perUv = (lanePx * 0.5) / this.#scaleUv;
    const isAnew = Number.isNaN(lane.lastX);
    if (isAnew) lane.middle = meanOf(values, from, length);
    context.strokeStyle = lane.channel === this.#chosen ? chosenInk : ink;
    context.lineWidth = 1;
    context.beginPath();
    const lap = Math.floor((times[from] ?? 0) / msPerPx / widthPx) * widthPx;
    let isOpen = !isAnew;
    let lastMs = lane.lastMs;
    let x = lane.lastX - lap;
    let y = lane.lastY;
    const ticks: number[] = [];
    // Drawn anew, what was found stays found.
    if (isAnew) for (const time of lane.spikeTimes) if (time >= (times[from] ?? 0)) ticks.push(time / msPerPx - lap);
    for (let at = from; at < length; at += 1) {
      const time = times[at] ?? 0;
      const value = values[at] ?? 0;
      // A slow drift of the electrode is not the signal; the middle follows it.
      lane.middle += 0.0005 * (value - lane.middle);
      const nextX = time / msPerPx - lap;
      const nextY = Math.max(zero - lanePx * 0.5, Math.min(zero + lanePx * 0.5, zero - (value - lane.middle) * perUv));
      const isJoined = isOpen && time - lastMs <= breakMs;
      if (isJoined) this.#line(x, y, nextX, nextY);
      if (!isAnew && isOpen && !isJoined) ticks.push(-nextX, time - lastMs);
      if (time > lane.judgedMs) {
        lane.judgedMs = time;
        if (lane.spikes.add(time, value)) {
          lane.spikeCount += 1;
          lane.spikeTimes.push(time);
          ticks.push(nextX);
        }
      }
      isOpen = true;
      lastMs = time;
      x = nextX;
      y = nextY;
    }
    context.stroke();
    if (lane.spikeTimes.length > 2 * MOST_SPIKES) lane.spikeTimes = lane.spikeTimes.slice(-MOST_SPIKES);
    lane.lastMs = lastMs;
    lane.lastX = x + lap;
    lane.lastY = y;
    for (const copy of [-widthPx, 0, widthPx]) this.#mark(ticks, copy, zero, msPerPx, spikeInk);
  }

  /** In both copies; a line across the seam is in three places, two of them cut off by the canvas. */
  #line(fromX: number, fromY: number, toX: number, toY: number): void {
    const context = this.#context;
    const { widthPx } = this.#look;
    const first = toX >= widthPx ? -widthPx : 0;
    context.moveTo(fromX + first, fromY);
    context.lineTo(toX + first, toY);
    context.moveTo(fromX + first + widthPx, fromY);
    context.lineTo(toX + first + widthPx, toY);
    if (toX < widthPx) return;
    context.moveTo(fromX + widthPx, fromY);
    context.lineTo(toX + widthPx, toY);
  }

  /** Positive: a spike's x. Negative: the end of a gap, followed by how long it was, ms. */
  #mark(ticks: readonly number[], copyPx: number, zero: number, msPerPx: number, spikeInk: string): void {
    const { lanePx, lineInk } = this.#look;
    for (let at = 0; at < ticks.length; at += 1) {
      const tick = ticks[at] ?? 0;
      if (tick >= 0) {
        this.#context.fillStyle = spikeInk;
        this.#context.fillRect(tick + copyPx - 0.5, zero - lanePx * 0.5 + 1, 1.5, Math.max(3, lanePx * 0.16));
        continue;
      }
      const widthPx = (ticks[at + 1] ?? 0) / msPerPx;
      at += 1;
      this.#context.fillStyle = lineInk;
      for (let x = copyPx - tick - widthPx + 2; x < copyPx - tick - 1; x += 6)
        this.#context.fillRect(x, zero - lanePx * 0.5 + 2, 1, lanePx - 4);
    }
  }

  /** The smallest scale that holds nearly all of what is there; changed only when it must be, so that amplitudes stay comparable. */
  #rescale(curveOf: (channel: string) => Curve | undefined): boolean {
    let most = 0;
    for (const { channel } of this.#lanes) {
      const curve = curveOf(channel);
      if (curve === undefined || curve.length === 0) continue;
      // Each of them: a spike is a sample or two.
      const from = Math.max(0, curve.length - 1_000);
      const middle = meanOf(curve.values, from, curve.length);
      for (let at = from; at < curve.length; at += 1)
        most = Math.max(most, Math.abs((curve.values[at] ?? middle) - middle));
    }
    if (most === 0) return false;
    const fits = SCALES_UV.find((scale) => scale >= most) ?? SCALES_UV[SCALES_UV.length - 1] ?? 10_000;
    // Smaller only when it would be two steps smaller.
    if (fits <= this.#scaleUv && fits * 2.4 > this.#scaleUv) return false;
    this.#scaleUv = fits;
    return true;
  }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** ms between samples: of the newest ones, which may come in bundles. */
function stepOf(times: ArrayLike<number>, length: number): number {
  const from = Math.max(0, length - 200);
  const span = (times[length - 1] ?? 0) - (times[from] ?? 0);
  return length - from > 1 ? span / (length - 1 - from) : 0;
}

function meanOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += values[at] ?? 0;
  return to > from ? sum / (to - from) : 0;
}

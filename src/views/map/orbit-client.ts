import type { OrbitElements } from '../../contract/upstream/crep.ts';
import { type FromOrbitWorker, ORBIT_ROW, type ToOrbitWorker } from '../../contract/upstream/orbit-worker.ts';

/** A point of a track: degrees, km. */
export interface TrackPoint {
  readonly at: number;
  readonly lon: number;
  readonly lat: number;
  readonly heightKm: number;
}

type OnPoint = (key: string, lon: number, lat: number, heightKm: number, at: number) => void;

const TRACK_MS = 10_000;
const SEND_MS = 50;

/** Asks the orbit worker where satellites are. The worker begins with the first one: most maps have none in their first second. */
export class OrbitClient {
  readonly #onPoint: OnPoint;
  #worker: Worker | undefined;
  readonly #keys: (string | undefined)[] = [];
  readonly #elements = new Map<string, OrbitElements>();
  readonly #unsent = new Map<string, OrbitElements>();
  readonly #removed = new Set<string>();
  readonly #tracks = new Map<number, (points: readonly TrackPoint[]) => void>();
  #sending: ReturnType<typeof setTimeout> | undefined;
  #ids = 0;
  #isRunning = false;
  #isOver = false;

  constructor(onPoint: OnPoint) {
    this.#onPoint = onPoint;
  }

  put(key: string, elements: OrbitElements): void {
    const known = this.#elements.get(key);
    if (known?.epochMs === elements.epochMs && known.form === elements.form) return;
    this.#elements.set(key, elements);
    this.#unsent.set(key, elements);
    this.#removed.delete(key);
    this.#send();
  }

  remove(key: string): void {
    if (!this.#elements.delete(key)) return;
    this.#unsent.delete(key);
    this.#removed.add(key);
    this.#send();
  }

  run(): void {
    this.#isRunning = true;
    this.#post({ t: 'run' });
  }

  pause(): void {
    this.#isRunning = false;
    this.#post({ t: 'pause' });
  }

  /** Empty when the worker does not answer or knows no such object. */
  track(key: string, from: number, to: number, points: number): Promise<readonly TrackPoint[]> {
    if (this.#worker === undefined) return Promise.resolve([]);
    const id = ++this.#ids;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#tracks.get(id)?.([]), TRACK_MS);
      this.#tracks.set(id, (found) => {
        clearTimeout(timer);
        this.#tracks.delete(id);
        const timed = found.map((point, index) => ({
          ...point,
          at: from + ((to - from) * index) / Math.max(1, points - 1),
        }));
        // Decayed on the way, or too far from its elements: there is no point then.
        resolve(timed.filter(({ lat }) => !Number.isNaN(lat)));
      });
      this.#post({ t: 'track', id, key, from, to, points });
    });
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#sending);
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const resolve of [...this.#tracks.values()]) resolve([]);
  }

  /** What comes in a burst goes over in one message. */
  #send(): void {
    this.#sending ??= setTimeout(() => {
      this.#sending = undefined;
      if (this.#removed.size > 0) this.#post({ t: 'remove', keys: [...this.#removed] });
      this.#removed.clear();
      if (this.#unsent.size === 0) return;
      this.#open();
      this.#post({ t: 'put', objects: [...this.#unsent] });
      this.#unsent.clear();
    }, SEND_MS);
  }

  #open(): void {
    // What came in while the map was being closed needs no worker any more.
    if (this.#worker !== undefined || this.#isOver) return;
    this.#worker = new Worker(new URL('../../../workers/orbit.worker.ts', import.meta.url), {
      type: 'module',
      name: 'orbit',
    });
    this.#worker.onmessage = ({ data }: MessageEvent<FromOrbitWorker>) => this.#heard(data);
    if (this.#isRunning) this.#post({ t: 'run' });
  }

  #post(message: ToOrbitWorker): void {
    this.#worker?.postMessage(message);
  }

  #heard(message: FromOrbitWorker): void {
    switch (message.t) {
      case 'rows':
        for (const [key, row] of message.rows) this.#keys[row] = key;
        return;
      case 'pass': {
        const rows = new Float32Array(message.buffer, 0, message.rows * ORBIT_ROW);
        for (let row = 0; row < message.rows; row += 1) {
          const key = this.#keys[row];
          const at = row * ORBIT_ROW;
          if (key !== undefined && this.#elements.has(key))
            this.#onPoint(key, rows[at] ?? Number.NaN, rows[at + 1] ?? Number.NaN, rows[at + 2] ?? 0, message.at);
        }
        this.#worker?.postMessage({ t: 'return', buffer: message.buffer } satisfies ToOrbitWorker, [message.buffer]);
        return;
      }
      case 'track': {
        const rows = new Float64Array(message.buffer);
        const points = Array.from({ length: rows.length / ORBIT_ROW }, (_, index) => ({
          ...{ at: 0, lon: rows[index * ORBIT_ROW] ?? 0, lat: rows[index * ORBIT_ROW + 1] ?? 0 },
          heightKm: rows[index * ORBIT_ROW + 2] ?? 0,
        }));
        this.#tracks.get(message.id)?.(points);
      }
    }
  }
}

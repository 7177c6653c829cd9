import type { EpochMs } from '../../src/contract/time.ts';
import { CREP_MOST } from '../../src/contract/upstream/crep.ts';
import { type FromOrbitWorker, ORBIT_ROW, type ToOrbitWorker } from '../../src/contract/upstream/orbit-worker.ts';
import { OrbitFleet } from '../../src/upstreams/crep/orbit/fleet.ts';

/** What the worker needs of its thread. */
export interface OrbitThread {
  now(): EpochMs;
  schedule(ms: number, callback: () => void): () => void;
  post(message: FromOrbitWorker, transfer: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: ToOrbitWorker) => void): void;
}

const EVERY_MS = 1_000;
const LEAST_EVERY_MS = 100;
/** Buffers that wait to be filled again: one under way to the page, one being drawn, one here. */
const MOST_SPARE = 2;
const MOST_TRACK_POINTS = 2_000;
/** Objects that are made ready before the thread listens again: SGP4 takes about 20 µs to begin with one. */
const MOST_AT_ONCE = 2_000;

/** Passes over all objects at a steady beat, into buffers that go to and fro. */
export function serveOrbits(thread: OrbitThread): void {
  const fleet = new OrbitFleet();
  const spare: ArrayBuffer[] = [];
  const waiting: (readonly [key: string, elements: Parameters<OrbitFleet['put']>[1]])[] = [];
  let everyMs = 0;
  let cancelPass: (() => void) | undefined;
  let isPreparing = false;

  thread.onMessage((message) => {
    switch (message.t) {
      case 'put':
        for (const object of message.objects) waiting.push(object);
        prepare();
        return;
      case 'remove':
        remove(new Set(message.keys));
        return;
      case 'run':
        everyMs = Math.max(LEAST_EVERY_MS, message.everyMs ?? EVERY_MS);
        pass();
        return;
      case 'pause':
        everyMs = 0;
        cancelPass?.();
        cancelPass = undefined;
        return;
      case 'return':
        if (spare.length < MOST_SPARE) spare.push(message.buffer);
        return;
      case 'track':
        track(message);
    }
  });

  /** In portions, so that a catalogue of 65,000 does not stop the beat for seconds. */
  function prepare(): void {
    if (isPreparing) return;
    isPreparing = true;
    const rows: (readonly [string, number])[] = [];
    for (const [key, elements] of waiting.splice(0, MOST_AT_ONCE)) {
      if (fleet.size >= CREP_MOST.satellite && fleet.slotOf(key) === undefined) continue;
      const known = fleet.slotOf(key);
      const row = fleet.put(key, elements);
      if (row !== known) rows.push([key, row]);
    }
    if (rows.length > 0) thread.post({ t: 'rows', rows }, []);
    isPreparing = false;
    if (waiting.length > 0) thread.schedule(0, prepare);
  }

  function remove(keys: ReadonlySet<string>): void {
    for (let at = waiting.length - 1; at >= 0; at--) if (keys.has(waiting[at]?.[0] ?? '')) waiting.splice(at, 1);
    for (const key of keys) fleet.remove(key);
  }

  function pass(): void {
    cancelPass?.();
    cancelPass = undefined;
    if (everyMs === 0) return;
    const at = thread.now();
    const { rows } = fleet;
    if (rows > 0) {
      const buffer = takeBuffer(rows * ORBIT_ROW * Float32Array.BYTES_PER_ELEMENT);
      const points = fleet.pass(at, new Float32Array(buffer));
      thread.post({ t: 'pass', at, buffer, rows, points, tookMs: thread.now() - at }, [buffer]);
    }
    // From its planned moment: the time that a pass takes does not add up.
    cancelPass = thread.schedule(Math.max(0, at + everyMs - thread.now()), pass);
  }

  function takeBuffer(bytes: number): ArrayBuffer {
    for (let buffer = spare.pop(); buffer !== undefined; buffer = spare.pop()) {
      if (buffer.byteLength >= bytes) return buffer;
    }
    // A little more than needed: a few new satellites do not need a new buffer each.
    return new ArrayBuffer(Math.ceil((bytes * 1.1) / 8) * 8);
  }

  function track({ id, key, from, to, points }: Extract<ToOrbitWorker, { t: 'track' }>): void {
    const count = Math.max(0, Math.min(MOST_TRACK_POINTS, Math.floor(points)));
    const buffer = new ArrayBuffer(count * ORBIT_ROW * Float64Array.BYTES_PER_ELEMENT);
    const found = fleet.track(key, from, to, count, new Float64Array(buffer));
    thread.post({ t: 'track', id, buffer, points: found }, [buffer]);
  }
}

import { expect, test } from 'vitest';
import { satelliteRecord } from '../../server/simulators/crep/satellites.ts';
import type { OrbitElements } from '../../src/contract/upstream/crep.ts';
import type { FromOrbitWorker, ToOrbitWorker } from '../../src/contract/upstream/orbit-worker.ts';
import { readElements } from '../../src/upstreams/crep/elements.ts';
import { serveOrbits } from './serve-orbits.ts';

const START = 1_795_176_000_000;

/** A thread whose clock stands until it is moved. */
function startThread() {
  const posted: FromOrbitWorker[] = [];
  const timers: { due: number; callback: () => void }[] = [];
  let now = START;
  let listener: (message: ToOrbitWorker) => void = () => undefined;
  serveOrbits({
    now: () => now,
    schedule: (ms, callback) => {
      const timer = { due: now + ms, callback };
      timers.push(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
    post: (message) => posted.push(message),
    onMessage: (it) => {
      listener = it;
    },
  });
  return {
    say: (message: ToOrbitWorker) => listener(message),
    advance(ms: number) {
      const end = now + ms;
      for (;;) {
        timers.sort((a, b) => a.due - b.due);
        const next = timers[0];
        if (next === undefined || next.due > end) break;
        timers.shift();
        now = next.due;
        next.callback();
      }
      now = end;
    },
    take: () => posted.splice(0),
    timers,
  };
}

function elementsOf(index: number): OrbitElements {
  const read = readElements(satelliteRecord(index, START) as Record<string, unknown>, undefined, undefined);
  if (read === undefined || !('elements' in read)) throw new Error(`satellite ${index}: ${read?.refused}`);
  return read.elements;
}

const put = (...indices: readonly number[]): ToOrbitWorker => ({
  t: 'put',
  objects: indices.map((index) => [`s${index}`, elementsOf(index)] as const),
});

const passOf = (messages: readonly FromOrbitWorker[]) => {
  const pass = messages.find((message) => message.t === 'pass');
  if (pass?.t !== 'pass') throw new Error('there was no pass');
  return { ...pass, values: new Float32Array(pass.buffer) };
};

test('rows are told before the first pass that has them, and every object of the simulator has a point', () => {
  const thread = startThread();
  const indices = Array.from({ length: 500 }, (_, index) => index);
  thread.say(put(...indices));
  thread.say({ t: 'run' });
  const messages = thread.take();
  expect(messages.map(({ t }) => t)).toEqual(['rows', 'pass']);
  const pass = passOf(messages);
  expect(pass).toMatchObject({ at: START, rows: 500, points: 500 });
  for (let row = 0; row < 500; row++) {
    expect(Math.abs(pass.values[row * 3] ?? 999)).toBeLessThanOrEqual(180);
    expect(Math.abs(pass.values[row * 3 + 1] ?? 999)).toBeLessThanOrEqual(90);
    expect(pass.values[row * 3 + 2]).toBeGreaterThan(80);
  }
});

test('one pass a second, in the buffer that came back; none while paused', () => {
  const thread = startThread();
  thread.say(put(1, 2, 3));
  thread.say({ t: 'run' });
  const first = passOf(thread.take());
  thread.say({ t: 'return', buffer: first.buffer });
  thread.advance(1_000);
  const second = passOf(thread.take());
  expect(second.buffer).toBe(first.buffer);
  expect(second.at).toBe(START + 1_000);
  thread.advance(3_000);
  expect(thread.take().filter(({ t }) => t === 'pass')).toHaveLength(3);
  thread.say({ t: 'pause' });
  thread.advance(10_000);
  expect(thread.take()).toEqual([]);
  expect(thread.timers).toEqual([]);
});

test('a removed object has no point, and its row goes to the next new one', () => {
  const thread = startThread();
  thread.say(put(1, 2));
  thread.say({ t: 'remove', keys: ['s1', 'nobody'] });
  thread.say({ t: 'run' });
  expect(passOf(thread.take())).toMatchObject({ rows: 2, points: 1 });
  thread.say(put(3));
  expect(thread.take()).toEqual([{ t: 'rows', rows: [['s3', 0]] }]);
});

test('what has decayed has no point', () => {
  const thread = startThread();
  const epochMs = START - 111 * 86_400_000;
  const drag = {
    form: 'omm',
    epochMs,
    meanMotion: 16.35,
    eccentricity: 0.0009,
    inclination: 51.6,
    raan: 10,
    argPericenter: 20,
    meanAnomaly: 30,
    bstar: 0.02,
  } as const;
  thread.say({ t: 'put', objects: [['gone', drag]] });
  thread.say({ t: 'run' });
  const pass = passOf(thread.take());
  expect(pass.points).toBe(0);
  expect(pass.values[0]).toBeNaN();
});

test('a large catalogue is made ready in portions, and the beat goes on between them', () => {
  const thread = startThread();
  const one = elementsOf(1);
  const objects = Array.from({ length: 5_000 }, (_, index) => [`k${index}`, one] as const);
  thread.say({ t: 'put', objects });
  thread.say({ t: 'run' });
  expect(passOf(thread.take()).rows).toBe(2_000);
  thread.advance(1_000);
  expect(passOf(thread.take()).points).toBe(5_000);
});

test('a track is told point by point, and never more than its bound', () => {
  const thread = startThread();
  thread.say(put(1));
  thread.take();
  thread.say({ t: 'track', id: 7, key: 's1', from: START, to: START + 5_400_000, points: 1e9 });
  thread.say({ t: 'track', id: 8, key: 'nobody', from: START, to: START + 1, points: 2 });
  expect(thread.take()).toMatchObject([
    { t: 'track', id: 7, points: 2_000 },
    { t: 'track', id: 8, points: 0 },
  ]);
});

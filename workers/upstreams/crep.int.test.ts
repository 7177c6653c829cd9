import { afterEach, expect, test } from 'vitest';
import type { CrepRecord, CrepSpaceWeather, TrailPoint } from '../../src/contract/upstream/crep.ts';
import { CrepLab } from './crep/bench/crep-lab.ts';

let lab: CrepLab | undefined;
afterEach(async () => {
  await lab?.close();
  expect(lab?.timers.size ?? 0).toBe(0);
  lab = undefined;
});

const SOON = { timeout: 15_000, interval: 50 };

test('nothing is asked while nobody looks; who looks gets it, marked as simulated', async () => {
  lab = await CrepLab.start();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(lab.line('aircraft')?.state.is ?? 'idle').toBe('idle');
  const lookAway = lab.look('aircraft');
  await expect.poll(() => lab?.count('aircraft'), SOON).toBeGreaterThan(590);
  await expect.poll(() => lab?.line('aircraft')?.state.is, SOON).toBe('live');
  const some = lab.get('aircraft', 'aircraft:f00000') as CrepRecord;
  expect(some).toMatchObject({ kind: 'aircraft', provenance: 'simulated', flags: ['simulated'], atFrom: 'source' });
  expect(lab.line('vessels')?.state.is).toBe('idle');
  lookAway();
  await expect.poll(() => lab?.line('aircraft')?.state.is, SOON).toBe('idle');
  expect(lab.line('entities')?.state.is).toBe('idle');
});

test('every part is filled from its own places, each in its own shape', async () => {
  lab = await CrepLab.start();
  for (const part of ['vessels', 'satellites', 'events', 'devices', 'observations', 'panels']) lab.look(part);
  await expect.poll(() => lab?.count('vessels'), SOON).toBeGreaterThan(590);
  await expect.poll(() => lab?.count('satellites'), SOON).toBe(400);
  await expect.poll(() => lab?.count('events'), SOON).toBeGreaterThan(190);
  await expect.poll(() => lab?.count('devices'), SOON).toBe(21);
  await expect.poll(() => lab?.count('observations'), SOON).toBeGreaterThan(60);
  expect(lab.get('satellites', 'satellite:80000')).toMatchObject({ elements: { form: 'tle' }, lon: undefined });
  expect(lab.get('satellites', 'satellite:900001')).toMatchObject({ elements: { form: 'omm' }, lon: undefined });
  expect(lab.get('devices', 'device:myconode-sim9')).toMatchObject({ lon: undefined });
  const panel = lab.channels.state('state/up/crep/panels')?.get('space-weather') as CrepSpaceWeather;
  expect(panel).toMatchObject({ radio: 1, flags: ['simulated'] });
  // The flare's id is new at every fetch: asked again and again it stays one.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(lab.channels.state('state/up/crep/events')?.kept).toBeLessThan(220);
});

test('a failure in a 200 keeps the picture and says why; it is over when the answers come again', async () => {
  lab = await CrepLab.start();
  lab.look('aircraft');
  await expect.poll(() => lab?.source('aircraft')?.state, SOON).toBe('ok');
  const before = lab.count('aircraft');
  for (const [fault, why] of [
    ['unavailable', 'upstream timeout'],
    ['shape', 'shape'],
    ['html', 'not json'],
  ] as const) {
    await lab.fault(fault, true);
    await expect.poll(() => lab?.source('aircraft'), SOON).toMatchObject({ state: 'degraded', why });
    expect(lab.count('aircraft')).toBeGreaterThanOrEqual(before);
    await lab.fault(fault, false);
    await expect.poll(() => lab?.source('aircraft')?.state, { ...SOON, timeout: 25_000 }).toBe('ok');
  }
}, 90_000);

test('the socket is live; refused, its bridge takes over, and never both', async () => {
  lab = await CrepLab.start(1);
  lab.look('aircraft');
  await expect.poll(() => lab?.line('entities')?.state.is, SOON).toBe('live');
  expect(lab.line('entities-bridge')?.state.is).toBe('idle');
  await lab.fault('bad-frames', true);
  await expect.poll(() => lab?.line('entities')?.counts['dropped:bad_utf8'] ?? 0, SOON).toBeGreaterThan(0);
  expect(lab.line('entities')?.state.is).toBe('live');
  await lab.fault('bad-frames', false);
  await lab.fault('no-socket', true);
  await lab.upstreams.act({ do: 'restart', id: 'crep/entities' });
  await expect.poll(() => lab?.line('entities-bridge')?.state.is, { ...SOON, timeout: 25_000 }).toBe('live');
  expect(['retrying', 'refused', 'connecting']).toContain(lab.line('entities')?.state.is);
}, 60_000);

test('what people look at decides what is asked, across 180° too', async () => {
  lab = await CrepLab.start();
  await expect
    .poll(() => lab?.call('view', { boxes: [[170, -60, 190, 60]] }), SOON)
    .toEqual({ ok: true, value: undefined });
  lab.look('vessels');
  await expect.poll(() => lab?.count('vessels'), SOON).toBeGreaterThan(0);
  await expect.poll(() => lab?.line('vessels')?.url, SOON).toContain('lomin=170&lomax=180');
  await expect.poll(() => lab?.line('vessels')?.url, SOON).toContain('lomin=-180&lomax=-170');
  expect(await lab.call('view', { boxes: [[0, 0, Number.NaN, 1]] })).toMatchObject({ ok: false });
  expect(await lab.call('dance', {})).toMatchObject({ ok: false });
});

test('a trail is in SI and oldest first; of who is not known it is empty, and no failure', async () => {
  lab = await CrepLab.start();
  lab.look('aircraft');
  await expect.poll(() => lab?.count('aircraft'), SOON).toBeGreaterThan(0);
  const known = await lab.call('trail', { id: 'f00001' });
  const points = (known.ok ? known.value : []) as readonly TrailPoint[];
  expect(points).toHaveLength(30);
  expect(points.every(({ altM }) => altM !== undefined && altM < 12_600)).toBe(true);
  expect(points.every(({ at }, index) => index === 0 || at > (points[index - 1]?.at ?? 0))).toBe(true);
  expect(await lab.call('trail', { id: 'abcdef' })).toEqual({ ok: true, value: [] });
});

test('odd records among good ones: held, kept without a place, or told with our clock', async () => {
  lab = await CrepLab.start();
  lab.look('aircraft');
  const odd = 'aircraft:f00011';
  await expect.poll(() => lab?.get('aircraft', odd)?.lon, SOON).toBeTypeOf('number');
  for (const fault of ['zero-zero', 'out-of-range']) {
    await lab.fault(fault, true);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(lab.get('aircraft', odd)?.lat).not.toBe(0);
    expect(Math.abs(lab.get('aircraft', odd)?.lat ?? 0)).toBeLessThanOrEqual(90);
    await lab.fault(fault, false);
  }
  await lab.fault('clock-ahead', true);
  await expect.poll(() => lab?.get('aircraft', odd)?.flags, SOON).toContain('clock-skew');
  await lab.fault('clock-ahead', false);
  await lab.fault('junk', true);
  await expect.poll(() => lab?.line('aircraft')?.counts['dropped:junk'] ?? 0, SOON).toBeGreaterThan(3);
}, 60_000);

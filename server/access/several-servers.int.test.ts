import { expect, test } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { startBuses } from '../bus/redis/test-buses.ts';
import { systemClock } from '../clock.ts';
import { type Config, DEFAULT_LIMITS } from '../config.ts';
import type { Doors } from './access.ts';
import { openAccess } from './open-access.ts';

const config: Config = {
  ...DEFAULT_LIMITS,
  host: '127.0.0.1',
  dist: undefined,
  logLevel: 'silent',
  access: 'required',
  secret: 'one secret for all of the servers',
};

async function open(bus: Bus) {
  const access = await openAccess(config, bus, systemClock);
  if (access.doors === undefined) throw new Error('access is open');
  const ended: string[] = [];
  access.onRevoked((principal) => ended.push(principal));
  return { ...access.doors, access, ended };
}

async function makeCode({ pairing }: Doors): Promise<string> {
  const made = await pairing.make('viewer', 'Tablet', 'test');
  if (!('expiresAt' in made)) throw new Error(made.message);
  return made.code;
}

async function pair({ sessions }: Doors) {
  const made = await sessions.create('viewer', 'Tablet');
  if ('code' in made) throw new Error(made.message);
  return made;
}

test('a code that one server made is redeemed once, however many servers are asked at the same moment', async (context) => {
  const buses = await startBuses(context);
  const [a, b, c] = await Promise.all([1, 2, 3].map(async () => open(await buses.open())));
  if (!a || !b || !c) throw new Error('three servers');
  for (let round = 0; round < 5; round++) {
    const code = await makeCode(a);
    await expect.poll(() => b.pairing.waiting + c.pairing.waiting).toBe(2);
    const all = await Promise.all([a, b, c, a, b, c].map(({ pairing }, i) => pairing.redeem(code, `${round} ${i}`)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    await expect.poll(() => a.pairing.waiting + b.pairing.waiting + c.pairing.waiting).toBe(0);
  }
});

test('paired at one, known at all; revoked at one, out at all, and the cookie is of no more use anywhere', async (context) => {
  const buses = await startBuses(context);
  const [a, b] = await Promise.all([1, 2].map(async () => open(await buses.open())));
  if (!a || !b) throw new Error('two servers');
  const { record, cookie } = await pair(a);
  await expect.poll(() => b.sessions.judge(cookie).ok).toBe(true);
  await b.sessions.records.revoke(record.id, Date.now());
  await expect.poll(() => a.ended).toEqual([`session:${record.id}`]);
  expect(a.sessions.judge(cookie)).toEqual({ ok: false, why: 'ended' });
  expect((await open(await buses.open())).sessions.judge(cookie)).toEqual({ ok: false, why: 'ended' });
});

test('a Redis that loses its memory throws nobody out and lets nobody back in', async (context) => {
  const buses = await startBuses(context);
  const [a, b] = await Promise.all([1, 2].map(async () => open(await buses.open())));
  if (!a || !b) throw new Error('two servers');
  const kept = await pair(a);
  const revoked = await pair(a);
  await expect.poll(() => b.sessions.judge(revoked.cookie).ok).toBe(true);
  await a.sessions.records.revoke(revoked.record.id, Date.now());
  await expect.poll(() => b.sessions.judge(revoked.cookie).ok).toBe(false);
  await buses.redis.kill();
  // Who is known goes on meanwhile.
  expect(b.sessions.judge(kept.cookie).ok).toBe(true);
  await buses.redis.start();
  // A third server has nothing but what the first two put back.
  const c = await open(await buses.open());
  await expect.poll(() => c.sessions.judge(kept.cookie).ok, { timeout: 15_000 }).toBe(true);
  await expect.poll(() => c.sessions.records.get(revoked.record.id)?.revokedAt, { timeout: 15_000 }).toBeDefined();
  for (const { sessions } of [a, b, c]) {
    expect(sessions.judge(kept.cookie).ok).toBe(true);
    expect(sessions.judge(revoked.cookie).ok).toBe(false);
  }
});

test('revoked while Redis is away: out here at once, out everywhere when it is back', async (context) => {
  const buses = await startBuses(context, { isKept: true });
  const [a, b] = await Promise.all([1, 2].map(async () => open(await buses.open())));
  if (!a || !b) throw new Error('two servers');
  const { record, cookie } = await pair(a);
  await expect.poll(() => b.sessions.judge(cookie).ok).toBe(true);
  await buses.redis.kill();
  void a.sessions.records.revoke(record.id, Date.now());
  expect(a.sessions.judge(cookie).ok).toBe(false);
  await buses.redis.start();
  await expect.poll(() => b.sessions.judge(cookie).ok, { timeout: 15_000 }).toBe(false);
  expect(a.sessions.judge(cookie).ok).toBe(false);
});

import { afterEach, expect, test, vi } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { Pairing } from './pairing.ts';
import { Secrets } from './secrets.ts';
import { Sessions } from './sessions.ts';
import { Tokens } from './tokens.ts';

const DAY_MS = 86_400_000;
const secrets = new Secrets('s'.repeat(32), undefined);
const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

function makeBus(clock = new FakeClock()): { readonly bus: Bus; readonly clock: FakeClock } {
  const pulse = new Pulse({ windowMs: 1 });
  const bus = makeMemoryBus(DEFAULT_LIMITS, clock, pulse);
  opened.push(bus, pulse);
  return { bus, clock };
}

async function openSessions(bus: Bus, clock: FakeClock, keys = secrets) {
  const ended: string[] = [];
  const hooks = { onEnded: (id: string) => ended.push(id), onChanged: () => undefined };
  const sessions = await Sessions.open(DEFAULT_LIMITS, bus, clock, keys, hooks);
  opened.push(sessions.records);
  return { sessions, ended };
}

async function paired(sessions: Sessions, name = 'Tablet') {
  const made = await sessions.create('viewer', name);
  if ('code' in made) throw new Error(made.message);
  return made;
}

test('a day later a device is given a new cookie; the old one works until the new one was seen, and a minute more', async () => {
  const { bus, clock } = makeBus();
  const { sessions } = await openSessions(bus, clock);
  const { cookie } = await paired(sessions);
  expect(await sessions.renew(cookie)).toBeUndefined();
  clock.advance(DAY_MS);
  const next = (await sessions.renew(cookie)) ?? '';
  // The answer was lost on the way: the device comes back with the old one, a week later too.
  clock.advance(7 * DAY_MS);
  expect(sessions.judge(cookie).ok).toBe(true);
  expect(sessions.judge(next).ok).toBe(true);
  clock.advance(60_000);
  expect(sessions.judge(cookie).ok).toBe(true);
  clock.advance(1);
  expect(sessions.judge(cookie)).toEqual({ ok: false, why: 'ended' });
  expect(sessions.judge(next).ok).toBe(true);
});

test('thirty days without a visit end a session, a visit begins them anew', async () => {
  const { bus, clock } = makeBus();
  const { sessions } = await openSessions(bus, clock);
  const { cookie } = await paired(sessions);
  clock.advance(29 * DAY_MS);
  const next = (await sessions.renew(cookie)) ?? '';
  expect(sessions.judge(next).ok).toBe(true);
  clock.advance(29 * DAY_MS);
  expect(sessions.judge(next).ok).toBe(true);
  clock.advance(DAY_MS);
  expect(sessions.judge(next).ok).toBe(false);
});

test('a server whose clock is behind ends no session early', async () => {
  const { bus, clock } = makeBus();
  clock.advance(40 * DAY_MS);
  const { sessions } = await openSessions(bus, clock);
  const { record, cookie } = await paired(sessions);
  const { sessions: behind } = await openSessions(bus, new FakeClock());
  clock.advance(DAY_MS);
  // The first that sees the new cookie writes down that it was here.
  expect(behind.judge((await sessions.renew(cookie)) ?? '').ok).toBe(true);
  await vi.waitFor(() => expect(sessions.records.get(record.id)?.gen).toBe(2));
  expect(sessions.records.get(record.id)?.expiresAt).toBeGreaterThanOrEqual(record.expiresAt);
});

/** A bus that keeps what it is told, or refuses it, as one whose Redis is away does. */
function awayBus(bus: Bus) {
  const held: (() => void)[] = [];
  let is: 'there' | 'keeping' | 'refusing' = 'there';
  const put: Bus['put'] = (channel, key, record, how) => {
    if (is === 'there') bus.put(channel, key, record, how);
    else if (is === 'keeping') held.push(() => bus.put(channel, key, record, how));
    else how?.onDone?.({ ok: false, error: { code: 'bus-down', message: 'full' }, retryAfterMs: undefined });
  };
  const back = (): void => {
    is = 'there';
    for (const act of held.splice(0)) act();
  };
  return { bus: { ...bus, put }, away: (how: 'keeping' | 'refusing') => (is = how), back };
}

test.for(['keeping', 'refusing'] as const)(
  'a revocation while the bus is away (%s) is answered in time, counts here at once, and elsewhere when the bus is back',
  async (how) => {
    const { bus, clock } = makeBus();
    const { sessions: elsewhere } = await openSessions(bus, clock);
    const { bus: flaky, away, back } = awayBus(bus);
    const { sessions } = await openSessions(flaky, clock);
    const { record, cookie } = await paired(sessions);
    await vi.waitFor(() => expect(elsewhere.judge(cookie).ok).toBe(true));
    away(how);
    const revoked = sessions.records.revoke(record.id, clock.now());
    clock.advance(2_000);
    expect(await revoked).toMatchObject({ ok: false, error: { code: 'bus-down' } });
    expect([sessions.judge(cookie).ok, elsewhere.judge(cookie).ok]).toEqual([false, true]);
    back();
    sessions.records.prune(clock.now());
    await vi.waitFor(() => expect(elsewhere.judge(cookie)).toEqual({ ok: false, why: 'ended' }));
  },
);

test('a code that cannot be kept is not handed out, and who asked does not wait for ever', async () => {
  const { bus, clock } = makeBus();
  const { bus: flaky, away } = awayBus(bus);
  const pairing = await Pairing.open(DEFAULT_LIMITS, flaky, clock, secrets);
  opened.push(pairing);
  away('keeping');
  const made = pairing.make('viewer', 'Tablet', 'me');
  clock.advance(2_000);
  expect(await made).toMatchObject({ code: 'bus-down' });
});

test('a secret is rotated: devices go on, are moved to the new one, and then the old one may be thrown away', async () => {
  const { bus, clock } = makeBus();
  const { sessions } = await openSessions(bus, clock);
  const { cookie } = await paired(sessions);
  const { sessions: rotated } = await openSessions(bus, clock, new Secrets('t'.repeat(32), 's'.repeat(32)));
  const next = (await rotated.renew(cookie)) ?? '';
  const { sessions: later } = await openSessions(bus, clock, new Secrets('t'.repeat(32), undefined));
  expect(later.judge(next).ok).toBe(true);
  expect(later.judge(cookie)).toEqual({ ok: false, why: 'forged' });
});

test('who is revoked on one server is out on every server, and stays out', async () => {
  const { bus, clock } = makeBus();
  const a = await openSessions(bus, clock);
  const { record, cookie } = await paired(a.sessions);
  const b = await openSessions(bus, clock);
  expect(b.sessions.judge(cookie).ok).toBe(true);
  await a.sessions.records.revoke(record.id, clock.now());
  expect(a.ended).toEqual([record.id]);
  await vi.waitFor(() => expect(b.ended).toEqual([record.id]));
  expect(b.sessions.judge(cookie)).toEqual({ ok: false, why: 'ended' });
  // Somebody who has not heard of it writes that the device was seen.
  bus.put('access-sessions', record.id, record);
  await vi.waitFor(() => expect(a.sessions.records.get(record.id)?.revokedAt).toBeDefined());
  const c = await openSessions(bus, clock);
  await vi.waitFor(() => expect(c.sessions.judge(cookie).ok).toBe(false));
});

test('devices beyond the bound are refused by the limit’s name, revoked ones make room', async () => {
  const { bus, clock } = makeBus();
  const hooks = { onEnded: () => undefined, onChanged: () => undefined };
  const sessions = await Sessions.open({ ...DEFAULT_LIMITS, maxSessions: 2 }, bus, clock, secrets, hooks);
  opened.push(sessions.records);
  const { record } = await paired(sessions);
  await paired(sessions);
  expect(await sessions.create('viewer', 'one more')).toMatchObject({
    code: 'limit-reached',
    message: expect.stringMatching(/^maxSessions: 2/),
  });
  await sessions.records.revoke(record.id, clock.now());
  await paired(sessions);
});

test('a code works once, on whichever server is first, and for ten minutes', async () => {
  const { bus, clock } = makeBus();
  const open = () => Pairing.open(DEFAULT_LIMITS, bus, clock, secrets);
  const [a, b] = await Promise.all([open(), open()]);
  const made = await a.make('viewer', 'Tablet 3', 'session:x');
  if (!('expiresAt' in made)) throw new Error(made.message);
  const both = await Promise.all([a.redeem(made.code, 'x'), b.redeem(made.code.toLowerCase(), 'y')]);
  expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(both.find(({ ok }) => ok)).toMatchObject({ code: { role: 'viewer', name: 'Tablet 3' } });
  const late = await a.make('viewer', 'Tablet 4', 'session:x');
  if (!('expiresAt' in late)) throw new Error(late.message);
  clock.advance(600_000);
  expect(await b.redeem(late.code, 'z')).toMatchObject({ ok: false, refusal: { code: 'code-wrong' } });
});

test('a code that is made after a quiet hour works', async () => {
  const { bus, clock } = makeBus();
  const pairing = await Pairing.open(DEFAULT_LIMITS, bus, clock, secrets);
  clock.advance(3_600_000);
  const made = await pairing.make('viewer', 'Tablet', 'session:x');
  expect('expiresAt' in made && (await pairing.redeem(made.code, 'a'))).toMatchObject({ ok: true });
});

test('guessing is slow for one address, and bounded for all together; the right code does not help who must wait', async () => {
  const { bus, clock } = makeBus();
  const pairing = await Pairing.open({ ...DEFAULT_LIMITS, pairTriesPerMinute: 20 }, bus, clock, secrets);
  const made = await pairing.make('owner', 'Me', 'start');
  if (!('expiresAt' in made)) throw new Error(made.message);
  const guess = async (address: string) => {
    const redeemed = await pairing.redeem('2222-2222', address);
    return redeemed.ok ? 'in' : redeemed.refusal;
  };
  for (let i = 0; i < 4; i++) expect(await guess('a')).toMatchObject({ code: 'code-wrong' });
  expect(await guess('a')).toMatchObject({ code: 'code-wrong', retryAfterMs: 2_000 });
  expect(await guess('a')).toMatchObject({ code: 'too-many-tries', retryAfterMs: 2_000 });
  expect(await pairing.redeem(made.code, 'a')).toMatchObject({ ok: false, refusal: { code: 'too-many-tries' } });
  for (let i = 0; i < 15; i++) await guess(`other ${i}`);
  expect(await pairing.redeem(made.code, 'b')).toMatchObject({ ok: false, refusal: { code: 'too-many-tries' } });
  clock.advance(3_000);
  expect(await pairing.redeem(made.code, 'a')).toMatchObject({ ok: true });
});

test('nothing that was told once can be read from the bus', async () => {
  const { bus, clock } = makeBus();
  const pairing = await Pairing.open(DEFAULT_LIMITS, bus, clock, secrets);
  const made = await pairing.make('owner', 'Me', 'start');
  const tokens = await Tokens.open(10, bus, clock, { onEnded: () => undefined, onChanged: () => undefined });
  opened.push(tokens.records);
  const token = await tokens.create({
    name: 'Agent',
    role: 'operator',
    expiresAt: clock.now() + DAY_MS,
    channels: undefined,
    boards: ['bench-*'],
  });
  if ('code' in token || !('expiresAt' in made)) throw new Error('refused');
  const kept = await Promise.all(
    (['access-codes', 'access-tokens'] as const).map(async (channel) => [
      ...(await bus.openState(channel)).channel.entries(),
    ]),
  );
  const text = JSON.stringify(kept);
  expect(text).toContain('Agent');
  for (const secret of [made.code, made.code.replace('-', ''), token.token, token.token.slice(21)])
    expect(text).not.toContain(secret);
  expect(tokens.judge(token.token)).toMatchObject({ ok: true });
  expect(tokens.judge(`${token.token.slice(0, -1)}!`)).toEqual({ ok: false, why: 'unknown' });
  expect(tokens.judge(token.token.replace(/^hyp_./, 'hyp_x'))).toEqual({ ok: false, why: 'unknown' });
  clock.advance(DAY_MS);
  expect(tokens.judge(token.token)).toEqual({ ok: false, why: 'ended' });
});

import { expect, test } from 'vitest';
import { FakeClock } from '../fake-clock.ts';
import { Leases } from './leases.ts';

const ann = { client: 'ann', name: 'Ann' };
const bob = { client: 'bob', name: 'Bob' };

function setUp() {
  const clock = new FakeClock();
  const changes: string[] = [];
  const leases = new Leases({ leaseMs: 1_000, leaseGraceMs: 100 }, clock, (board) => changes.push(board));
  const take = (who: typeof ann) => {
    const granted = leases.take('b', who);
    return granted.ok ? granted.lease : undefined;
  };
  return { clock, changes, leases, take };
}

test('one commander at a time; the next one has a higher fence', () => {
  const { leases, take, changes } = setUp();
  const first = take(ann);
  expect(leases.take('b', bob)).toMatchObject({ ok: false, error: { code: 'lease-held' } });
  expect(leases.check('b', 'ann', first?.fence)).toBeUndefined();
  expect(leases.check('b', 'bob', first?.fence)).toMatchObject({ code: 'lease-held' });
  expect(leases.release('b', 'bob')).toMatchObject({ code: 'lease-missing' });
  expect(leases.release('b', 'ann')).toBeUndefined();
  const second = take(bob);
  expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.POSITIVE_INFINITY);
  expect(changes).toEqual(['b', 'b', 'b']);
});

test('a renewal keeps the fence; without one the lease ends by itself', () => {
  const { clock, leases, take } = setUp();
  const first = take(ann);
  clock.advance(900);
  expect(leases.renew('b', ann)).toMatchObject({ ok: true, lease: { fence: first?.fence, since: first?.since } });
  clock.advance(900);
  expect(leases.of('b')).toBeDefined();
  clock.advance(100);
  expect(leases.of('b')).toBeUndefined();
  expect(leases.renew('b', ann)).toMatchObject({ ok: false, error: { code: 'lease-missing' } });
  expect(leases.check('b', 'ann', first?.fence)).toMatchObject({ code: 'lease-missing' });
  expect({ timers: clock.pending, held: leases.size }).toEqual({ timers: 0, held: 0 });
});

test('an older fence of the same client is refused', () => {
  const { leases, take } = setUp();
  const first = take(ann);
  leases.end('b');
  take(ann);
  expect(leases.check('b', 'ann', first?.fence)).toMatchObject({ code: 'lease-missing' });
  expect(leases.check('b', 'ann', undefined)).toMatchObject({ code: 'lease-missing' });
});

test('a holder that disconnects keeps its lease for the grace time only', () => {
  const { clock, leases, take } = setUp();
  take(ann);
  leases.shorten('ann');
  clock.advance(99);
  expect(leases.renew('b', ann)).toMatchObject({ ok: true });
  leases.shorten('ann');
  clock.advance(101);
  expect(leases.of('b')).toBeUndefined();
});

test('a take-over ends another’s lease with a reason, and not twice in a row', () => {
  const { clock, leases, take } = setUp();
  const first = take(ann);
  const taken = leases.takeOver('b', bob, 'it smokes');
  expect(taken).toMatchObject({ ok: true, lease: { client: 'bob', takenFrom: { ...ann, reason: 'it smokes' } } });
  expect(taken.ok && taken.lease.fence).toBeGreaterThan(first?.fence ?? Number.POSITIVE_INFINITY);
  expect(leases.check('b', 'ann', first?.fence)).toMatchObject({ code: 'lease-held' });
  clock.advance(900);
  leases.renew('b', bob);
  expect(leases.takeOver('b', ann, 'mine')).toMatchObject({ ok: false, retryAfterMs: 2_100 });
  expect(leases.of('b')).toMatchObject({ client: 'bob', takenFrom: { reason: 'it smokes' } });
  clock.advance(900);
  leases.renew('b', bob);
  clock.advance(900);
  leases.renew('b', bob);
  clock.advance(300);
  expect(leases.takeOver('b', ann, 'mine')).toMatchObject({ ok: true, lease: { client: 'ann' } });
});

test('a lease that came from another home goes on there, and the next fence is greater than any that was given', () => {
  const { clock, leases, take } = setUp();
  const far = clock.now() + 1_000_000;
  leases.restore('b', { ...ann, since: clock.now(), until: clock.now() + 500, fence: far }, far + 5);
  expect(leases.renew('b', ann)).toMatchObject({ ok: true, lease: { fence: far } });
  leases.end('b');
  expect(take(bob)?.fence).toBe(far + 6);
});

test('a lease from a server whose clock is ahead lasts no longer than one that was given here', () => {
  const { clock, leases } = setUp();
  leases.restore('b', { ...ann, since: clock.now(), until: clock.now() + 3_600_000, fence: 7 }, 7);
  clock.advance(1_000);
  expect(leases.of('b')).toBeUndefined();
});

test('a lease that was renewed elsewhere meanwhile goes on, but one that was given back here does not come back', () => {
  const { clock, leases, take } = setUp();
  const lease = take(ann);
  if (lease === undefined) throw new Error('not granted');
  clock.advance(900);
  leases.takeUp('b', { ...lease, until: clock.now() + 800 }, lease.fence);
  clock.advance(700);
  expect(leases.of('b')).toMatchObject({ fence: lease.fence });
  leases.end('b');
  leases.takeUp('b', { ...lease, until: clock.now() + 800 }, lease.fence + 5);
  expect(leases.of('b')).toBeUndefined();
  expect(take(bob)?.fence).toBe(lease.fence + 6);
});

test('who left one server and asks through another keeps its lease', () => {
  const { clock, leases } = setUp();
  leases.take('b', ann, 'one');
  leases.renew('b', ann, 'two');
  leases.shorten('ann', 'one');
  leases.shortenAllOf('one');
  clock.advance(900);
  expect(leases.of('b')).toBeDefined();
  leases.shortenAllOf('two');
  clock.advance(100);
  expect(leases.of('b')).toBeUndefined();
});

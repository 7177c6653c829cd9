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

import { expect, test } from 'vitest';
import { isSourceTrouble, sourceState } from './source-state.ts';
import type { LineState, LineStatus, UpstreamStatus } from './status.ts';

const upstream: UpstreamStatus = {
  t: 'upstream',
  id: 'crep',
  name: 'CREP',
  via: 'gateway',
  simulated: false,
  stopped: false,
  custom: false,
  channels: [],
  counts: {},
};
const line = (state: LineState): LineStatus => ({ state, lastRecordAt: 5 }) as LineStatus;
const retrying: LineState = { is: 'retrying', since: 1, nextAt: 9, attempt: 2, why: 'gone' };

test('what the hub has not told yet is unknown, not calm', () => {
  expect(sourceState(undefined, [])).toEqual({ is: 'unknown' });
  expect(sourceState(upstream, [])).toEqual({ is: 'unknown' });
});

test('a source that nobody set up says why', () => {
  expect(sourceState({ ...upstream, via: 'none', why: 'write its url' }, [])).toEqual({
    is: 'none',
    why: 'write its url',
  });
});

test('one connection that brings data makes it live; without one, silence is told before loss', () => {
  expect(sourceState(upstream, [line(retrying), line({ is: 'live', since: 2 })])).toEqual({ is: 'live', since: 2 });
  expect(sourceState(upstream, [line(retrying), line({ is: 'stale', since: 3 })])).toEqual({
    is: 'stale',
    since: 3,
    lastAt: 5,
  });
  expect(sourceState(upstream, [line({ is: 'idle', since: 1 }), line(retrying)])).toEqual(retrying);
});

test('connected is not live', () => {
  const state = sourceState(upstream, [line({ is: 'connected-no-data', since: 4 })]);
  expect(state).toEqual({ is: 'quiet', since: 4 });
  expect(isSourceTrouble(state)).toBe(false);
  expect(isSourceTrouble(retrying)).toBe(true);
  expect(isSourceTrouble({ is: 'stopped', since: 1 })).toBe(true);
});

test('a list that was well before its source broke says nothing about now, until it answers again', () => {
  const list = (lastRecordAt: number) =>
    ({ transport: 'poll', state: { is: 'live', since: 2 }, lastRecordAt }) as LineStatus;
  const broken = (is: 'retrying' | 'connecting') =>
    ({
      transport: 'websocket',
      state: is === 'retrying' ? retrying : { is, since: 1 },
      lastRecordAt: 5,
      lastDrop: { at: 10, why: 'gone' },
    }) as unknown as LineStatus;
  expect(sourceState(upstream, [list(5), broken('retrying')])).toEqual(retrying);
  expect(sourceState(upstream, [list(5), broken('connecting')]).is).toBe('connecting');
  expect(sourceState(upstream, [list(11), broken('retrying')]).is).toBe('live');
});

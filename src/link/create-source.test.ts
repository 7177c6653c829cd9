import { createRoot } from 'solid-js';
import { expect, test } from 'vitest';
import type { LineStatus, UpstreamStatus } from '../contract/upstream/status.ts';
import { createSource } from './create-source.ts';

const upstream = {
  t: 'upstream',
  id: 'crep',
  name: 'CREP',
  via: 'gateway',
  simulated: true,
  counts: { 'dropped:no-id': 3, 'late:report': 1 },
} as unknown as UpstreamStatus;
const line = (id: string, is: 'live' | 'stale', counts: Record<string, number>): LineStatus =>
  ({ t: 'line', id, upstream: id.split('/')[0], state: { is, since: 1 }, counts }) as unknown as LineStatus;
const all = {
  upstreams: () => [upstream],
  lines: () => [
    line('crep/aircraft', 'stale', { 'dropped:no-id': 2 }),
    line('crep/vessels-1', 'live', { 'dropped:no-id': 1 }),
    line('crep/vessels-2', 'stale', {}),
    line('mas-topology/aircraft', 'live', { 'dropped:no-id': 50 }),
  ],
  ready: () => true,
};

test('a panel is fed by the connections it names, and by no others of that name', () => {
  createRoot((dispose) => {
    const aircraft = createSource(all, 'crep', ['aircraft']);
    expect(aircraft.state()).toMatchObject({ is: 'stale' });
    expect(aircraft.losses()).toEqual({ 'dropped:no-id': 2 });
    expect(aircraft.simulated()).toBe(true);
    const vessels = createSource(all, 'crep', ['vessels-*']);
    expect(vessels.lines()).toHaveLength(2);
    expect(vessels.state()).toMatchObject({ is: 'live' });
    dispose();
  });
});

test('of all connections the losses are the upstream’s own count, which has what was lost between them too', () => {
  createRoot((dispose) => {
    expect(createSource(all, 'crep').losses()).toEqual({ 'dropped:no-id': 3, 'late:report': 1 });
    expect(createSource(all, 'natureos').state()).toEqual({ is: 'unknown' });
    dispose();
  });
});

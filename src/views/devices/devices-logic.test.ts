import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';
import { sharedCommands, wayOf } from './bulk-act.ts';
import { type OwnGroup, readOwnGroups, withMembers, withoutMembers } from './own-groups.ts';
import { PinCurve, readPins } from './pins.ts';

test('whatever a browser kept, there are groups and pins or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(Array.isArray(readOwnGroups(text))).toBe(true);
      expect(readPins(text).length).toBeLessThanOrEqual(12);
    }),
  );
  const groups: readonly OwnGroup[] = [{ name: 'Bench 1', keys: ['a', 'b'] }];
  expect(readOwnGroups(JSON.stringify(groups))).toEqual(groups);
  expect(readPins('[{"device":"a","name":"temperature"},{"device":5}]')).toEqual([
    { device: 'a', name: 'temperature' },
  ]);
});

test('a device may be in several groups, is in none twice, and an empty group goes', () => {
  const one = withMembers([], 'B', ['x', 'x', 'y']) ?? [];
  const both = withMembers(withMembers(one, 'A', ['x']) ?? [], 'B', ['z', 'y']) ?? [];
  expect(both).toEqual([
    { name: 'A', keys: ['x'] },
    { name: 'B', keys: ['x', 'y', 'z'] },
  ]);
  expect(withoutMembers(both, 'A', ['x'])).toEqual([{ name: 'B', keys: ['x', 'y', 'z'] }]);
  expect(
    withMembers(
      [],
      'big',
      Array.from({ length: 501 }, (_, at) => String(at)),
    ),
  ).toBeUndefined();
});

test('a curve has each moment once, in order, and is bounded', () => {
  const curve = new PinCurve();
  for (const at of [1, 1, 3, 2]) curve.add(at, at * 10);
  curve.add(4, Number.NaN);
  expect(curve.times).toEqual([1, 3]);
  for (let at = 5; at < 3_000; at += 1) curve.add(at, at);
  expect(curve.times.length).toBe(1_200);
  expect(curve.values.at(-1)).toBe(2_999);
});

const device = (...sightings: readonly object[]) => ({ key: 'k', name: 'n', sightings }) as unknown as FleetDevice;

test('a device is told on its own port where it takes the command, else by MAS, else not at all', () => {
  const board = { source: 'usb', id: 'b', commands: ['status', 'scan'] };
  expect(wayOf(device(board, { source: 'mas', id: 'm' }), 'status')).toBe('board');
  expect(wayOf(device(board, { source: 'mas', id: 'm' }), 'sing')).toBe('mas');
  expect(wayOf(device(board), 'sing')).toBeUndefined();
  expect(wayOf(device({ source: 'redis', id: 'r' }), 'status')).toBeUndefined();
});

test('only what every board takes without parameters and danger is offered for all', () => {
  const all = { source: 'usb', id: 'a', commands: ['status', 'scan', 'mosfet', 'reboot', 'nobody-knows'] };
  const some = { source: 'relay', id: 'b', commands: ['status', 'mosfet'] };
  expect(sharedCommands([device(all), device(some), device({ source: 'mas', id: 'm' })])).toEqual(['status']);
  expect(sharedCommands([])).toEqual([]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { field, numberOf, shortTextOf } from './fields.ts';
import { spelledUnit, unitOf } from './units.ts';

test('a field is found in every casing', () => {
  for (const name of ['deviceId', 'DeviceId', 'device_id', 'DEVICE_ID', 'DeviceID', 'deviceid'])
    expect(field({ [name]: 1 }, 'deviceId')).toBe(1);
  expect(field({ device: 1, deviceIds: 2, deviceI: 3 }, 'deviceId')).toBeUndefined();
  expect(field({ DeviceId: 1, deviceId: 2 }, 'deviceId')).toBe(2);
  expect(field({ deviceId: null, DeviceId: 2 }, 'deviceId')).toBe(null);
});

test.each([
  [61.25, 61.25],
  ['61.25', 61.25],
  [' -7e2 ', -700],
  [null, undefined],
  [undefined, undefined],
])('%s is the number %s', (value, number) => {
  expect(numberOf(value)).toBe(number);
});

test.each(['n/a', '', '0x61', '61.25 %', 'NaN', 'Infinity', '1e999', [], {}, true, [1], Number.POSITIVE_INFINITY])(
  '%s is something else where a number is due',
  (value) => {
    expect(numberOf(value)).toBeNaN();
  },
);

test('numbers written as text come back as they were', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(numberOf(String(number))).toBe(number === 0 ? Number(String(number)) : number);
    }),
  );
});

test('long texts are cut, empty ones are none', () => {
  expect(shortTextOf(' a ', 5)).toBe('a');
  expect(shortTextOf('abcdef', 3)).toBe('abc…');
  expect(shortTextOf('  ')).toBeUndefined();
});

test('units come from names, and from what devices call them', () => {
  expect(
    ['temperature', 'bme688.gas_resistance', 'ai_volts.whatever', 'co2', 'soil_moisture', 'probe_mv', 'ph'].map(unitOf),
  ).toEqual(['degC', 'ohm', 'V', 'ppm', '%', 'mV', undefined]);
  expect(['°C', 'PPM', 'lux', 'constructor'].map(spelledUnit)).toEqual(['degC', 'ppm', 'lux', 'constructor']);
  expect(unitOf('constructor')).toBeUndefined();
});

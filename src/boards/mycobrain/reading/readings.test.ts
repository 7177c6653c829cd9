import { expect, it } from 'vitest';
import type { JsonItem } from '../../../contract/board-item.ts';
import { readingsOf } from './readings.ts';

function seriesOf(shape: string, value: JsonItem['value']): Record<string, number> {
  const taken: Record<string, number> = {};
  readingsOf({ kind: 'json', shape, value, salvaged: false }, (series, reading) => {
    taken[series] = reading;
  });
  return taken;
}

it('takes what a build says of its outputs, but not the dummies of json-tele', () => {
  expect(seriesOf('machine_telemetry', { type: 'telemetry', board_id: 'x', mosfet_states: [true, false] })).toEqual({
    mosfet1_on: 1,
    mosfet2_on: 0,
  });
  expect(seriesOf('tele', { type: 'tele', temperature: 21.5, mosfet_states: [false, false, false, false] })).toEqual({
    'a.temperature_c': 21.5,
  });
});

it('takes the reading of another part of the line where the first is null', () => {
  expect(seriesOf('tele', { type: 'tele', temperature: null, env: { temp_c: 21.5, rh_pct: null } })).toEqual({
    'a.temperature_c': 21.5,
  });
});

it('has no reading of a sensor that calls its own invalid', () => {
  const line = { type: 'telemetry', sensor_slot: 'env', temperature_c_comp: 21.5 };
  expect(seriesOf('recovery_telemetry', { ...line, valid: false })).toEqual({});
  expect(seriesOf('recovery_telemetry', { ...line, valid: true })).toEqual({ 'b.temperature_c': 21.5 });
});

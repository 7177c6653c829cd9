import { expect, it } from 'vitest';
import type { JsonItem, MdpItem } from '../../../contract/board-item.ts';
import { createOutputs } from './outputs.ts';

const json = (value: Record<string, unknown>): JsonItem => ({ kind: 'json', shape: 'reply', value, salvaged: false });

it('does not claim to know what nobody has told', () => {
  const outputs = createOutputs();
  expect(outputs.state).toBe('unknown');
  outputs.reset();
  expect(outputs.state).toBe('off');
});

it('counts an output as on from the moment it is asked for, and off only when that is acknowledged', () => {
  const outputs = createOutputs();
  outputs.sent('mosfet', { output: '1', on: true });
  expect(outputs.state).toBe('on');
  outputs.sent('mosfet', { output: '1', on: false });
  expect(outputs.state).toBe('on');
  outputs.finished('mosfet', { output: '1', on: false });
  expect(outputs.state).not.toBe('on');
});

it('keeps each output apart, also one that is dimmed', () => {
  const outputs = createOutputs();
  outputs.reset();
  outputs.sent('mosfet', { output: '1', on: true });
  outputs.sent('mosfet-pwm', { output: '2', duty: 40, hz: 1000 });
  outputs.finished('mosfet', { output: '1', on: false });
  expect(outputs.state).toBe('on');
  outputs.finished('mosfet-pwm', { output: '2', duty: 0, hz: 1000 });
  expect(outputs.state).toBe('off');
});

it('forgets a tone that ended by itself, and a stimulus with its stop', () => {
  const outputs = createOutputs();
  outputs.reset();
  outputs.sent('tone', { hz: 440, ms: 100 });
  expect(outputs.state).toBe('on');
  outputs.finished('tone', { hz: 440, ms: 100 });
  expect(outputs.state).toBe('off');
  outputs.sent('stim-light', {});
  outputs.finished('stim-light', {});
  expect(outputs.state).toBe('on');
  outputs.finished('stim-stop', {});
  expect(outputs.state).toBe('off');
});

it('is stopped after an emergency stop, until it is cleared or the board says otherwise', () => {
  const outputs = createOutputs();
  outputs.sent('mosfet', { output: '1', on: true });
  outputs.finished('estop', {});
  expect(outputs.state).toBe('stopped');
  outputs.finished('clear-estop', {});
  expect(outputs.state).toBe('off');
  outputs.heard(json({ estop: true }));
  expect(outputs.state).toBe('stopped');
  outputs.heard(json({ estop: false }));
  expect(outputs.state).toBe('off');
});

it('believes the board over what was sent', () => {
  const outputs = createOutputs();
  outputs.sent('mosfet', { output: '1', on: true });
  outputs.heard(json({ data: { mosfet_states: [false, false, true] } }));
  expect(outputs.state).toBe('on');
  outputs.heard(json({ mosfet_states: [false, false, false] }));
  expect(outputs.state).toBe('off');
});

it('does not call a board stopped whose build lets an output be switched on again after the stop', () => {
  const outputs = createOutputs(() => false);
  outputs.finished('estop', {});
  expect(outputs.state).toBe('stopped');
  outputs.sent('mosfet', { output: '1', on: true });
  expect(outputs.state).toBe('on');
});

it('keeps a board stopped whose build refuses outputs until the stop is cleared', () => {
  const outputs = createOutputs(() => true);
  outputs.finished('estop', {});
  outputs.sent('mosfet', { output: '1', on: true });
  expect(outputs.state).toBe('stopped');
});

it('believes the states in binary telemetry, and not the dummies of json-tele', () => {
  const outputs = createOutputs();
  const telemetry = (mos: readonly number[]): MdpItem => ({
    kind: 'mdp',
    header: {
      magic: 0xa15a,
      version: 1,
      msg_type: 1,
      type_name: 'TELEMETRY',
      seq: 0,
      ack: 0,
      flags: 0,
      flag_names: [],
      src: 0xa1,
      dst: 0xc0,
      rsv: 0,
    },
    body_format: 'telemetry_v1',
    body: { mos, i2c_count: [] },
  });
  outputs.heard(telemetry([0, 1, 0]));
  expect(outputs.state).toBe('on');
  outputs.heard(telemetry([0, 0, 0]));
  expect(outputs.state).toBe('off');
  outputs.heard({ ...json({ mosfet_states: [true, false, false, false] }), shape: 'tele' });
  expect(outputs.state).toBe('off');
});

it('takes back what the board refused, but not what was on before', () => {
  const outputs = createOutputs();
  outputs.reset();
  outputs.sent('mosfet', { output: '1', on: true });
  outputs.refused('mosfet', { output: '1', on: true });
  expect(outputs.state).toBe('off');
  outputs.sent('mosfet', { output: '1', on: true });
  outputs.finished('mosfet', { output: '1', on: true });
  outputs.sent('mosfet', { output: '1', on: true });
  outputs.refused('mosfet', { output: '1', on: true });
  expect(outputs.state).toBe('on');
});

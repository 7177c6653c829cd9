import { expect, it } from 'vitest';
import type { JsonItem } from '../../../contract/board-item.ts';
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

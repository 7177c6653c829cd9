import type { CommandDeclaration, ParamDeclaration } from '../../board.ts';
import { declare, FRAMES, LINES, MACHINE } from './declare.ts';
import { choice, number, toggle } from './params.ts';

const output = choice('output', 'Output', ['1', '2', '3']);
const colour: readonly ParamDeclaration[] = [
  number('red', 'Red', '', 0, 255, 0),
  number('green', 'Green', '', 0, 255, 180),
  number('blue', 'Blue', '', 0, 255, 80),
];

/** Power outputs, light and sound. */
export const OUTPUTS: readonly CommandDeclaration[] = [
  declare(
    'mosfet',
    'Switch output',
    'Switches one of the three power outputs.',
    'output',
    'operator',
    [...FRAMES, ...MACHINE, 'gateway-json'],
    [output, toggle('on', 'On', false)],
  ),
  declare(
    'mosfet-pwm',
    'Dim output',
    'Drives a power output by pulse width.',
    'output',
    'operator',
    ['ndjson-machine'],
    [output, number('duty', 'Duty', 'of 255', 0, 255, 128), number('hz', 'Frequency', 'Hz', 1, 40_000, 1000)],
  ),
  declare('output-status', 'Output state', 'The board tells how its outputs are set.', 'read', 'viewer', [
    'ndjson-machine',
  ]),
  declare(
    'led-colour',
    'Light colour',
    'Lights the LED in one colour.',
    'light',
    'operator',
    [...FRAMES, ...LINES, 'cli-text'],
    colour,
  ),
  declare('led-off', 'Light off', 'Switches the LED off.', 'light', 'operator', [
    ...FRAMES,
    ...LINES,
    'cli-text',
    'json-recovery',
  ]),
  declare(
    'led-mode',
    'Light mode',
    'Off, the board’s own state light, or by hand.',
    'light',
    'operator',
    ['mdp1-json', 'json-tele', 'cli-text'],
    [choice('mode', 'Mode', ['state', 'manual', 'off'])],
  ),
  declare(
    'led-brightness',
    'Light brightness',
    'Sets the LED brightness.',
    'light',
    'operator',
    ['mdp1-bin', 'json-tele'],
    [number('level', 'Brightness', 'of 255', 0, 255, 128)],
  ),
  declare(
    'led-pattern',
    'Light pattern',
    'Runs a pattern on the LED. Each build knows some of them.',
    'light',
    'operator',
    ['mdp1-bin', ...LINES, 'json-recovery'],
    [
      choice('pattern', 'Pattern', [
        'rainbow',
        'blink',
        'breathe',
        'solid',
        'chase',
        'sparkle',
        'pulse',
        'sweep',
        'beacon',
        'status_ok',
        'status_warn',
        'status_error',
      ]),
    ],
  ),
  declare(
    'tone',
    'Tone',
    'Sounds one tone.',
    'sound',
    'operator',
    [...FRAMES, ...LINES],
    [number('hz', 'Frequency', 'Hz', 20, 20_000, 1200), number('ms', 'Duration', 'ms', 10, 10_000, 200)],
  ),
  declare('tone-stop', 'Silence', 'Ends a tone.', 'sound', 'operator', [...FRAMES, ...LINES]),
  declare(
    'sound',
    'Sound',
    'Plays a jingle; the board does nothing else meanwhile.',
    'sound',
    'operator',
    [...FRAMES, ...LINES, 'cli-text', 'json-recovery'],
    [choice('name', 'Sound', ['coin', 'bump', 'power', '1up', 'morgio'])],
  ),
];

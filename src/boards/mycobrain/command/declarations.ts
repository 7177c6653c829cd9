import type { Dialect } from '../../../contract/board-status.ts';
import type { CommandDeclaration, ParamDeclaration } from '../../board.ts';
import { RADIO_AND_SCOPE } from './declarations-radio-scope.ts';
import { choice, number, toggle, words } from './params.ts';

const output = choice('output', 'Output', ['1', '2', '3']);
const colour: readonly ParamDeclaration[] = [
  number('red', 'Red', '', 0, 255, 0),
  number('green', 'Green', '', 0, 255, 180),
  number('blue', 'Blue', '', 0, 255, 80),
];
const sensor = choice('sensor', 'Sensor', ['amb', 'env']);

const MACHINE: readonly Dialect[] = ['ndjson-machine', 'json-legacy'];
const FRAMES: readonly Dialect[] = ['mdp1-json', 'mdp1-bin'];
const LINES: readonly Dialect[] = [...MACHINE, 'json-tele'];

type Group = CommandDeclaration['group'];
type Role = CommandDeclaration['role'];

const declare = (
  name: string,
  title: string,
  about: string,
  group: Group,
  role: Role,
  dialects: readonly Dialect[],
  params: readonly ParamDeclaration[] = [],
  danger?: string,
): CommandDeclaration => ({ name, title, about, group, params, role, danger, dialects });

const REBOOTS = 'The board restarts: readings stop for some seconds and outputs go off.';
const REINITIALISES = 'The board starts its sensors anew; with wrong pins they are gone until it is set back.';

/** Every command of every build, once, under one name (board contract §16). How each is said: `*-forms.ts`. */
export const COMMANDS: readonly CommandDeclaration[] = [
  declare(
    'estop',
    'Emergency stop',
    'Switches every output off, before anything else that waits.',
    'output',
    'operator',
    [...FRAMES, ...LINES, 'gateway-json'],
  ),
  declare(
    'clear-estop',
    'Clear emergency stop',
    'Lets outputs be switched again.',
    'output',
    'operator',
    ['mdp1-json'],
    [],
    'Outputs can be switched on again after this.',
  ),
  declare('identify', 'Identify', 'Asks the board who it is.', 'read', 'viewer', [...FRAMES, ...LINES, 'cli-text']),
  declare('read-now', 'Read now', 'Asks for one reading at once.', 'read', 'viewer', [
    'mdp1-json',
    ...LINES,
    'json-recovery',
  ]),
  declare(
    'set-rate',
    'Set interval',
    'How often the board sends readings. The gas sensors have a new value every 3 s only.',
    'read',
    'operator',
    [...FRAMES, ...LINES],
    [number('interval_s', 'Interval', 's', 0.1, 60, 1, 0.1)],
  ),
  declare(
    'telemetry',
    'Telemetry',
    'Starts or stops the readings.',
    'read',
    'operator',
    ['json-tele'],
    [toggle('on', 'On', true)],
  ),
  declare('status', 'Status', 'The board tells its state in its own words.', 'read', 'viewer', [
    'mdp1-json',
    ...LINES,
    'cli-text',
    'json-recovery',
  ]),
  declare('ping', 'Ping', 'Asks whether the board is there.', 'read', 'viewer', LINES),
  declare('help', 'Help', 'The board lists its own commands in the console.', 'read', 'viewer', [
    'mdp1-json',
    'json-tele',
    'cli-text',
  ]),
  declare('poster', 'Poster', 'The board prints its poster in the console.', 'read', 'viewer', [
    'mdp1-json',
    'cli-text',
  ]),
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
  declare(
    'i2c-scan',
    'Scan the bus',
    'Looks for I2C devices; some builds start their sensors anew for it.',
    'setup',
    'operator',
    [...FRAMES, ...LINES, 'cli-text'],
  ),
  declare(
    'i2c-pins',
    'I2C pins',
    'Moves the I2C bus to other pins.',
    'setup',
    'owner',
    ['mdp1-bin', 'cli-text'],
    [
      number('sda', 'SDA', 'pin', 0, 48, 5),
      number('scl', 'SCL', 'pin', 0, 48, 4),
      number('hz', 'Clock', 'Hz', 10_000, 1_000_000, 100_000),
    ],
    REINITIALISES,
  ),
  declare(
    'gas-rate',
    'Gas sensor pace',
    'Low power: every 3 s. Ultra low power: every 300 s.',
    'setup',
    'operator',
    ['cli-text'],
    [sensor, choice('rate', 'Pace', ['lp', 'ulp'])],
  ),
  declare(
    'probe',
    'Probe sensor',
    'Reads the chip id of a sensor three times.',
    'read',
    'viewer',
    ['mdp1-json', 'cli-text'],
    [sensor],
  ),
  declare(
    'registers',
    'Sensor registers',
    'Prints the id registers of a sensor.',
    'read',
    'viewer',
    ['mdp1-json', 'cli-text'],
    [sensor],
  ),
  declare(
    'live',
    'Live lines',
    'Text readings in the console, once a second.',
    'setup',
    'operator',
    ['mdp1-json', 'cli-text'],
    [toggle('on', 'On', true)],
  ),
  declare(
    'debug',
    'Debug lines',
    'The build’s own debug output in the console.',
    'setup',
    'operator',
    ['mdp1-json', 'cli-text'],
    [toggle('on', 'On', false)],
  ),
  declare(
    'format',
    'Output format',
    'JSON for this program, lines for a terminal.',
    'setup',
    'operator',
    ['mdp1-json', 'json-tele', 'cli-text'],
    [choice('format', 'Format', ['json', 'lines'])],
  ),
  declare(
    'machine-mode',
    'Machine mode',
    'Switches the board from its human console to JSON lines.',
    'setup',
    'operator',
    MACHINE,
  ),
  declare(
    'peripheral-list',
    'List peripherals',
    'Lists what is on the I2C bus. Only with few devices: with more this build can crash.',
    'read',
    'viewer',
    ['ndjson-machine'],
  ),
  declare(
    'set-role',
    'Set role',
    'Tells the board its role.',
    'setup',
    'owner',
    ['mdp1-bin', ...MACHINE],
    [words('role', 'Role', 31, 'mushroom1')],
  ),
  declare(
    'set-name',
    'Set the board’s own name',
    'Kept by the board itself; most builds lose capitals.',
    'setup',
    'owner',
    ['mdp1-bin', ...MACHINE],
    [words('name', 'Name', 63, '')],
  ),
  declare('save-settings', 'Save settings', 'Writes the present settings into the board’s flash.', 'setup', 'owner', [
    'mdp1-bin',
  ]),
  declare('load-settings', 'Load settings', 'Takes the settings from the board’s flash.', 'setup', 'owner', [
    'mdp1-bin',
  ]),
  declare('reboot', 'Restart', 'Restarts the board.', 'setup', 'owner', ['mdp1-bin', ...LINES], [], REBOOTS),
  ...RADIO_AND_SCOPE,
];

const byName = new Map(COMMANDS.map((command) => [command.name, command]));

/** The declaration of a command; undefined when no build has it. */
export const findCommand = (name: string): CommandDeclaration | undefined => byName.get(name);

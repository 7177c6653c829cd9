import type { CommandDeclaration } from '../../board.ts';
import { OUTPUTS } from './declarations-output.ts';
import { RADIO_AND_SCOPE } from './declarations-radio-scope.ts';
import { SET_UP } from './declarations-setup.ts';
import { declare, FRAMES, LINES } from './declare.ts';
import { number, toggle } from './params.ts';

/** The emergency stop, and what every board is asked about itself and its readings. */
const STOP_AND_READ: readonly CommandDeclaration[] = [
  declare(
    'estop',
    'Emergency stop',
    'Switches off every output this build lets us switch, before anything else that waits.',
    'output',
    'operator',
    [...FRAMES, ...LINES, 'gateway-json', 'cli-text', 'json-recovery'],
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
];

/** Every command of every build, once, under one name, in the order people see them (board contract §16). How each is said: `*-forms.ts`. */
export const COMMANDS: readonly CommandDeclaration[] = [...STOP_AND_READ, ...OUTPUTS, ...SET_UP, ...RADIO_AND_SCOPE];

const byName = new Map(COMMANDS.map((command) => [command.name, command]));

/** The declaration of a command; undefined when no build has it. */
export const findCommand = (name: string): CommandDeclaration | undefined => byName.get(name);

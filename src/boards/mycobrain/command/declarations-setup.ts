import type { CommandDeclaration } from '../../board.ts';
import { declare, FRAMES, LINES, MACHINE } from './declare.ts';
import { choice, number, toggle, words } from './params.ts';

const sensor = choice('sensor', 'Sensor', ['amb', 'env']);
const REBOOTS = 'The board restarts: readings stop for some seconds and outputs go off.';
const REINITIALISES = 'The board starts its sensors anew; with wrong pins they are gone until it is set back.';

/** The bus, the sensors, the console and what the board keeps in its flash. */
export const SET_UP: readonly CommandDeclaration[] = [
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
];

import type { CommandDeclaration } from '../../board.ts';
import { declare } from './declare.ts';
import { choice, number, toggle, words } from './params.ts';

/** Light and sound transmitters, stimuli, radio, oscilloscope: what single builds have. */
export const RADIO_AND_SCOPE: readonly CommandDeclaration[] = [
  {
    name: 'optx-send',
    title: 'Send by light',
    about: 'Blinks a text with the LED as an optical modem.',
    group: 'light',
    role: 'operator',
    danger: undefined,
    dialects: ['ndjson-machine'],
    params: [
      choice('profile', 'Profile', ['camera_ook', 'beacon', 'morse']),
      words('text', 'Text', 96, 'hello'),
      // A faster one is acknowledged and never sent.
      number('rate', 'Symbols', '1/s', 1, 30, 10),
      toggle('repeat', 'Repeat', false),
    ],
  },
  simple('optx-stop', 'Stop light transmission', 'Ends the optical transmission.', 'light', 'operator'),
  simple('optx-status', 'Light transmission state', 'How far the optical transmission is.', 'read', 'viewer'),
  {
    name: 'aotx-send',
    title: 'Send by sound',
    about: 'Sends a text as two tones, 1800 and 2400 Hz.',
    group: 'sound',
    role: 'operator',
    danger: undefined,
    dialects: ['ndjson-machine'],
    params: [words('text', 'Text', 96, 'hello'), toggle('repeat', 'Repeat', false)],
  },
  simple('aotx-stop', 'Stop sound transmission', 'Ends the acoustic transmission.', 'sound', 'operator'),
  simple('aotx-status', 'Sound transmission state', 'How far the acoustic transmission is.', 'read', 'viewer'),
  {
    name: 'stim-light',
    title: 'Light stimulus',
    about: 'Repeats a light stimulus.',
    group: 'light',
    role: 'operator',
    danger: undefined,
    dialects: ['ndjson-machine'],
    params: [
      choice('pattern', 'Pattern', ['pulse', 'flash', 'ramp', 'strobe']),
      number('red', 'Red', '', 0, 255, 255),
      number('green', 'Green', '', 0, 255, 255),
      number('blue', 'Blue', '', 0, 255, 255),
      number('on_ms', 'On', 'ms', 10, 60_000, 500),
      number('off_ms', 'Off', 'ms', 10, 60_000, 500),
      number('cycles', 'Repeats', '', 1, 10_000, 10),
    ],
  },
  {
    name: 'stim-sound',
    title: 'Sound stimulus',
    about: 'Repeats a sound stimulus.',
    group: 'sound',
    role: 'operator',
    danger: undefined,
    dialects: ['ndjson-machine'],
    params: [
      choice('pattern', 'Pattern', ['tone', 'pulse', 'sweep', 'chirp']),
      number('hz', 'Frequency', 'Hz', 20, 20_000, 440),
      number('end_hz', 'Last frequency', 'Hz', 20, 20_000, 880),
      number('on_ms', 'On', 'ms', 10, 60_000, 500),
      number('off_ms', 'Off', 'ms', 10, 60_000, 500),
      number('cycles', 'Repeats', '', 1, 10_000, 10),
    ],
  },
  simple('stim-stop', 'Stop stimulus', 'Ends every stimulus.', 'output', 'operator', ['ndjson-machine']),
  simple('stim-status', 'Stimulus state', 'Which stimulus runs.', 'read', 'viewer', ['ndjson-machine']),
  simple('transport-status', 'Transport state', 'Which radios of Side B are ready.', 'link', 'viewer', ['mdp1-json']),
  {
    ...simple('lora-send', 'Send by LoRa', 'Sends a text by radio.', 'link', 'operator', ['mdp1-json', 'json-tele']),
    params: [words('text', 'Text', 200, 'hello')],
  },
  simple('lora-init', 'Start LoRa', 'Starts the LoRa radio.', 'link', 'operator', ['json-tele']),
  simple('lora-status', 'LoRa state', 'Whether the LoRa radio runs.', 'link', 'viewer', ['json-tele']),
  simple('mesh-status', 'Mesh state', 'How many peers are heard.', 'link', 'viewer', ['json-tele']),
  {
    ...simple('sim-send', 'Send by mobile network', 'Sends a text over the SIM modem.', 'link', 'operator', [
      'mdp1-json',
    ]),
    params: [words('text', 'Text', 200, 'hello')],
  },
  {
    ...simple('ble-advertise', 'Bluetooth advertising', 'Shows the board to Bluetooth.', 'link', 'operator', [
      'mdp1-json',
    ]),
    params: [toggle('on', 'On', true)],
  },
  {
    ...simple('wifi-connect', 'Join Wi-Fi', 'Joins a network by its name.', 'link', 'owner', ['mdp1-json']),
    params: [words('ssid', 'Network', 32, '')],
  },
  simple('side-a-status', 'Side A state', 'Whether the router hears Side A.', 'link', 'viewer', ['json-legacy']),
  {
    ...simple(
      'scope',
      'Oscilloscope',
      'Captures one analog input; waits up to 2 s for the trigger.',
      'read',
      'operator',
      ['json-tele'],
    ),
    params: [
      choice('channel', 'Input', ['0', '1', '2', '3']),
      number('samples', 'Samples', '', 16, 1024, 256),
      number('rate', 'Rate', 'Hz', 100, 100_000, 10_000),
    ],
  },
  {
    ...simple('scope-trigger', 'Oscilloscope trigger', 'Sets level and edge.', 'read', 'operator', ['json-tele']),
    params: [number('level', 'Level', 'counts', 0, 4095, 2048), choice('edge', 'Edge', ['rising', 'falling'])],
  },
  simple(
    'scope-export',
    'Oscilloscope curve',
    'Prints the last capture in the console; this build loses 35 of 64 samples.',
    'read',
    'operator',
    ['json-tele'],
  ),
  simple('diagnose', 'Diagnose', 'The board checks itself.', 'read', 'viewer', ['json-tele']),
];

function simple(
  name: string,
  title: string,
  about: string,
  group: CommandDeclaration['group'],
  role: CommandDeclaration['role'],
  dialects: CommandDeclaration['dialects'] = ['ndjson-machine', 'json-tele'],
): CommandDeclaration {
  return declare(name, title, about, group, role, dialects);
}

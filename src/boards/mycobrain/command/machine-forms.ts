import { machineAck, shaped } from './answers.ts';
import { jsonLine, line, steps } from './encode.ts';
import { type Forms, num, on, type Params, RETRIES, type Step, str, TIMEOUT_MS } from './step.ts';

const reading = { retries: RETRIES.reading } as const;
const sound = { timeoutMs: TIMEOUT_MS.slow, retries: RETRIES.none, blocks: true } as const;
const scan = { timeoutMs: TIMEOUT_MS.slow, retries: RETRIES.reading } as const;
const rgb = (p: Readonly<Record<string, unknown>>) => `${p.red} ${p.green} ${p.blue}`;

const ask = (cmd: string, members: Readonly<Record<string, unknown>>, replies: readonly string[], timing = {}) =>
  jsonLine({ cmd, ...members }, machineAck(cmd, replies), timing);

const productionMosfet = (output: number, state: boolean): Step | string =>
  ask('set_mosfet', { mosfet_index: output - 1, state }, ['mosfet']);

/** Side A Production 1.0.0, both modes (board contract §7.1, §8). `status` and `ping` as plain text are not known there. */
export const PRODUCTION: Forms = {
  identify: () =>
    steps(
      ask('get_version', {}, ['version'], reading),
      ask('get_mac', {}, ['mac'], reading),
      ask('get_device_identity', {}, ['device_identity'], reading),
    ),
  'read-now': () => steps(ask('status', {}, ['status'], reading)),
  status: () => steps(ask('status', {}, ['status'], reading)),
  ping: () => steps(ask('ping', {}, ['ping'], reading)),
  'set-rate': (p) => {
    const seconds = num(p, 'interval_s');
    if (!Number.isInteger(seconds)) return 'takes whole seconds on this build';
    return steps(ask('set_telemetry_interval', { interval_seconds: seconds }, ['telemetry_interval'], reading));
  },
  mosfet: (p) => steps(productionMosfet(Number(str(p, 'output')), on(p, 'on'))),
  'led-colour': (p) => steps(line(`led rgb ${rgb(p)}`, machineAck('led'))),
  'led-off': () => steps(line('led off', machineAck('led'))),
  'led-pattern': (p) =>
    str(p, 'pattern') === 'blink' ? steps(ask('led', { pattern: 'blink' }, [])) : 'knows only the pattern blink',
  tone: (p) => steps(ask('buzzer', { frequency: num(p, 'hz'), duration: num(p, 'ms') }, ['buzzer'], sound)),
  'tone-stop': () => steps(ask('buzzer', { stop: true }, ['buzzer'])),
  sound: (p) => steps(ask('buzzer', { pattern: str(p, 'name') }, ['buzzer'], sound)),
  'i2c-scan': () => steps(ask('scan', {}, ['periph_list', 'i2c_scan'], scan)),
  'set-role': (p) => steps(ask('set_device_role', { role: str(p, 'role') }, ['device_identity'])),
  'set-name': (p) => steps(ask('set_device_display_name', { name: str(p, 'name') }, ['device_identity'])),
  reboot: () => steps(ask('reset', {}, ['reset'], { timeoutMs: TIMEOUT_MS.reboot, retries: RETRIES.none })),
  'machine-mode': () =>
    steps(
      line('mode machine', machineAck('mode'), reading),
      line('dbg off', machineAck('dbg'), reading),
      line('fmt json', machineAck('fmt'), reading),
    ),
  estop: () =>
    steps(
      ...[1, 2, 3].map((output) => productionMosfet(output, false)),
      ask('buzzer', { stop: true }, ['buzzer']),
      line('led off', machineAck('led')),
    ),
};

/** Side B router 1.0.0 (§8). Anything it does not know goes on to Side A. */
export const ROUTER: Forms = {
  identify: () => steps(ask('status', {}, ['status'], reading)),
  status: () => steps(ask('status', {}, ['status'], reading)),
  ping: () => steps(ask('ping', {}, ['ping'], reading)),
  'side-a-status': () => steps(ask('side_a_status', {}, ['side_a_status'], reading)),
};

/** A line may have 255 characters here (§7.2). */
const command = (text: string, word: string, timing = {}): Step | string =>
  line(text, machineAck(word), { most: 255, ...timing });
const statusOf = (word: string) => line(`${word} status`, anyStatus, reading);
/** Untyped on ScienceComms, `{type:"status"}` on Advanced: matched by time. */
const anyStatus = shaped('json_other', 'reply', 'sciencecomms_status');
const LIGHT_PATTERNS = ['rainbow', 'pulse', 'sweep', 'beacon'];

const base64 = (bytes: Uint8Array): string => {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const group = (a << 16) | (b << 8) | c;
    for (let digit = 0; digit < 4; digit += 1) {
      const padding = at + digit > bytes.length;
      encoded += padding ? '=' : BASE64.charAt((group >> (18 - 6 * digit)) & 63);
    }
  }
  return encoded;
};
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** What ScienceComms and Advanced share (§7.2, §7.3). */
const COMMS: Forms = {
  identify: () => steps(line('status', anyStatus, reading)),
  status: () => steps(line('status', anyStatus, reading)),
  'read-now': () => steps(line('status', anyStatus, reading)),
  mosfet: (p) => steps(command(`out set ${str(p, 'output')} ${on(p, 'on') ? 1 : 0}`, 'out')),
  'mosfet-pwm': (p) => steps(command(`out pwm ${str(p, 'output')} ${num(p, 'duty')} ${num(p, 'hz')}`, 'out')),
  'output-status': () => steps(statusOf('out')),
  'led-colour': (p) => steps(command(`led rgb ${rgb(p)}`, 'led')),
  'led-off': () => steps(command('led off', 'led')),
  tone: (p) => steps(command(`buzz tone ${num(p, 'hz')} ${num(p, 'ms')}`, 'buzz', sound)),
  'tone-stop': () => steps(command('buzz stop', 'buzz')),
  sound: (p) => steps(command(`buzz pattern ${str(p, 'name')}`, 'buzz', sound)),
  'i2c-scan': () => steps(line('periph scan', shaped('periph_list', 'periph_scan', 'ack'), scan)),
  'optx-stop': () => steps(command('optx stop', 'optx')),
  'optx-status': () => steps(statusOf('optx')),
  'aotx-stop': () => steps(command('aotx stop', 'aotx')),
  'aotx-status': () => steps(statusOf('aotx')),
  'stim-stop': () => steps(command('stim stop', 'stim')),
  'stim-status': () => steps(statusOf('stim')),
  'machine-mode': () => steps(command('mode machine', 'mode', reading), command('dbg off', 'dbg', reading)),
  estop: () =>
    steps(
      ...[1, 2, 3].map((output) => command(`out set ${output} 0`, 'out')),
      command('buzz stop', 'buzz'),
      command('stim stop', 'stim'),
      command('optx stop', 'optx'),
      command('aotx stop', 'aotx'),
      command('led off', 'led'),
    ),
};

/** What the transmitters have room for (§7.2), bytes. */
const MOST_PAYLOAD_BYTES = 128;

/** Payloads travel as base64, so that the line's own rules cannot change them. `say` makes the step. */
function withPayload(p: Params, say: (payload: string) => Step | string): readonly Step[] | string {
  const bytes = new TextEncoder().encode(str(p, 'text'));
  return bytes.length > MOST_PAYLOAD_BYTES
    ? `takes a text of at most ${MOST_PAYLOAD_BYTES} bytes`
    : steps(say(base64(bytes)));
}

export const SCIENCE_COMMS: Forms = {
  ...COMMS,
  'led-pattern': (p) =>
    LIGHT_PATTERNS.includes(str(p, 'pattern'))
      ? steps(command(`led pattern ${str(p, 'pattern')}`, 'led'))
      : `knows only the patterns ${LIGHT_PATTERNS.join(', ')}`,
  'optx-send': (p) =>
    withPayload(p, (payload) =>
      command(
        `optx start ${str(p, 'profile')} payload_b64=${payload} rate_hz=${num(p, 'rate')} repeat=${on(p, 'repeat')}`,
        'optx',
      ),
    ),
  'aotx-send': (p) =>
    withPayload(p, (payload) =>
      command(
        `aotx start simple_fsk payload_b64=${payload} f0=1800 f1=2400 symbol_ms=30 repeat=${on(p, 'repeat')}`,
        'aotx',
      ),
    ),
  'stim-light': (p) =>
    steps(
      command(
        `stim light ${str(p, 'pattern')} r=${num(p, 'red')} g=${num(p, 'green')} b=${num(p, 'blue')} on=${num(p, 'on_ms')} off=${num(p, 'off_ms')} ramp=0 cycles=${num(p, 'cycles')}`,
        'stim',
      ),
    ),
  'stim-sound': (p) =>
    steps(
      command(
        `stim sound ${str(p, 'pattern')} freq=${num(p, 'hz')} freq_end=${num(p, 'end_hz')} on=${num(p, 'on_ms')} off=${num(p, 'off_ms')} cycles=${num(p, 'cycles')}`,
        'stim',
      ),
    ),
};

const dotted = (cmd: string, members: Readonly<Record<string, unknown>>, timing = {}): Step | string =>
  jsonLine({ cmd, ...members }, machineAck(cmd), timing);

export const ADVANCED: Forms = {
  ...COMMS,
  'led-colour': (p) => steps(dotted('led.rgb', { r: num(p, 'red'), g: num(p, 'green'), b: num(p, 'blue') })),
  'led-off': () => steps(dotted('led.off', {})),
  tone: (p) => steps(dotted('buzz.tone', { hz: num(p, 'hz'), ms: num(p, 'ms') }, sound)),
  sound: (p) => steps(dotted('buzz.pattern', { name: str(p, 'name') }, sound)),
  'optx-send': (p) =>
    withPayload(p, (payload) =>
      dotted('optx.start', {
        profile: str(p, 'profile'),
        payload_b64: payload,
        rate_hz: num(p, 'rate'),
        repeat: on(p, 'repeat'),
        include_crc: true,
      }),
    ),
  'aotx-send': (p) =>
    withPayload(p, (payload) =>
      dotted('aotx.start', {
        profile: 'simple_fsk',
        payload_b64: payload,
        symbol_ms: 30,
        f0: 1800,
        f1: 2400,
        repeat: on(p, 'repeat'),
        include_crc: true,
      }),
    ),
  'stim-light': (p) =>
    steps(
      dotted('stim.light', {
        rgb: [num(p, 'red'), num(p, 'green'), num(p, 'blue')],
        on_ms: num(p, 'on_ms'),
        off_ms: num(p, 'off_ms'),
        ramp_ms: 0,
        repeat: num(p, 'cycles'),
        delay_ms: 0,
      }),
    ),
  'stim-sound': (p) =>
    steps(
      dotted('stim.sound', {
        hz: num(p, 'hz'),
        on_ms: num(p, 'on_ms'),
        off_ms: num(p, 'off_ms'),
        sweep_hz: num(p, 'end_hz'),
        repeat: num(p, 'cycles'),
        delay_ms: 0,
      }),
    ),
};

/** `periph list` overruns a buffer and can crash the board with more than four devices (§7.2): offered for fewer only. */
export const MOST_LISTED_DEVICES = 4;
export const PERIPHERAL_LIST: Forms = {
  'peripheral-list': () => steps(line('periph list', shaped('periph_list'), scan)),
};

import { gatewayAnswer } from './answers.ts';
import { binaryCommand, jsonLine, mdpBin, steps } from './encode.ts';
import { type Forms, num, on, RETRIES, str, TIMEOUT_MS } from './step.ts';

const slow = { timeoutMs: TIMEOUT_MS.slow } as const;
const sound = { ...slow, blocks: true } as const;

const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(Math.floor(value / 65_536))];
const text = (words: string): number[] => [...new TextEncoder().encode(words)];

/** Command ids that mean the same in every header file of the firmware (board contract §6.4). */
export const BINARY_SAFE: Forms = {
  'i2c-pins': (p) => [mdpBin('SET_I2C', 0x0001, [num(p, 'sda'), num(p, 'scl'), ...u32(num(p, 'hz'))], slow)],
  'i2c-scan': () => [mdpBin('SCAN_I2C', 0x0002, [], slow)],
  'set-rate': (p) => [mdpBin('SET_TELEM_MS', 0x0003, u32(Math.round(num(p, 'interval_s') * 1000)))],
  mosfet: (p) => [mdpBin('SET_MOS', 0x0004, [num(p, 'output'), on(p, 'on') ? 1 : 0])],
  'save-settings': () => [mdpBin('SAVE_NVS', 0x0007, [])],
  'load-settings': () => [mdpBin('LOAD_NVS', 0x0008, [])],
  reboot: () => [mdpBin('REBOOT', 0x0009, [], { answered: false })],
  estop: () => mosfetsOff(),
};

/**
 * Ids 000A to 002F. Other builds give the same numbers to calibration, Wi-Fi and flight: a "buzzer" could be a "land". Offered
 * only to a board that has told which build it is (see `command-set.ts`).
 */
export const BINARY_AMBIGUOUS: Forms = {
  'set-role': (p) => [mdpBin('SET_ROLE', 0x000a, text(str(p, 'role')))],
  'set-name': (p) => [mdpBin('SET_DISPLAY_NAME', 0x000b, text(str(p, 'name')))],
  identify: () => [mdpBin('GET_IDENTITY', 0x000c, [])],
  'led-colour': (p) => [mdpBin('PIXEL', 0x0010, [num(p, 'red'), num(p, 'green'), num(p, 'blue')])],
  'led-brightness': (p) => [mdpBin('PIXEL_BRIGHTNESS', 0x0011, [num(p, 'level')])],
  'led-pattern': (p) =>
    BINARY_PATTERNS.includes(str(p, 'pattern'))
      ? [mdpBin('PIXEL_PATTERN', 0x0012, text(str(p, 'pattern')))]
      : `knows only the patterns ${BINARY_PATTERNS.join(', ')}`,
  'led-off': () => [mdpBin('PIXEL_OFF', 0x0013, [])],
  tone: (p) => [mdpBin('TONE', 0x0020, [...u16(num(p, 'hz')), ...u16(num(p, 'ms'))], sound)],
  sound: (p) => [mdpBin('BUZZER_PATTERN', 0x0021, text(str(p, 'name')), sound)],
  'tone-stop': () => [mdpBin('TONE_STOP', 0x0022, [])],
  estop: () => [...mosfetsOff(), mdpBin('TONE_STOP', 0x0022, []), mdpBin('PIXEL_OFF', 0x0013, [])],
};

const BINARY_PATTERNS = ['rainbow', 'pulse', 'sweep', 'beacon', 'status_ok', 'status_warn', 'status_error'];

const mosfetsOff = () => [1, 2, 3].map((output) => mdpBin('SET_MOS', 0x0004, [output, 0]));

/** A COMMAND frame (type 2) that the gateway sends by radio to Side A. Never anything else: it would go on the air as well (§11). */
const byRadio = (id: number, data: readonly number[]) =>
  jsonLine({ cmd: 2, dst: 161, data: [...binaryCommand(id, data)] }, gatewayAnswer, { retries: RETRIES.none });

export const GATEWAY: Forms = {
  mosfet: (p) => steps(byRadio(0x0004, [num(p, 'output'), on(p, 'on') ? 1 : 0])),
  estop: () => steps(...[1, 2, 3].map((output) => byRadio(0x0004, [output, 0]))),
};

import { shaped, teleTextAnswer } from './answers.ts';
import { jsonLine, line, steps, tele, teleLine } from './encode.ts';
import { type Forms, num, on, RETRIES, str, TIMEOUT_MS } from './step.ts';

const reading = { retries: RETRIES.reading } as const;
const slow = { timeoutMs: TIMEOUT_MS.slow, retries: RETRIES.reading } as const;
const sound = { timeoutMs: TIMEOUT_MS.slow, retries: RETRIES.none, blocks: true } as const;
const PATTERNS = ['solid', 'blink', 'breathe', 'rainbow', 'chase', 'sparkle'];

/** What DualMode, DeviceManager and BSEC2 share (board contract §9). JSON where a build has it, because of the id. */
export const TELE: Forms = {
  identify: () => steps(tele('get_version', {}, reading), tele('status', {}, reading)),
  status: () => steps(tele('status', {}, reading)),
  ping: () => steps(tele('ping', {}, reading)),
  help: () => steps(tele('help', {}, reading)),
  'set-rate': (p) => {
    const ms = Math.round(num(p, 'interval_s') * 1000);
    return ms < 200 ? 'must be at least 0.2 s on this build' : steps(teleLine(`telemetry period ${ms}`, reading));
  },
  telemetry: (p) => steps(teleLine(`telemetry ${on(p, 'on') ? 'on' : 'off'}`, reading)),
  format: (p) => steps(teleLine(`fmt ${str(p, 'format')}`, reading)),
  'led-colour': (p) => steps(teleLine(`led rgb ${num(p, 'red')} ${num(p, 'green')} ${num(p, 'blue')}`)),
  'led-off': () => steps(teleLine('led off')),
  'led-mode': (p) => steps(teleLine(`led mode ${str(p, 'mode')}`)),
  'led-brightness': (p) => steps(teleLine(`led brightness ${Math.round((num(p, 'level') * 100) / 255)}`)),
  'led-pattern': (p) =>
    PATTERNS.includes(str(p, 'pattern'))
      ? steps(teleLine(`led pattern ${str(p, 'pattern')}`))
      : `knows only the patterns ${PATTERNS.join(', ')}`,
  'tone-stop': () => steps(tele('set_buzzer', { off: true })),
  tone: (p) => steps(teleLine(`beep ${num(p, 'hz')} ${num(p, 'ms')}`, sound)),
  sound: (p) => steps(teleLine(str(p, 'name'), sound)),
  'i2c-scan': () => steps(tele('scan', {}, slow)),
  reboot: () => steps(teleLine('reboot', { timeoutMs: TIMEOUT_MS.reboot, retries: RETRIES.none })),
  estop: () => steps(tele('set_buzzer', { off: true }), teleLine('led off')),
};

export const BSEC2: Forms = {
  ...TELE,
  'read-now': () => steps(tele('sensors', {}, reading)),
  'lora-init': () => steps(tele('lora.init', {}, slow)),
  'lora-status': () => steps(tele('lora.status', {}, reading)),
  // The text form would lose its capitals.
  'lora-send': (p) => steps(tele('lora.send', { payload: str(p, 'text') }, { timeoutMs: TIMEOUT_MS.slow, retries: 0 })),
  'mesh-status': () => steps(tele('mesh.status', {}, reading)),
  'optx-stop': () => steps(teleLine('optx stop')),
  'optx-status': () => steps(teleLine('optx status', reading)),
  'aotx-stop': () => steps(teleLine('aotx stop')),
  'aotx-status': () => steps(teleLine('aotx status', reading)),
  estop: () =>
    steps(tele('set_buzzer', { off: true }), teleLine('optx stop'), teleLine('aotx stop'), teleLine('led off')),
};

/** `mycobrain.sideA.dualmode` 1.1.0: two builds of one name; one has the sensors and the oscilloscope, the other refuses them. */
export const DUAL_MODE: Forms = {
  ...TELE,
  'read-now': () => steps(tele('sensors', {}, reading)),
  scope: (p) =>
    steps(
      tele(
        'scope',
        { action: 'capture', channel: Number(str(p, 'channel')), samples: num(p, 'samples'), rate: num(p, 'rate') },
        slow,
      ),
    ),
  'scope-trigger': (p) => steps(tele('trigger', { level: num(p, 'level'), edge: str(p, 'edge') })),
  'scope-export': () =>
    steps(jsonLine({ cmd: 'scope', action: 'export' }, shaped('scope_end'), { ...slow, retries: RETRIES.none })),
  diagnose: () => steps(tele('diag', {}, slow)),
};

/** DualMode_PIO and Working (§9). */
export const HEARTBEAT: Forms = {
  identify: () => steps(line('status', teleTextAnswer, reading)),
  status: () => steps(line('status', teleTextAnswer, reading)),
};

/** Minimal API 0.2: JSON lines only. */
export const MINIMAL_API: Forms = {
  identify: () => steps(tele('status', {}, reading)),
  status: () => steps(tele('status', {}, reading)),
};

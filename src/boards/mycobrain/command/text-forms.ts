import { lineAnswer, linesAnswer } from './answers.ts';
import { line, steps } from './encode.ts';
import { type Forms, num, on, RETRIES, str, TIMEOUT_MS } from './step.ts';

const reading = { retries: RETRIES.reading } as const;
const sound = { timeoutMs: TIMEOUT_MS.slow, retries: RETRIES.none, blocks: true } as const;
const several = { ...reading, settleMs: 300 } as const;
/** Re-initialising both sensors prints for a while. */
const reinit = { timeoutMs: TIMEOUT_MS.slow, retries: RETRIES.none } as const;
const anyLine = /./;

/** The "morgio" builds (board contract §12). */
export const MORGIO: Forms = {
  identify: () =>
    steps(line('status', linesAnswer(/^(?:---|Arduino|ESP SDK|Chip|CPU|I2C:|Format=|LED mode|AMB:|ENV:)/), several)),
  status: () =>
    steps(line('status', linesAnswer(/^(?:---|Arduino|ESP SDK|Chip|CPU|I2C:|Format=|LED mode|AMB:|ENV:)/), several)),
  help: () => steps(line('help', linesAnswer(anyLine), several)),
  poster: () => steps(line('poster', linesAnswer(anyLine), several)),
  sound: (p) => steps(line(str(p, 'name'), undefined, sound)),
  'i2c-scan': () =>
    steps(
      line('scan', linesAnswer(/^I2C scan:|^\s*found: |^\s*\(none\)/), {
        timeoutMs: TIMEOUT_MS.slow,
        retries: RETRIES.reading,
        settleMs: 250,
      }),
    ),
  'i2c-pins': (p) =>
    steps(line(`i2c ${num(p, 'sda')} ${num(p, 'scl')} ${num(p, 'hz')}`, lineAnswer(/^Re-init/), reinit)),
  'gas-rate': (p) => steps(line(`rate ${str(p, 'sensor')} ${str(p, 'rate')}`, lineAnswer(/^Re-init/), reinit)),
  live: (p) => steps(line(`live ${on(p, 'on') ? 'on' : 'off'}`, lineAnswer(/^LIVE=/), reading)),
  debug: (p) => steps(line(`dbg ${on(p, 'on') ? 'on' : 'off'}`, lineAnswer(/^DBG=/), reading)),
  format: (p) => steps(line(`fmt ${str(p, 'format')}`, lineAnswer(/^FMT=/), reading)),
  probe: (p) => steps(line(`probe ${str(p, 'sensor')}`, linesAnswer(anyLine), several)),
  registers: (p) => steps(line(`regs ${str(p, 'sensor')}`, linesAnswer(anyLine), several)),
  'led-colour': (p) =>
    steps(line(`led rgb ${num(p, 'red')} ${num(p, 'green')} ${num(p, 'blue')}`, lineAnswer(/^LED manual/))),
  'led-off': () => steps(line('led mode off', lineAnswer(/^LED mode set/))),
  // The light is all that goes on burning here; a jingle cannot be stopped.
  estop: () => steps(line('led mode off', lineAnswer(/^LED mode set/))),
  'led-mode': (p) => steps(line(`led mode ${str(p, 'mode')}`, lineAnswer(/^LED mode set/))),
};

/** The text commands known to work on the two field boards (§10); what they answer is not known. */
export const RECOVERY: Forms = {
  'read-now': () => steps(line('sensor read', undefined)),
  status: () => steps(line('status', undefined)),
  sound: (p) => (str(p, 'name') === 'bump' ? steps(line('bump', undefined, sound)) : 'knows only the sound bump'),
  'led-pattern': (p) =>
    str(p, 'pattern') === 'rainbow' ? steps(line('led pattern rainbow', undefined)) : 'knows only the pattern rainbow',
  'led-off': () => steps(line('led off', undefined)),
  estop: () => steps(line('led off', undefined)),
};

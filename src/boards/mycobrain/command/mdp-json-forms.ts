import { MDP_ADDRESS } from '../../../decode/mdp-frame.ts';
import { lineAnswer, linesAnswer } from './answers.ts';
import { line, mdpJson, steps } from './encode.ts';
import { type Forms, num, on, RETRIES, type Step, str, TIMEOUT_MS } from './step.ts';

const reading = { retries: RETRIES.reading } as const;
const sound = { timeoutMs: TIMEOUT_MS.slow, retries: RETRIES.none, blocks: true } as const;

const output = (params: Readonly<Record<string, unknown>>): Step | string => mdpJson('output_control', params);

/** SideA_MDP 2.0.0 and later: frames only (board contract §5.2). */
export const SIDE_A_FRAMES: Forms = {
  identify: () => steps(mdpJson('hello', undefined, { ...reading, last: 'hello' })),
  'read-now': () => steps(mdpJson('read_sensors', undefined, { ...reading, last: 'telemetry' })),
  'set-rate': (p) => steps(mdpJson('stream_sensors', { rate_hz: rateHz(num(p, 'interval_s')) }, reading)),
  mosfet: (p) => steps(output({ id: `mosfet${str(p, 'output')}`, value: on(p, 'on') ? 1 : 0 })),
  'led-colour': (p) =>
    steps(output({ id: 'neopixel', value: 1, r: num(p, 'red'), g: num(p, 'green'), b: num(p, 'blue') })),
  'led-off': () => steps(output({ id: 'neopixel', value: 0 })),
  // 2.1.0 never ends a tone by itself: the second step does (§5.2).
  tone: (p) => {
    const start = mdpJson('output_control', { id: 'buzzer', freq: num(p, 'hz') });
    const stop = mdpJson('output_control', { id: 'buzzer', freq: 0 }, { afterMs: num(p, 'ms'), evenSo: true });
    return steps(start, stop);
  },
  'tone-stop': () => steps(output({ id: 'buzzer', freq: 0 })),
  estop: () => steps(mdpJson('estop', undefined, reading)),
  'clear-estop': () => steps(mdpJson('clear_estop', undefined)),
};

/** The board takes a rate; people think in seconds between readings. Three decimals keep 0.1 s and 60 s exact enough. */
const rateHz = (intervalS: number): number => Number((1 / intervalS).toFixed(3));

const anyLine = /./;

/** The ASCII console of 2.1.x on the same port (§5.4); 2.0.0 answers no text at all. */
export const SIDE_A_CONSOLE: Forms = {
  'led-colour': (p) => steps(line(`led rgb ${num(p, 'red')} ${num(p, 'green')} ${num(p, 'blue')}`, undefined)),
  'led-off': () => steps(line('led mode off', undefined)),
  'led-mode': (p) => steps(line(`led mode ${str(p, 'mode')}`, undefined)),
  sound: (p) => steps(line(str(p, 'name'), undefined, sound)),
  'i2c-scan': () =>
    steps(
      line('scan', linesAnswer(/^I2C scan:|^\s*found: |^\s*\(none\)/), {
        timeoutMs: TIMEOUT_MS.slow,
        retries: RETRIES.reading,
        settleMs: 250,
      }),
    ),
  status: () => steps(line('status', linesAnswer(/^(?:I2C|AMB|ENV):/), { ...reading, settleMs: 250 })),
  help: () => steps(line('help', linesAnswer(anyLine), { ...reading, settleMs: 250 })),
  poster: () => steps(line('poster', linesAnswer(anyLine), { ...reading, settleMs: 250 })),
  probe: (p) => steps(line(`probe ${str(p, 'sensor')} 3`, linesAnswer(anyLine), { ...reading, settleMs: 300 })),
  registers: (p) => steps(line(`regs ${str(p, 'sensor')}`, lineAnswer(/^(?:AMB|ENV) 0xD0/), reading)),
  live: (p) => steps(line(on(p, 'on') ? 'live on 1000' : 'live off', lineAnswer(/^live O/), reading)),
  debug: (p) => steps(line(`dbg ${on(p, 'on') ? 'on' : 'off'}`, lineAnswer(/^dbg O/), reading)),
  format: (p) => steps(line(`fmt ${str(p, 'format')}`, lineAnswer(/^fmt /), reading)),
};

const toB = { dst: MDP_ADDRESS.sideB } as const;

/** SideB_MDP (§5.5): transport directives; the radios behind them are stubs. */
export const SIDE_B: Forms = {
  identify: () => steps(mdpJson('transport_status', undefined, { ...toB, ...reading })),
  'transport-status': () => steps(mdpJson('transport_status', undefined, { ...toB, ...reading })),
  'lora-send': (p) => steps(mdpJson('lora_send', { payload: str(p, 'text') }, toB)),
  'sim-send': (p) => steps(mdpJson('sim_send', { payload: str(p, 'text') }, toB)),
  'ble-advertise': (p) => steps(mdpJson('ble_advertise', { en: on(p, 'on') }, toB)),
  'wifi-connect': (p) => steps(mdpJson('wifi_connect', { ssid: str(p, 'ssid') }, toB)),
};

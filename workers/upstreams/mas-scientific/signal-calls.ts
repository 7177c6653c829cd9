import type { Outcome } from '../../../src/contract/hub-api.ts';
import type {
  MasScientificCalls,
  SdrConfig,
  StimulateCommand,
} from '../../../src/contract/upstream/mas-scientific-calls.ts';
import { type Fields, isFields, plainFields, textOf } from '../../../src/upstreams/mas/fields.ts';
import { argsOf, failure } from '../mas/outcomes.ts';
import type { Acked, SignalLine } from './signal-line.ts';

/** What a device's filters can be set to, in the words that the server reads: flat, below `config`. Others it ignores without a word. */
const SETTINGS: Readonly<Record<keyof SdrConfig, (value: unknown) => boolean>> = {
  bandpass_low: isPositive,
  bandpass_high: isPositive,
  notch_50hz: isBoolean,
  notch_60hz: isBoolean,
  notch_q: isPositive,
  adaptive_enabled: isBoolean,
  adaptive_threshold: isNumber,
  agc_enabled: isBoolean,
  dc_removal: isBoolean,
};

const LIMITS: Readonly<Record<Exclude<keyof StimulateCommand, 'waveform'>, readonly [least: number, most: number]>> = {
  frequency: [0, 1_000],
  amplitude: [0, 1_000],
  duration: [0, 3_600],
  channel: [0, 63],
};

/** Commands over a signal's own socket, which must be open: somebody looks at it. */
export async function callSignal(
  name: string,
  given: unknown,
  lineOf: (device: string) => SignalLine | undefined,
): Promise<Outcome<unknown>> {
  const args = argsOf(given);
  const line = typeof args.device === 'string' ? lineOf(args.device) : undefined;
  if (typeof args.device !== 'string') return failure('command-bad-parameter', 'device: whose signal');
  if (line === undefined)
    return failure('upstream-not-reachable', `nobody looks at the signal of ${args.device}: open it first`);
  switch (name as keyof MasScientificCalls) {
    case 'fci.sdr-config':
      return configure(args, line);
    case 'fci.stimulate':
      return stimulate(args, line);
    case 'fci.set-pattern': {
      const pattern = textOf(args.pattern, 80);
      if (pattern === undefined) return failure('command-bad-parameter', 'pattern: a name');
      return outcomeOf(await line.ask({ type: 'set_pattern', pattern }, 'pattern_set'));
    }
    case 'fci.rate': {
      const { rateHz } = args;
      if (typeof rateHz !== 'number' || !Number.isInteger(rateHz) || rateHz < 10 || rateHz > 1_000)
        return failure('command-bad-parameter', 'rateHz: a whole number from 10 to 1000');
      line.setRate(rateHz);
      return { ok: true, value: { rateHz } };
    }
    default:
      return failure('command-not-supported', `MAS has no way to do ${name}`);
  }
}

async function configure(args: Fields, line: SignalLine): Promise<Outcome<unknown>> {
  if (!isFields(args.config)) return failure('command-bad-parameter', 'config: what to set');
  const config: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args.config)) {
    const isGood = Object.hasOwn(SETTINGS, name) ? SETTINGS[name as keyof SdrConfig] : undefined;
    if (isGood === undefined) return failure('command-bad-parameter', `${name}: no such setting`);
    if (!isGood(value)) return failure('command-bad-parameter', `${name}: ${String(value)} is not possible`);
    config[name] = value;
  }
  const { bandpass_low: low, bandpass_high: high } = config;
  if (typeof low === 'number' && typeof high === 'number' && low >= high)
    return failure('command-bad-parameter', 'bandpass_low must be below bandpass_high');
  if (Object.keys(config).length === 0) return failure('command-bad-parameter', 'config: nothing to set');
  return outcomeOf(await line.ask({ type: 'sdr_config', config }, 'config_ack'));
}

async function stimulate(args: Fields, line: SignalLine): Promise<Outcome<unknown>> {
  if (args.confirmed !== true)
    return failure('command-bad-parameter', 'confirmed: somebody must have said yes to this very stimulation');
  const given = argsOf(args.command);
  const waveform = textOf(given.waveform, 40);
  if (waveform === undefined) return failure('command-bad-parameter', 'command.waveform: a name');
  const command: Record<string, unknown> = { waveform };
  for (const [name, [least, most]] of Object.entries(LIMITS)) {
    const value = given[name];
    if (typeof value !== 'number' || !(value >= least && value <= most))
      return failure('command-bad-parameter', `command.${name}: a number from ${least} to ${most}`);
    command[name] = value;
  }
  return outcomeOf(await line.ask({ type: 'stimulate', command }, 'stimulate_ack'));
}

function outcomeOf(acked: Acked): Outcome<unknown> {
  switch (acked.is) {
    case 'answered': {
      const { type, message } = acked.ack;
      if (type !== 'error') return { ok: true, value: plainFields(message) };
      const words = isFields(message.payload) ? message.payload.message : message.message;
      return failure('upstream-refused', textOf(words) ?? 'MAS answered an error');
    }
    case 'silent':
      return failure('command-timeout', 'no answer: the device may have acted all the same');
    case 'busy':
      return failure('command-queue-full', 'too many commands wait for this device');
    case 'not-open':
      return failure('upstream-not-reachable', 'the signal is not connected now');
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

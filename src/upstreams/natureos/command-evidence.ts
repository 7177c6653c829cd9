import type { NatureosCommandType } from '../../contract/upstream/natureos.ts';
import { textOf } from './fields.ts';
import type { Reading } from './reading.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** What in a later reading shows that a command took effect, in words; undefined: nothing does. Most commands leave no trace at all. */
export function evidenceOf(
  command: NatureosCommandType,
  parameters: Parameters,
  after: Reading,
  before: Reading | undefined,
): string | undefined {
  switch (command) {
    case 'set_mosfet':
      return switched(parameters, after);
    case 'reset':
      return restarted(after, before);
    case 'firmware_update': {
      const wanted = textOf(parameters.version) ?? textOf(parameters.firmware_version);
      const changed =
        after.firmware !== undefined && before?.firmware !== undefined && after.firmware !== before.firmware;
      const isIt = wanted !== undefined && after.firmware === wanted && before?.firmware !== wanted;
      return isIt || (wanted === undefined && changed) ? `firmware is ${after.firmware}` : undefined;
    }
    case 'get_status':
    case 'i2c_scan':
    case 'set_telemetry_interval':
    case 'set_analog_label':
    case 'set_mosfet_label':
      return undefined;
  }
}

function switched(parameters: Parameters, { states }: Reading): string | undefined {
  const name = textOf(parameters.mosfet) ?? textOf(parameters.name) ?? numbered(parameters.index ?? parameters.channel);
  const wanted = wantedState(parameters.state ?? parameters.on ?? parameters.value);
  if (name === undefined || wanted === undefined) return undefined;
  return states[`mosfet.${name}`] === wanted ? `mosfet ${name} is ${wanted ? 'on' : 'off'}` : undefined;
}

const numbered = (index: unknown): string | undefined => (typeof index === 'number' ? `m${index}` : undefined);

function wantedState(state: unknown): boolean | undefined {
  if (typeof state === 'boolean') return state;
  if (state === 1 || state === 0) return state === 1;
  const word = textOf(state)?.toLowerCase();
  return word === 'on' ? true : word === 'off' ? false : undefined;
}

/** A device that began to count anew. */
function restarted(after: Reading, before: Reading | undefined): string | undefined {
  if (before === undefined) return undefined;
  const { uptimeMs } = after;
  if (uptimeMs !== undefined && before.uptimeMs !== undefined && uptimeMs > 0 && uptimeMs < before.uptimeMs)
    return `up for ${Math.round(uptimeMs / 1_000)} s`;
  return undefined;
}

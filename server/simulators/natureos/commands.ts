import type { SimAnswer } from '../simulator.ts';
import type { SimDevice } from './device.ts';
import { indented, saidAsError } from './problem.ts';
import type { World } from './world.ts';

type Json = Readonly<Record<string, unknown>>;

/** In the order of their numbers. */
const COMMANDS: readonly (readonly [type: string, name: string])[] = [
  ['set_mosfet', 'SetMosfet'],
  ['set_telemetry_interval', 'SetTelemetryInterval'],
  ['i2c_scan', 'ScanI2C'],
  ['get_status', 'GetStatus'],
  ['set_analog_label', 'SetAnalogLabel'],
  ['set_mosfet_label', 'SetMosfetLabel'],
  ['firmware_update', 'FirmwareUpdate'],
  ['reset', 'Reset'],
];

/** The route that works. */
export function commandByType(world: World, deviceId: string, body: Json, now: number): SimAnswer {
  const type = body.command_type;
  if (typeof type !== 'string' || type === '') return saidAsError(400, 'command_type_required');
  const name = COMMANDS.find(([known]) => known === type)?.[1];
  if (name === undefined) return saidAsError(400, 'unknown_command_type');
  const parameters = fieldsOf(body.parameters);
  const asked = parameters.seq ?? parameters.sequence ?? parameters.sequence_number;
  const sequence = typeof asked === 'number' ? asked : Math.floor(now) % 2 ** 32;
  world.commandQueued(deviceId, name, sequence);
  obey(world.find(deviceId), type, parameters);
  return indented({ status: 'sent', sequence });
}

/** By number; works as well. */
export function commandByNumber(world: World, body: Json): SimAnswer {
  const [type, name] = COMMANDS[Number(body.cmd_id) - 1] ?? [];
  if (type === undefined || name === undefined || typeof body.target_serial !== 'string')
    return saidAsError(500, 'send_failed');
  world.commandQueued(body.target_serial, name, Number(body.seq ?? 0));
  obey(world.find(body.target_serial), type, fieldsOf(body.params));
  return indented({ status: 'sent' });
}

/** Says yes, and forgets it. */
export const commandForgotten = (deviceId: string, receivedAt: string): SimAnswer =>
  indented({ deviceId, status: 'accepted', message: 'Command accepted', receivedAt }, 202);

const fieldsOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Nobody tells; the next telemetry shows it. */
function obey(device: SimDevice | undefined, type: string, parameters: Json): void {
  if (device === undefined) return;
  const name = String(parameters.mosfet ?? parameters.name ?? parameters.channel ?? '');
  switch (type) {
    case 'set_mosfet':
      if (name in device.mosfets) device.mosfets[name] = parameters.state === true || parameters.state === 'on';
      break;
    case 'set_telemetry_interval': {
      const ms = Number(parameters.interval_ms ?? Number(parameters.interval_s ?? parameters.interval) * 1_000);
      if (ms >= 100 && ms <= 3_600_000) device.intervalMs = ms;
      break;
    }
    case 'set_analog_label':
      device.analogLabels[name] = String(parameters.label ?? '');
      break;
    case 'set_mosfet_label':
      device.mosfetLabels[name] = String(parameters.label ?? '');
      break;
    case 'firmware_update':
      if (typeof parameters.version === 'string') device.firmware = parameters.version;
      break;
    case 'reset':
      device.reset();
      break;
  }
}

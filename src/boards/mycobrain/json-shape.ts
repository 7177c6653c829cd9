import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';

/** What kind of message a JSON object is: the table of board contract §3.7, first match. Only own keys count. */
export function jsonShape(value: JsonObject): string {
  const type = Object.hasOwn(value, 'type') ? value.type : undefined;
  if (type === 'telemetry') return telemetryShape(value);
  if (typeof type === 'string') return TYPE_SHAPES.get(type) ?? 'typed_other';
  return untypedShape(value);
}

/** Shapes that say "some JSON object": no proof that a piece of a damaged line is a message of its own. */
export const isRecognisedShape = (shape: string): boolean =>
  shape !== 'json_other' && shape !== 'typed_other' && shape !== 'telemetry_other';

const SAME_WORD = ['tele', 'boot', 'ack', 'periph_list', 'periph_scan', 'scope_waveform', 'scope_data', 'scope_end'];
const REPLIES = [
  'status',
  'mac',
  'version',
  'mosfet',
  'sensor_data',
  'reset',
  'ping',
  'telemetry_interval',
  'device_identity',
  'side_a_status',
  'i2c_scan',
  'buzzer',
  'led',
  'help',
  'cmd_list',
  'sensor',
  'poster',
  'buzz',
];
const TYPE_SHAPES: ReadonlyMap<string, string> = new Map([
  ...SAME_WORD.map((type) => [type, type] as const),
  ...REPLIES.map((type) => [type, 'reply'] as const),
  ['err', 'err'],
  ['error', 'err'],
]);

const has = (value: JsonObject, ...keys: readonly string[]): boolean => keys.every((key) => Object.hasOwn(value, key));

function telemetryShape(value: JsonObject): string {
  if (has(value, 'sensor_slot')) return 'recovery_telemetry';
  if (has(value, 'data') && isJsonObject(value.data)) return 'legacy_telemetry';
  if (has(value, 'outputs', 'led')) return 'sciencecomms_status';
  if (has(value, 'optx_active', 'stim_light')) return 'sciencecomms_telemetry';
  if (has(value, 'stim_active')) return 'advanced_telemetry';
  if (has(value, 'analog') || has(value, 'bme688')) return 'mdp_telemetry';
  if (has(value, 'board_id')) return 'machine_telemetry';
  if (has(value, 'heap', 'seq')) return 'heartbeat_telemetry';
  return 'telemetry_other';
}

function untypedShape(value: JsonObject): string {
  if (has(value, 'lora_init') || has(value, 'wifi_init') || has(value, 'ble_init') || has(value, 'wifi_reconnect')) {
    return 'radio_init';
  }
  if (has(value, 'status') && value.status === 'ready' && (has(value, 'side') || has(value, 'gateway'))) return 'ready';
  if (has(value, 't_ms', 'src', 'dst', 'seq', 'flags')) return 'gateway_frame';
  if (has(value, 'rx', 'seq')) return 'gateway_frame_legacy';
  if (has(value, 'sent')) return 'gateway_sent';
  if (has(value, 'ok') && typeof value.ok === 'boolean') {
    if (has(value, 'hello')) return 'hello';
    return value.ok ? 'reply_ok' : 'reply_err';
  }
  if (has(value, 'ts_ms', 'sensor')) return 'live_json';
  if (has(value, 'success', 'message')) return 'ack_body';
  if (has(value, 'error')) return 'reply_err';
  if (has(value, 't_ms', 'node')) return 'tele_untyped';
  return 'json_other';
}

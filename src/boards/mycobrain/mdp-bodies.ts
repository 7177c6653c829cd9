import type { MdpBodyFormat } from '../../contract/board-item.ts';
import { toHex } from '../../decode/hex.ts';
import { MDP_TYPE } from '../../decode/mdp-frame.ts';

/** A binary body as the board contract names its parts (§3.7, layouts §6.3, §6.4, §14). */
export interface BinaryBody {
  readonly body_format: MdpBodyFormat;
  readonly body: unknown;
}

/** Reads a body by message type and exact length; anything else stays `opaque` hex, never dropped. */
export function readBinaryBody(type: number, body: Uint8Array<ArrayBuffer>): BinaryBody {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const exact = body.length >= 4 && 4 + view.getUint16(2, true) === body.length;
  if (type === MDP_TYPE.command && exact) return { body_format: 'command', body: readCommand(view, body) };
  if (type === MDP_TYPE.event && exact) return readEvent(view, body);
  if (type === MDP_TYPE.telemetry && body.length === 188 && view.getUint32(0, false) === 0x5aa10101) {
    return { body_format: 'telemetry_v1', body: readTelemetryV1(view) };
  }
  if (type === MDP_TYPE.wifisense && body.length === 570)
    return { body_format: 'wifisense_v1', body: readWifisense(view) };
  if (type === MDP_TYPE.droneTelemetry && body.length === 102) {
    return { body_format: 'drone_telemetry_v1', body: readDroneTelemetry(view) };
  }
  if (type === MDP_TYPE.droneMissionStatus && body.length === 74) {
    return { body_format: 'drone_mission_v1', body: readDroneMission(view) };
  }
  return { body_format: 'opaque', body: { hex: toHex(body) } };
}

const readCommand = (view: DataView, body: Uint8Array) => ({
  cmd_id: view.getUint16(0, true),
  cmd_len: view.getUint16(2, true),
  data_hex: toHex(body.subarray(4)),
});

/** Event type 1 with at least four bytes is the result of a command. */
function readEvent(view: DataView, body: Uint8Array): BinaryBody {
  const evt_type = view.getUint16(0, true);
  const evt_len = view.getUint16(2, true);
  if (evt_type !== 1 || evt_len < 4) {
    return { body_format: 'event', body: { evt_type, evt_len, data_hex: toHex(body.subarray(4)) } };
  }
  const cmd_id = view.getUint16(4, true);
  const status = view.getInt16(6, true);
  return { body_format: 'cmd_result', body: { evt_type, evt_len, cmd_id, status, data_hex: toHex(body.subarray(8)) } };
}

function readTelemetryV1(view: DataView) {
  const i2c_count = list(4, (i) => view.getUint8(40 + i));
  return {
    seq: view.getUint32(4, true),
    uptime_ms: view.getUint32(8, true),
    ai_counts: list(4, (i) => view.getUint16(12 + 2 * i, true)),
    ai_volts: list(4, (i) => float(view, 20 + 4 * i)),
    mos: list(3, (i) => view.getUint8(36 + i)),
    i2c_count,
    // A bus has room for 16 addresses, whatever its count says.
    i2c_addrs: i2c_count.map((count, bus) => list(Math.min(count, 16), (i) => view.getUint8(44 + 16 * bus + i))),
    bme_addr: list(4, (i) => view.getUint8(108 + i)),
    bme_chip: list(4, (i) => view.getUint8(112 + i)),
    i2c_sda: list(4, (i) => view.getInt8(116 + i)),
    i2c_scl: list(4, (i) => view.getInt8(120 + i)),
  };
}

function readWifisense(view: DataView) {
  const csi_length = view.getUint16(8, true);
  const csi_format = view.getUint8(10);
  // Format 0: I and Q, both signed; format 1: amplitude unsigned, phase signed.
  const first = (at: number) => (csi_format === 1 ? view.getUint16(at, true) : view.getInt16(at, true));
  return {
    timestamp_ns: view.getUint32(0, true),
    link_id: view.getUint8(4),
    channel: view.getUint8(5),
    bandwidth_mhz: view.getUint8(6),
    rssi_dbm: view.getInt8(7),
    csi_length,
    csi_format,
    num_subcarriers: view.getUint16(11, true),
    num_antennas: view.getUint8(13),
    csi_pairs: list(Math.min(csi_length, 128), (i) => [first(14 + 4 * i), view.getInt16(16 + 4 * i, true)]),
    accel: list(3, (i) => float(view, 526 + 4 * i)),
    gyro: list(3, (i) => float(view, 538 + 4 * i)),
    compass: list(3, (i) => float(view, 550 + 4 * i)),
    temp_c: float(view, 562),
    humidity_rh: float(view, 566),
  };
}

const readDroneTelemetry = (view: DataView) => ({
  latitude: float(view, 0),
  longitude: float(view, 4),
  altitude_msl: float(view, 8),
  altitude_rel: float(view, 12),
  heading: float(view, 16),
  ground_speed: float(view, 20),
  air_speed: float(view, 24),
  climb_rate: float(view, 28),
  flight_mode: view.getUint8(32),
  arm_status: view.getUint8(33),
  battery_percent: view.getUint8(34),
  battery_voltage: float(view, 35),
  battery_current: float(view, 39),
  payload_latched: view.getUint8(43),
  payload_type: view.getUint8(44),
  payload_mass: float(view, 45),
  temp_c: float(view, 49),
  humidity_rh: float(view, 53),
  pressure_hpa: float(view, 57),
  gas_resistance: float(view, 61),
  mission_state: view.getUint8(65),
  mission_progress: view.getUint32(66, true),
  mission_target: cString(view, 70, 32),
});

const readDroneMission = (view: DataView) => ({
  mission_state: view.getUint8(0),
  mission_id: view.getUint32(1, true),
  progress: view.getUint32(5, true),
  status: view.getUint8(9),
  error_message: cString(view, 10, 64),
});

const list = <T>(length: number, read: (index: number) => T): T[] => Array.from({ length }, (_, i) => read(i));

/** NaN and infinity are not JSON: null. */
function float(view: DataView, at: number): number | null {
  const value = view.getFloat32(at, true);
  return Number.isFinite(value) ? value : null;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text in a fixed field, up to the first zero byte. */
function cString(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at, length);
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

import type { BoardItem, JsonItem, TextItem } from '../../contract/board-item.ts';
import type { Dialect } from '../../contract/board-status.ts';

/**
 * Which dialect one item proves (board contract §15); undefined when it proves none. The first verdict in stream order counts;
 * two items in a row with another verdict mean that the board was re-flashed.
 */
export function dialectOf(item: BoardItem): Dialect | undefined {
  switch (item.kind) {
    case 'mdp':
      return item.body_format === 'json' ? 'mdp1-json' : 'mdp1-bin';
    case 'json':
      return dialectOfJson(item);
    case 'text':
      return dialectOfText(item);
    case 'error':
      return undefined;
  }
}

const JSON_TELE_SHAPES: ReadonlySet<string> = new Set([
  'tele',
  'boot',
  'hello',
  'heartbeat_telemetry',
  'tele_untyped',
  'reply_ok',
  'scope_waveform',
  'scope_data',
  'scope_end',
]);
const MACHINE_SHAPES: ReadonlySet<string> = new Set([
  'machine_telemetry',
  'sciencecomms_status',
  'sciencecomms_telemetry',
  'advanced_telemetry',
  'periph_list',
  'periph_scan',
]);
const GATEWAY_SHAPES: ReadonlySet<string> = new Set(['gateway_frame', 'gateway_frame_legacy', 'gateway_sent']);

function dialectOfJson({ shape, value }: JsonItem): Dialect | undefined {
  if (GATEWAY_SHAPES.has(shape)) return 'gateway-json';
  if (JSON_TELE_SHAPES.has(shape)) return 'json-tele';
  if (MACHINE_SHAPES.has(shape)) return 'ndjson-machine';
  switch (shape) {
    case 'ready':
      return own(value, 'side') === 'gateway' || Object.hasOwn(value, 'gateway') ? 'gateway-json' : 'mdp1-bin';
    case 'reply_err':
      return own(value, 'error') === 'json_parse' ? 'gateway-json' : 'json-tele';
    case 'recovery_telemetry':
      return 'json-recovery';
    case 'legacy_telemetry':
      return 'json-legacy';
    case 'live_json':
      return Object.hasOwn(value, 'addr') ? 'cli-text' : 'mdp1-json';
    case 'reply':
    case 'ack':
    case 'err': {
      if (shape === 'reply' && Object.hasOwn(value, 'i2c_devices')) return 'json-tele';
      const data = own(value, 'data');
      return typeof data === 'object' && data !== null && !Array.isArray(data) ? 'json-legacy' : 'ndjson-machine';
    }
    default:
      return undefined;
  }
}

function dialectOfText({ shape, text }: TextItem): Dialect | undefined {
  if (shape === 'sensor_live' || shape === 'sensor_debug') return text.startsWith('#') ? 'mdp1-json' : 'cli-text';
  if (shape === 'sensor_line') return 'json-tele';
  return TEXT_STARTS.find(([start]) => text.startsWith(start))?.[1];
}

const TEXT_STARTS: readonly (readonly [start: string, dialect: Dialect])[] = [
  ["Unknown command. Type 'help' for list", 'mdp1-json'],
  ['Unknown cmd: ', 'cli-text'],
  ['Side-A connected', 'json-legacy'],
  ['Side-A disconnected', 'json-legacy'],
  ['=== MycoBrain Side-B', 'json-legacy'],
];

const own = (value: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

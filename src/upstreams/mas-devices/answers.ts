import { RATE_LIMIT_MS } from '../mas/answer.ts';
import { type Fields, isFields, textOf } from '../mas/fields.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { readAck } from './buoy.ts';
import { deviceIdOf, fieldsOf } from './plain.ts';
import type { DeviceReadings } from './readings.ts';
import type { DeviceRegistry } from './registry.ts';
import { type Told, told } from './told.ts';

/** One question and what came back: of MAS, or of a board's own service, which answers in the same way. */
export interface Answer {
  readonly method: string;
  /** Without its query: `/api/devices/mushroom1/telemetry`. */
  readonly path: string;
  readonly status: number;
  /** undefined: it was no JSON. */
  readonly value: unknown;
  /** `Retry-After`, where it was said. */
  readonly retryAfterMs?: number | undefined;
}

/** Words below `/api/devices/` that are no device; `health` is meant to be one and is taken for an id all the same (§4). */
const RESERVED: ReadonlySet<string> = new Set([
  'health',
  'inventory',
  'crep',
  'unified-network',
  'firmware-audit',
  'heartbeat',
  'register',
  'network',
  'status',
]);

/** Readings of a list are no more than this. */
const MAX_ENTRIES = 256;

/** What an answer means, put into `out`. Failures leave what was known as it is. */
export function readAnswer(
  answer: Answer,
  known: { readonly registry: DeviceRegistry; readonly readings: DeviceReadings },
  out: Out,
  context: ReadContext,
): Told {
  const { device, what } = deviceOfPath(answer.path);
  const isCommand = answer.method === 'POST' && (what === 'command' || what === 'agent/task');
  if (answer.status < 200 || answer.status > 299)
    return readFailure(answer, device, what, isCommand, known.registry, out, context);
  if (answer.value === undefined) {
    // A page, or half of an answer: as good as none.
    out.count('dropped', 'not-json');
    return notJson(isCommand, answer.method);
  }
  if (isCommand) return readCommandAnswer(answer.value);
  if (answer.method !== 'GET') return told('apply');
  const path = answer.path;
  if (path === '/api/devices') return known.registry.readList(answer.value, out, context);
  if (path === '/api/devices/crep') return known.registry.readEntities(answer.value, out, context);
  if (path === '/api/devices/unified-network') return readNetwork(answer.value, known.registry, out, context);
  if (what === 'telemetry' && device !== undefined)
    return readTelemetry(device, answer.value, known.readings, out, context);
  if (path.startsWith('/api/devices/') && what === '' && device !== undefined) {
    return RESERVED.has(device) ? told('apply') : known.registry.readOne(answer.value, out, context);
  }
  if (isFields(answer.value)) return told('apply');
  out.count('dropped', 'not-an-object');
  return told('drop');
}

/** Why a command failed, in the other side's words. `detail` is a text, a list (422) or an object. */
export function detailOf(value: unknown): string | undefined {
  const fields = fieldsOf(value);
  const detail = fields?.detail ?? fields?.error ?? fields?.message;
  const text = textOf(detail, 300);
  if (text !== undefined) return text;
  if (Array.isArray(detail)) {
    const first = fieldsOf(detail[0]);
    const where = Array.isArray(first?.loc) ? first.loc.filter((part) => part !== 'body').join('.') : '';
    return `${where} ${textOf(first?.msg) ?? ''}`.trim() || undefined;
  }
  return textOf(fieldsOf(detail)?.error, 300);
}

function notJson(isCommand: boolean, method: string): Told {
  const facts = { why: 'the answer is not JSON' };
  if (isCommand) return told('command_failed', facts);
  return told(method === 'GET' ? 'degrade' : 'show_error', facts);
}

function readFailure(
  answer: Answer,
  device: string | undefined,
  what: string,
  isCommand: boolean,
  registry: DeviceRegistry,
  out: Out,
  context: ReadContext,
): Told {
  const why = detailOf(answer.value) ?? `HTTP ${answer.status}`;
  if (isCommand && answer.status !== 429) return told('command_failed', { why });
  if (answer.status === 429)
    return told('backoff', { why, retry_after_s: (answer.retryAfterMs ?? RATE_LIMIT_MS) / 1_000 });
  if (answer.method !== 'GET') return told('show_error', { why });
  if (
    answer.status === 404 &&
    device !== undefined &&
    !RESERVED.has(device) &&
    answer.path.startsWith('/api/devices/')
  ) {
    if (what === '' || what === 'telemetry') {
      registry.markOffline(device, out, context);
      return told('mark_offline', { why });
    }
  }
  return told('degrade', { why });
}

/** A command that was answered: yes, no, or still to come. */
function readCommandAnswer(value: unknown): Told {
  const answer = fieldsOf(value);
  if (answer === undefined) return told('command_failed', { why: 'the answer is no object' });
  const ack = answer.ack === undefined ? undefined : readAck(answer.ack);
  if (ack !== undefined) {
    if (ack.state === 'applied') return told('command_applied');
    return ack.state === 'failed' ? told('command_failed', { why: ack.detail }) : told('apply', { state: ack.state });
  }
  const inner = fieldsOf(answer.response);
  const isNo = answer.ok === false || inner?.ok === false || answer.status === 'error' || inner?.status === 'error';
  return isNo
    ? told('command_failed', { why: detailOf(inner) ?? detailOf(answer) ?? textOf(answer.response) })
    : told('apply');
}

function readNetwork(value: unknown, registry: DeviceRegistry, out: Out, context: ReadContext): Told {
  const network = fieldsOf(value);
  if (network === undefined) {
    out.count('dropped', 'not-an-object');
    return told('drop');
  }
  const errors: string[] = [];
  for (const part of ['mycobrain', 'meshtastic_nodes', 'meshtastic_observers']) {
    const error = textOf(fieldsOf(network[part])?.error, 80);
    if (error !== undefined) errors.push(`${part}: ${error}`);
  }
  for (const error of errors) out.count('dropped', 'part-failed', error);
  // A part that failed says nothing about its devices: only a whole list may tell who is gone.
  const mycobrain = fieldsOf(network.mycobrain);
  if (Array.isArray(mycobrain?.devices)) registry.readList(mycobrain, out, context);
  return told('apply', { errors });
}

/** A board's own status (its clock is of another zone), or a list of what a field agent received. */
function readTelemetry(device: string, value: unknown, readings: DeviceReadings, out: Out, context: ReadContext): Told {
  const answer = fieldsOf(value);
  const telemetry = answer?.telemetry;
  if (Array.isArray(telemetry)) return readEntries(device, telemetry, readings, out, context);
  if (!isFields(telemetry)) {
    out.count('dropped', 'no-telemetry');
    return told('drop');
  }
  // `raw` is the line that the numbers were read from.
  const { raw: _raw, ...numbers } = telemetry;
  return readings.take(device, numbers, { written: undefined, at: undefined }, device, 'polled', out, context);
}

function readEntries(
  device: string,
  entries: readonly unknown[],
  readings: DeviceReadings,
  out: Out,
  context: ReadContext,
): Told {
  const sorted = entries
    .slice(0, MAX_ENTRIES)
    .flatMap((entry) => {
      const fields = fieldsOf(entry);
      const at = utcMs(fields?.received_at);
      if (fields === undefined || at === undefined || !isFields(fields.payload)) {
        out.count('dropped', 'bad-entry');
        return [];
      }
      return [{ at, payload: fields.payload as Fields, id: textOf(fields.envelope_id, 64), seq: fields.seq }];
    })
    .sort((a, b) => a.at - b.at);
  let last: Told = told('freshness_only');
  for (const { at, payload, id } of sorted) {
    last = readings.take(device, payload, { written: id ?? String(at), at }, device, 'polled', out, context);
  }
  return last;
}

/** `/api/devices/{id}/telemetry`, `/devices/{id}/command`, `/api/psathyrella/{id}/command`. */
function deviceOfPath(path: string): { readonly device: string | undefined; readonly what: string } {
  const words = path.split('/').filter((word) => word !== '');
  const at = words.findIndex((word) => word === 'devices' || word === 'psathyrella');
  const word = at < 0 ? undefined : words[at + 1];
  return { device: deviceIdOf(decoded(word)), what: at < 0 ? '' : words.slice(at + 2).join('/') };
}

function decoded(word: string | undefined): string | undefined {
  try {
    return word === undefined ? undefined : decodeURIComponent(word);
  } catch {
    // Not a well-formed word of a path: no device.
    return undefined;
  }
}

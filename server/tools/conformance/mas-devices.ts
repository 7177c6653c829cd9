import { endingOf } from '../../../src/upstreams/mas/closing.ts';
import { readAcoustic } from '../../../src/upstreams/mas-devices/acoustic.ts';
import { readAnswer } from '../../../src/upstreams/mas-devices/answers.ts';
import { Buoys } from '../../../src/upstreams/mas-devices/buoy.ts';
import { Mesh } from '../../../src/upstreams/mas-devices/mesh.ts';
import { DeviceReadings } from '../../../src/upstreams/mas-devices/readings.ts';
import { DeviceRegistry } from '../../../src/upstreams/mas-devices/registry.ts';
import { screened } from '../../../src/upstreams/mas-devices/screen.ts';
import { type Told, told } from '../../../src/upstreams/mas-devices/told.ts';
import type { ReadContext } from '../../../src/upstreams/out.ts';
import { deviceSocketReply } from '../../simulators/mas-devices/device-socket.ts';
import {
  brokenPromise,
  clockOf,
  eventInEveryCut,
  type MasLine,
  RecordingOut,
  readMasLine,
} from './mas-devices-lines.ts';
import { ndjsonRunner, type VectorLine } from './ndjson-file.ts';

/** The vectors of MAS' devices: what comes goes through the product's readers, what we say through the simulator. */
export const masDevicesRunner = ndjsonRunner(
  (first) => typeof first.endpoint === 'string' && /^dev[A-Z]-/.test(first.id),
  () => {
    const clock = clockOf();
    const checks = new DeviceChecks();
    return (vector: VectorLine) => {
      const line = readMasLine(vector);
      const result = line.isFromServer ? checks.fromServer(line, clock(line)) : toServer(line);
      return typeof result === 'string' ? result : brokenPromise(line.expect, result);
    };
  },
);

class DeviceChecks {
  readonly #out = new RecordingOut();
  readonly #known = { registry: new DeviceRegistry(), readings: new DeviceReadings() };
  readonly #buoys = new Buoys();
  readonly #mesh = new Mesh();

  /** The facts, or a word why it cannot be checked. */
  fromServer(line: MasLine, now: number): Readonly<Record<string, unknown>> | string {
    const context: ReadContext = { now, simulated: false };
    const result = this.#read(line, context);
    return typeof result === 'string' ? result : { ...result.facts, action: result.action };
  }

  #read(line: MasLine, context: ReadContext): Told | string {
    const buoy = /^\/api\/psathyrella\/([^/]+)\/(stream|acoustic\/stream)$/.exec(line.path);
    const device = decodeURIComponent(/^\/ws\/devices\/([^/]+)$/.exec(line.path)?.[1] ?? '');
    switch (line.frame) {
      case 'text':
      case 'binary': {
        const data = line.bytes?.buffer ?? line.text;
        return data === undefined
          ? 'the frame has no content'
          : this.#known.readings.readMessage(device, data, this.#out, context);
      }
      case 'event': {
        const event = line.event;
        if (event === undefined) return 'the event has no data';
        const broken = eventInEveryCut(event);
        if (broken !== undefined) return broken;
        if (buoy?.[2] === 'stream') return this.#buoys.readEvent(buoy[1] ?? '', event.data, this.#out, context);
        if (buoy !== null) return readAcoustic(buoy[1] ?? '', event.name, event.data, this.#out, context);
        return this.#mesh.readEvent(event.name, undefined, event.data, this.#out, context);
      }
      case 'response': {
        const { method, path, status, retryAfterMs } = line;
        // A browser gets what the gateway lets through.
        const answer = { method, path, status, retryAfterMs, value: screened(line.json) };
        return readAnswer(answer, this.#known, this.#out, context);
      }
      case 'silence': {
        const later = context.now + line.silenceMs;
        return buoy === null
          ? this.#known.readings.judgeSilence(device, later)
          : this.#buoys.judgeSilence(buoy[1] ?? '', later);
      }
      case 'close': {
        const ending = endingOf(line.close?.code ?? 1_006, line.close?.reason ?? '');
        return told(ending !== undefined && 'refused' in ending ? 'stop' : 'reconnect');
      }
      case 'handshake':
        return told('reconnect');
      default:
        return `no frame "${line.frame}"`;
    }
  }
}

/** What the server does with what we say. */
function toServer(line: MasLine): Readonly<Record<string, unknown>> | string {
  if (!line.path.startsWith('/ws/devices/')) return `nobody says anything on ${line.path}`;
  const reply = deviceSocketReply(line.bytes ?? line.text ?? '');
  switch (reply.is) {
    case 'pong':
      return { action: 'server_reply', reply_type: 'pong', stays_open: true };
    case 'nothing':
      return { action: 'server_ignores', stays_open: true };
    case 'close':
      return { action: 'server_close_1000', stays_open: false };
  }
}

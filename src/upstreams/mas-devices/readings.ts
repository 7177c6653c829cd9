import type { EpochMs } from '../../contract/time.ts';
import {
  CLOCK_SKEW_MS,
  POLLED_STALE_MS,
  READING_STALE_MS,
  type Reading,
  type ReadingsRecord,
} from '../../contract/upstream/mas-devices.ts';
import { type Fields, isFields, textOf } from '../mas/fields.ts';
import { readFrame, reasonOf } from '../mas/frame.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { Curves } from './curves.ts';
import { MAX_READINGS, normaliseReadings } from './normalise.ts';
import { deviceIdOf, fieldsOf, keepNewest } from './plain.ts';
import { stamp } from './stamp.ts';
import { type Told, told, toldOnDemand } from './told.ts';

/** Devices that are remembered, and how many of a device's newest times tell a repetition from news. */
const MAX_DEVICES = 2_000;
const MAX_TIMES = 128;
/** `/ws/devices/telemetry` is another route's: a device that is called so (§3). */
const SHADOWED = 'telemetry';

interface Heard {
  /** The newest time, by the source's clock, of what was shown. Times of arrival do not compare with it. */
  shownAt: EpochMs | undefined;
  heardAt: EpochMs;
  lastReadingRx: EpochMs | undefined;
  lastPushRx: EpochMs | undefined;
  record: ReadingsRecord | undefined;
  /** Times as the source wrote them, and the order in which they came: a ring. */
  readonly times: Set<string>;
  readonly order: string[];
  at: number;
}

/** What devices measure: from their sockets and from the answers to questions. */
export class DeviceReadings {
  readonly #heard = new Map<string, Heard>();
  readonly #curves: Curves;

  constructor(curves = new Curves()) {
    this.#curves = curves;
  }

  /** A frame of `/ws/devices/{device}`. */
  readMessage(device: string, data: string | ArrayBuffer, out: Out, context: ReadContext): Told {
    const message = readFrame(data, out);
    if (message === undefined) return told('drop');
    switch (message.type) {
      case 'connected':
        // Any id is accepted, so this proves nothing about the device.
        return told(device === SHADOWED ? 'degrade' : 'control');
      case 'pong':
        return told('control');
      case 'telemetry':
        return this.#readTelemetry(device, message, message.data, message.device_id, out, context);
      case 'device_telemetry': {
        const data = fieldsOf(message.data);
        return this.#readTelemetry(device, message, data?.telemetry, data?.device_id, out, context);
      }
      default:
        out.count('unknown', reasonOf(message.type));
        return told('ignore');
    }
  }

  #readTelemetry(
    socketDevice: string,
    message: Fields,
    data: unknown,
    saidId: unknown,
    out: Out,
    context: ReadContext,
  ): Told {
    const said = deviceIdOf(saidId);
    if ((saidId !== undefined && saidId !== null && said === undefined) || !isFields(data)) {
      out.count('dropped', 'bad-telemetry');
      return told('drop');
    }
    const device = said ?? socketDevice;
    if (device !== socketDevice && socketDevice !== SHADOWED) {
      out.count('dropped', 'other-device', device);
      return told('drop');
    }
    const written = textOf(message.timestamp, 64);
    const source = textOf(message.source, 128) ?? device;
    return this.take(
      device,
      data,
      { written, at: written === undefined ? undefined : utcMs(written) },
      source,
      'pushed',
      out,
      context,
    );
  }

  /** Readings of one moment, however they came. `written`: the source's own time, to know a repetition by. */
  take(
    device: string,
    data: Fields,
    time: { readonly written: string | undefined; readonly at: EpochMs | undefined },
    source: string,
    by: ReadingsRecord['by'],
    out: Out,
    context: ReadContext,
  ): Told {
    const heard = this.#of(device, context.now);
    heard.heardAt = context.now;
    if (time.written !== undefined && this.#isRepeated(heard, time.written)) {
      out.count('deduped', 'same-time');
      return told('dedupe');
    }
    const at = isUsableTime(time.at, context.now) ? time.at : context.now;
    const { readings, texts, dropped, suspect } = normaliseReadings(data, at);
    for (const name of dropped) out.count('dropped', 'bad-value', name);
    if (readings.length === 0 && texts.length === 0) {
      if (heard.record !== undefined) this.#show(device, heard, { ...heard.record, heardAt: context.now }, out);
      return told('freshness_only');
    }
    const stamped = stamp(context, time.at, source, suspect ? ['suspect'] : []);
    const isOlder = stamped.atFrom === 'source' && heard.shownAt !== undefined && stamped.at < heard.shownAt;
    const facts = () => ({
      device_id: device,
      keys: [...readings.map(({ name }) => name), ...texts.map(({ name }) => name)].sort(),
      normalised: Object.fromEntries(readings.map(({ name, value }) => [name, value])),
      ts_utc_ms: time.at,
    });
    if (isOlder) {
      this.#curves.late(device, readings, stamped, out);
      return toldOnDemand('history_only', facts);
    }
    this.#curves.add(device, readings, stamped, out);
    const before = heard.record;
    const record: ReadingsRecord = {
      ...stamped,
      device,
      readings: before === undefined ? readings : withOlder(readings, before.readings),
      texts: texts.length === 0 && before !== undefined ? before.texts : texts,
      heardAt: context.now,
      by,
    };
    if (stamped.atFrom === 'source') heard.shownAt = stamped.at;
    heard.lastReadingRx = context.now;
    if (by === 'pushed') heard.lastPushRx = context.now;
    this.#show(device, heard, record, out);
    if (stamped.atFrom === 'arrival' && by === 'pushed') return toldOnDemand('apply_receive_time', facts);
    return toldOnDemand(suspect ? 'apply_suspect' : 'apply', facts);
  }

  /** Nothing came for a while: whether what is shown is stale. */
  judgeSilence(device: string, now: EpochMs): Told {
    const last = this.#heard.get(device)?.lastReadingRx;
    return told(last === undefined || now - last > READING_STALE_MS ? 'mark_stale' : 'control');
  }

  /** What is shown and has had no successor for too long says so (`stale`), once. */
  age(out: Out, context: ReadContext): void {
    for (const [device, heard] of this.#heard) {
      const { record, lastReadingRx } = heard;
      if (record === undefined || lastReadingRx === undefined || record.flags.includes('stale')) continue;
      const staleMs = record.by === 'pushed' ? READING_STALE_MS : POLLED_STALE_MS;
      if (context.now - lastReadingRx > staleMs)
        this.#show(device, heard, { ...record, flags: [...record.flags, 'stale'] }, out);
    }
  }

  /** Whether it said readings by itself in the last `ms`. */
  isPushed(device: string, now: EpochMs, ms: number): boolean {
    const last = this.#heard.get(device)?.lastPushRx;
    return last !== undefined && now - last <= ms;
  }

  #show(device: string, heard: Heard, record: ReadingsRecord, out: Out): void {
    heard.record = record;
    out.put('readings', device, record);
  }

  #of(device: string, now: EpochMs): Heard {
    let heard = this.#heard.get(device);
    if (heard === undefined) {
      heard = {
        shownAt: undefined,
        heardAt: now,
        lastReadingRx: undefined,
        lastPushRx: undefined,
        record: undefined,
        times: new Set(),
        order: [],
        at: 0,
      };
      this.#heard.set(device, heard);
      keepNewest(this.#heard, MAX_DEVICES);
    }
    return heard;
  }

  #isRepeated(heard: Heard, written: string): boolean {
    if (heard.times.has(written)) return true;
    const oldest = heard.order[heard.at];
    if (oldest !== undefined) heard.times.delete(oldest);
    heard.order[heard.at] = written;
    heard.at = (heard.at + 1) % MAX_TIMES;
    heard.times.add(written);
    return false;
  }
}

/** What this message does not say is still as it was, and says since when. */
function withOlder(readings: readonly Reading[], older: readonly Reading[]): readonly Reading[] {
  const left = older.filter(({ name }) => !readings.some((reading) => reading.name === name));
  return left.length === 0 ? readings : [...readings, ...left].slice(0, MAX_READINGS);
}

/** Not missing, not nonsense, not too far ahead. */
const isUsableTime = (at: EpochMs | undefined, now: EpochMs): at is EpochMs =>
  at !== undefined && at <= now + CLOCK_SKEW_MS;

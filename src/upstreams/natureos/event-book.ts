import type { EpochMs } from '../../contract/time.ts';
import { NATUREOS_SAME_READING_MS, type NatureosEvent } from '../../contract/upstream/natureos.ts';
import type { Out, ReadContext } from '../out.ts';
import type { DeviceBook } from './device-book.ts';
import { type Fields, field, isFields } from './fields.ts';
import { type ReadEvent, readEvent } from './observed-event.ts';
import type { NamedValue } from './reading.ts';
import { Seen } from './seen.ts';
import type { Stamp } from './stamp.ts';
import { NOTHING } from './telemetry.ts';

/** As many as the event streams give at a time; so many new ones at once may hide others. */
const STREAM_MOST = 5;

/** Events, each told once, whichever way it came: the hub, an event stream that repeats them, or the store. */
export class EventBook {
  readonly #devices: DeviceBook;
  readonly #seen = new Seen(10_000);
  /** Newest that a stream brought since it was opened. */
  #streamNewest: EpochMs | undefined;

  constructor(devices: DeviceBook) {
    this.#devices = devices;
  }

  /** `EventReceived`. */
  received(message: Fields, context: ReadContext, out: Out): void {
    const inner = field(message, 'event');
    if (!isFields(inner)) {
      out.count('dropped', 'no-event');
      return;
    }
    const read = readEvent(inner, context, [], message);
    if (read === undefined) {
      out.count('dropped', 'no-event-id');
      return;
    }
    const { event } = read;
    // One reading of Mushroom1 comes as an event and as a device's update: the update is the one that is plotted.
    const isSame = this.#devices.spokeNear(event.device, event.at, NATUREOS_SAME_READING_MS);
    this.#tell(isSame ? { ...read, event: { ...event, flags: [...event.flags, 'same-reading'] } } : read, out);
  }

  /** A stream was opened: what it brings first may reach back. */
  streamOpened(): void {
    this.#streamNewest = undefined;
  }

  /** The newest few, newest first, said again and again by an event stream. */
  streamed(list: unknown, context: ReadContext, out: Out): void {
    if (!Array.isArray(list)) {
      out.count('dropped', 'not-a-list');
      return;
    }
    const before = this.#streamNewest;
    const fresh = this.#tellAll(list, context, ['fallback'], true, out);
    const times = fresh.map(({ at }) => at);
    if (before !== undefined && fresh.length >= STREAM_MOST && fresh.length === list.length) {
      // Not one of them was there before: more may have come and gone in between.
      out.gap('events', { why: 'history-trimmed', count: undefined, fromMs: before, toMs: Math.min(...times) });
    }
    if (times.length > 0) this.#streamNewest = Math.max(before ?? Number.NEGATIVE_INFINITY, ...times);
  }

  /** A page of the store, newest first. */
  stored(items: readonly unknown[], context: ReadContext, out: Out): void {
    this.#tellAll(items, context, ['stored'], false, out);
  }

  /** `DeviceEnvelope`. False: it was a repeat. */
  envelope(
    id: string,
    device: string,
    sequence: number | undefined,
    values: readonly NamedValue[],
    stamp: Stamp,
    out: Out,
  ): boolean {
    if (!this.#seen.add(`envelope ${id}`)) {
      out.count('deduped', 'same-envelope', id);
      return false;
    }
    const event: NatureosEvent = {
      ...stamp,
      t: 'envelope',
      source: device,
      id,
      device,
      domain: 'envelope',
      observedAt: undefined,
      values,
      confidence: undefined,
      quality: undefined,
      algorithm: undefined,
      taxon: undefined,
      location: undefined,
      sequence,
    };
    out.event('events', event);
    return true;
  }

  #tellAll(
    list: readonly unknown[],
    context: ReadContext,
    flags: readonly string[],
    plotted: boolean,
    out: Out,
  ): NatureosEvent[] {
    const fresh: NatureosEvent[] = [];
    for (let index = list.length - 1; index >= 0; index -= 1) {
      const member = list[index];
      const read = isFields(member) ? readEvent(member, context, flags) : undefined;
      if (read === undefined) out.count('dropped', 'bad-member', `[${index}]`);
      else if (this.#tell(read, out)) {
        fresh.push(read.event);
        if (plotted) this.#plot(read.event, out);
      }
    }
    return fresh;
  }

  #tell({ event, dropped }: ReadEvent, out: Out): boolean {
    if (!this.#seen.add(event.id)) {
      out.count('deduped', 'same-event', event.id);
      return false;
    }
    for (const name of dropped) out.count('dropped', 'bad-field', name);
    out.event('events', event);
    return true;
  }

  /** Without the hub, events are the only live values that there are. */
  #plot(event: NatureosEvent, out: Out): void {
    const { device, values } = event;
    if (values.length === 0 || this.#devices.spokeAfter(device, event)) return;
    if (this.#devices.spokeNear(device, event.at, NATUREOS_SAME_READING_MS)) return;
    this.#devices.read(device, undefined, { ...NOTHING, values }, event, out);
  }
}

import type { EpochMs } from '../../contract/time.ts';
import type { MycorrhizaeDevice, MycorrhizaeMessage } from '../../contract/upstream/mycorrhizae.ts';
import type { NamedReading } from '../../contract/upstream/reading.ts';
import type { Out } from '../out.ts';

const MAX_DEVICES = 2_000;
const MAX_READINGS = 128;

interface Known {
  readonly readings: Map<string, NamedReading & { readonly at: EpochMs }>;
  messages: number;
  at: EpochMs;
}

/** The latest of each entity, and its curves. What is older than what is known changes nothing but the reading that is newer. */
export class Devices {
  readonly #known = new Map<string, Known>();

  take(message: MycorrhizaeMessage, out: Out): void {
    const { entity, readings } = message;
    if (entity === '') return;
    const known = this.#open(entity, out);
    known.messages += 1;
    for (const reading of readings) {
      const before = known.readings.get(reading.name);
      if (before !== undefined && before.at > message.at) continue;
      known.readings.delete(reading.name);
      known.readings.set(reading.name, { ...reading, at: message.at });
      if (known.readings.size > MAX_READINGS) dropFirst(known.readings);
    }
    const isNewest = message.at >= known.at;
    known.at = Math.max(known.at, message.at);
    if (isNewest || readings.length > 0) out.put('devices', entity, deviceOf(message, known));
    // A sample must not go back in time on its own curve; the message itself is kept either way.
    if (isNewest && readings.length > 0 && message.kind === 'telemetry') out.rows('telemetry', rowOf(message));
  }

  #open(entity: string, out: Out): Known {
    const known = this.#known.get(entity);
    if (known !== undefined) {
      this.#known.delete(entity);
      this.#known.set(entity, known);
      return known;
    }
    const fresh: Known = { readings: new Map(), messages: 0, at: Number.NEGATIVE_INFINITY };
    this.#known.set(entity, fresh);
    if (this.#known.size > MAX_DEVICES) {
      const gone = dropFirst(this.#known);
      if (gone !== undefined) out.remove('devices', [gone]);
      out.count('dropped', 'too-many-devices');
    }
    return fresh;
  }
}

function dropFirst(map: Map<string, unknown>): string | undefined {
  for (const key of map.keys()) {
    map.delete(key);
    return key;
  }
  return undefined;
}

const deviceOf = (message: MycorrhizaeMessage, known: Known): MycorrhizaeDevice => ({
  t: 'device',
  entity: message.entity,
  channel: message.channel,
  trust: message.trust,
  readings: [...known.readings.values()],
  messages: known.messages,
  at: known.at,
  atFrom: message.atFrom,
  rx: message.rx,
  source: message.source,
  provenance: message.provenance,
  flags: message.flags,
});

/** One row: of two readings with one name, the later. */
function rowOf(message: MycorrhizaeMessage) {
  const values = new Map(message.readings.map(({ name, value }) => [`${message.entity}.${name}`, value]));
  return {
    series: [...values.keys()],
    times: Float64Array.of(message.at),
    columns: [...values.values()].map((value) => Float64Array.of(value)),
    provenance: message.provenance,
  };
}

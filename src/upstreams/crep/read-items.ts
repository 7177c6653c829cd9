import type { CrepKind } from '../../contract/upstream/crep.ts';
import type { Out } from '../out.ts';
import { readAircraft } from './aircraft.ts';
import { isAisFrame, readAisFrame } from './ais-frame.ts';
import { readDevice } from './device.ts';
import type { MergeContext } from './entity.ts';
import { readEvent } from './event.ts';
import { isObject, type Json, objectOf } from './json.ts';
import { kindOf } from './kinds.ts';
import { readObservation } from './observation.ts';
import type { Reading } from './reading.ts';
import type { Carrier, ItemContext, Refusal, Report } from './report.ts';
import { readSatellite } from './satellite.ts';
import type { CrepStore } from './store.ts';
import { readVessel } from './vessel.ts';

type ItemReader = (item: Json, report: Report, context: ItemContext) => Refusal | undefined;

const READERS: Readonly<Record<CrepKind, ItemReader>> = {
  aircraft: readAircraft,
  vessel: readVessel,
  satellite: readSatellite,
  event: readEvent,
  device: readDevice,
  observation: readObservation,
};

/** Where items of one message go. */
export interface Sink {
  readonly store: CrepStore;
  readonly out: Out;
  readonly reading: Reading;
  readonly merge: MergeContext;
  readonly item: ItemContext;
}

/** Items of a list. One that is none does not spoil the rest. */
export function readItems(
  items: readonly unknown[],
  kind: CrepKind | undefined,
  sink: Sink,
  carrier: Carrier,
): undefined {
  for (const item of items) {
    if (isObject(item)) readItem(item, kind, sink, carrier);
    else drop(sink, 'junk', item);
  }
}

export function readItem(item: Json, hint: CrepKind | undefined, sink: Sink, carrier: Carrier): undefined {
  const { reading, out } = sink;
  const { report } = sink.store;
  if (isAisFrame(item)) {
    report.reset('vessel');
    return settle(readAisFrame(item, report, sink.item), item, sink);
  }
  const word = typeOf(item);
  const kind = hint ?? kindOf(word);
  if (kind === undefined) {
    reading.unknownKinds += 1;
    out.count('unknown', typeof word === 'string' ? `kind:${word.slice(0, 40)}` : 'kind');
    return;
  }
  sink.item.carrier = carrier === 'plain' && isUnified(item) ? 'unified' : carrier;
  report.reset(kind);
  settle(READERS[kind](item, report, sink.item), item, sink);
}

function settle(refusal: Refusal | undefined, item: Json, sink: Sink): undefined {
  if (refusal !== undefined) return drop(sink, refusal, item);
  const { store, reading, out } = sink;
  const { kind } = store.report;
  const merged = store.apply(sink.merge);
  if (merged === 'again') {
    reading.duplicates += 1;
    out.count('deduped', kind);
  } else if (merged === 'same') reading.same += 1;
  else if (merged === 'late') {
    reading.late += 1;
    out.count('late', kind);
  } else reading.applied += 1;
  if (merged === 'held') out.count('withheld', 'teleport');
}

/** Carrier E: state and time are objects of their own. */
const isUnified = (item: Json): boolean => isObject(item.time) || isObject(item.state);

/** The word for its kind. Features have theirs inside. */
function typeOf(item: Json): unknown {
  if (item.type !== 'Feature') return item.type ?? item.entity_type;
  const properties = objectOf(item.properties);
  return properties?.entity_type ?? properties?.type ?? properties?.layer;
}

function drop({ reading, out }: Sink, reason: Refusal, item: unknown): undefined {
  reading.dropped += 1;
  out.count('dropped', reason, excerptOf(item));
}

const EXCERPT_CHARS = 80;
function excerptOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item).slice(0, EXCERPT_CHARS);
  const { id, name, type } = item as Json;
  return `${typeof type === 'string' ? type : ''} ${String(id ?? name ?? '')}`.trim().slice(0, EXCERPT_CHARS);
}

import { keptValue } from '../../components/kept-value.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';

/** A value of a device that a person wants to see all the time. */
export interface Pin {
  /** One of `FleetDevice.knownAs`. */
  readonly device: string;
  /** Of the value. */
  readonly name: string;
}

export const MOST_PINS = 12;
const MAX_TEXT = 200;

/** Reads what this browser kept; what is none is left out. */
export function readPins(text: string | null): readonly Pin[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isPin).slice(0, MOST_PINS) : [];
  } catch {
    // Cut off or not ours: no pins.
    return [];
  }
}

function isPin(value: unknown): value is Pin {
  if (typeof value !== 'object' || value === null) return false;
  const { device, name } = value as Record<string, unknown>;
  const isText = (text: unknown) => typeof text === 'string' && text !== '' && text.length <= MAX_TEXT;
  return isText(device) && isText(name);
}

const book = keptValue('hyphae.devices.pins', readPins, (pins) => JSON.stringify(pins));

/** Reactive. */
export const pins = book.get;
export const arePinsUnsaved = book.isUnsaved;
/** The pin of a device's value, whichever of its words it was made under. */
export const pinOf = ({ knownAs }: Pick<FleetDevice, 'knownAs'>, value: string): Pin | undefined =>
  pins().find(({ device, name }) => name === value && knownAs.includes(device));

/** Pins it, or takes the pin away. False: there are as many as fit. */
export function togglePin(pin: Pin): boolean {
  const others = pins().filter(({ device, name }) => device !== pin.device || name !== pin.name);
  if (others.length === pins().length && others.length >= MOST_PINS) return false;
  book.set(others.length === pins().length ? [...others, pin] : others);
  return true;
}

const MOST_POINTS = 1_200;

/** What a pinned value was since this page looks, oldest first, at most 1,200 points. */
export class PinCurve {
  times: number[] = [];
  values: number[] = [];

  /** A value that was there already is not another point. */
  add(at: EpochMs, value: number): void {
    if (!Number.isFinite(value) || at <= (this.times.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    // Others are told of a change by other arrays.
    this.times = [...this.times.slice(1 - MOST_POINTS), at];
    this.values = [...this.values.slice(1 - MOST_POINTS), value];
  }
}

const curves = new Map<string, PinCurve>();

/** The curve of a pin; it is kept for as long as the page. */
export function curveOf({ device, name }: Pin): PinCurve {
  const key = `${device}\n${name}`;
  const known = curves.get(key);
  if (known !== undefined) return known;
  const made = new PinCurve();
  curves.set(key, made);
  // Those that were unpinned long ago go first.
  if (curves.size > 2 * MOST_PINS) curves.delete(curves.keys().next().value ?? '');
  return made;
}

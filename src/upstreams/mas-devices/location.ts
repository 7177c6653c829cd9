import type { Position } from '../../contract/upstream/mas-devices.ts';

const PAIR = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;

/** `lat,lon` as a device registers it; any other text is a place that only people understand. */
export function positionOfText(text: string | undefined): Position | undefined {
  const match = text === undefined || text.length > 64 ? undefined : PAIR.exec(text);
  return match === undefined || match === null ? undefined : positionOf(Number(match[1]), Number(match[2]));
}

/** The one order in which the two can be on Earth, latitude first where both are. */
export function positionOf(first: number, second: number): Position | undefined {
  if (Math.abs(first) <= 90 && Math.abs(second) <= 180) return { latDeg: first, lonDeg: second };
  if (Math.abs(first) <= 180 && Math.abs(second) <= 90) return { latDeg: second, lonDeg: first };
  return undefined;
}

/**
 * A point of `/api/devices/crep`. Its two numbers are the registered location in the order of that text, usually latitude first although
 * GeoJSON wants longitude first (§4). `registered` decides where it is known; then what is possible; `[0, 0]` means unknown.
 */
export function positionOfPoint(coordinates: unknown, registered: Position | undefined): Position | undefined {
  if (!Array.isArray(coordinates)) return undefined;
  const [first, second] = coordinates as readonly unknown[];
  if (typeof first !== 'number' || typeof second !== 'number' || !Number.isFinite(first + second)) return undefined;
  if (first === 0 && second === 0) return undefined;
  if (registered !== undefined) {
    const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;
    if (near(first, registered.latDeg) && near(second, registered.lonDeg)) return registered;
    if (near(first, registered.lonDeg) && near(second, registered.latDeg)) return registered;
  }
  return positionOf(first, second);
}

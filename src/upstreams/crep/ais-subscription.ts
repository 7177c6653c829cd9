import type { GeoBox } from '../../contract/upstream/crep.ts';

/**
 * What a relay says to the AIS upstream; a browser never does, since one key has one connection. Boxes are latitude first there, and
 * its corners are south-west and north-east (crep §3.3).
 */
export const aisSubscription = (apiKey: string, boxes: readonly GeoBox[]) => ({
  APIKey: apiKey,
  BoundingBoxes: boxes.map(([west, south, east, north]) => [
    [south, west],
    [north, east],
  ]),
});

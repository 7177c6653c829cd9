import { keptValue } from '../../components/kept-value.ts';
import type { LonLat } from '../../contract/upstream/crep.ts';
import { readFences } from './fences.ts';

function readSite(text: string | null): LonLat | undefined {
  const [lon, lat] = (text ?? '').split(',').map(Number);
  return lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : undefined;
}

export const keptFences = keptValue('hyphae.map.fences', readFences, (fences) => JSON.stringify(fences));
/** Where the person is, for distances and passes. */
export const keptSite = keptValue('hyphae.map.site', readSite, (site) => site?.join() ?? null);
export const fences = keptFences.get;
export const setFences = keptFences.set;
export const site = keptSite.get;
export const setSite = keptSite.set;

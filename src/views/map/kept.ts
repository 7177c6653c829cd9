import { createSignal } from 'solid-js';
import type { LonLat } from '../../contract/upstream/crep.ts';
import { type Fence, readFences } from './fences.ts';

const FENCES = 'hyphae.map.fences';
const SITE = 'hyphae.map.site';

const readSite = (): LonLat | undefined => {
  const [lon, lat] = (localStorage.getItem(SITE) ?? '').split(',').map(Number);
  return lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : undefined;
};

const [fences, setFencesNow] = createSignal(readFences(localStorage.getItem(FENCES)));
const [site, setSiteNow] = createSignal(readSite());

/** Kept in this browser. Reactive. */
export { fences, site };

export function setFences(next: readonly Fence[]): void {
  setFencesNow(next);
  localStorage.setItem(FENCES, JSON.stringify(next));
}

export function setSite(next: LonLat | undefined): void {
  setSiteNow(next);
  if (next === undefined) localStorage.removeItem(SITE);
  else localStorage.setItem(SITE, next.join());
}

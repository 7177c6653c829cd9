import type { CrepKind, MapCommand } from '../../contract/upstream/crep.ts';
import { map as words } from '../../i18n/map.ts';
import { readMapCommand } from '../../upstreams/crep/map-command.ts';
import { placeWords } from './entity-words.ts';
import { isFound, NO_FILTER } from './filter.ts';
import type { MapAddress } from './state.ts';
import type { MapState } from './use-map.ts';

/** A wish in the address, checked by the same list as any other; undefined: it is none. */
export function readWish(text: string): MapCommand | undefined {
  try {
    return readMapCommand(JSON.parse(text));
  } catch {
    // Not even JSON: it is told as a wish that nobody knows.
    return undefined;
  }
}

/** Words of an assistant for our layers. */
const LAYERS: Readonly<Record<string, CrepKind>> = {
  aircraft: 'aircraft',
  flights: 'aircraft',
  planes: 'aircraft',
  vessel: 'vessel',
  vessels: 'vessel',
  ships: 'vessel',
  satellite: 'satellite',
  satellites: 'satellite',
  event: 'event',
  events: 'event',
  earthquakes: 'event',
  device: 'device',
  devices: 'device',
  observation: 'observation',
  observations: 'observation',
  species: 'observation',
};

/** What somebody asks, in words. */
export function wishWords(wish: MapCommand): string {
  switch (wish.do) {
    case 'fly-to':
      return words.wish.words['fly-to'](placeWords(wish.center[0], wish.center[1]));
    case 'find':
      return words.wish.words.find(wish.query);
    case 'set-zoom':
      return words.wish.words['set-zoom'](String(wish.zoom));
    case 'zoom-by':
      return words.wish.words['zoom-by'](String(wish.delta));
    case 'pan-by':
      return words.wish.words['pan-by'];
    case 'layer':
      return words.wish.words.layer(wish.layer, String(wish.show));
    case 'filter':
      return words.wish.words.filter(wish.filter, String(wish.value));
    case 'clear-filters':
      return words.wish.words['clear-filters'];
    case 'details':
      return words.wish.words.details(wish.entity);
    default:
      return words.wish.words.other(wish.do);
  }
}

/** Does what was asked; gives why it could not, for people. */
export function grant(
  wish: MapCommand,
  map: MapState,
  address: MapAddress,
  change: (part: Partial<MapAddress>) => void,
): string | undefined {
  const engine = map.engine();
  const { zoom } = map.camera();
  switch (wish.do) {
    case 'fly-to':
      engine?.setCamera({ lon: wish.center[0], lat: wish.center[1], zoom: wish.zoom ?? Math.max(6, zoom) }, true);
      return undefined;
    case 'set-zoom':
      engine?.setCamera({ zoom: wish.zoom }, true);
      return undefined;
    case 'zoom-by':
      engine?.setCamera({ zoom: zoom + wish.delta }, true);
      return undefined;
    case 'pan-by':
      engine?.panBy(wish.dx, wish.dy);
      return undefined;
    case 'layer': {
      const kind = LAYERS[wish.layer.toLowerCase()];
      if (kind === undefined) return words.wish.notFound(wish.layer);
      const hidden = new Set(address.hidden);
      const isOn = !hidden.has(kind);
      if (wish.show === 'toggle' ? isOn : !wish.show) hidden.add(kind);
      else hidden.delete(kind);
      change({ hidden });
      return undefined;
    }
    case 'filter':
      change({ filter: { ...address.filter, category: String(wish.value) } });
      return undefined;
    case 'clear-filters':
      change({ filter: NO_FILTER, find: '', isolate: false, hidden: new Set() });
      return undefined;
    case 'find':
    case 'details': {
      const wanted = wish.do === 'find' ? wish.query : wish.entity;
      const it = map.data.recordOf(wanted) ?? [...map.data.records()].find((one) => isFound(wanted, one));
      if (it === undefined) return words.wish.notFound(wanted);
      const at = map.placeOf(it);
      change({ sel: it.key });
      if (at !== undefined) engine?.setCamera({ lon: at[0], lat: at[1], zoom: Math.max(5, zoom) }, true);
      return undefined;
    }
    default:
      return words.wish.cannot;
  }
}

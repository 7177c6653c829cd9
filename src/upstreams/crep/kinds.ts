import type { CrepKind } from '../../contract/upstream/crep.ts';

/** Every word for a kind that is on the wire (crep §2), singular and plural. What is not here is ignored and counted. */
const KINDS: Readonly<Record<string, CrepKind>> = {
  aircraft: 'aircraft',
  aircrafts: 'aircraft',
  flight: 'aircraft',
  flights: 'aircraft',
  vessel: 'vessel',
  vessels: 'vessel',
  marine: 'vessel',
  satellite: 'satellite',
  satellites: 'satellite',
  weather: 'event',
  earthquake: 'event',
  earthquakes: 'event',
  fire: 'event',
  fires: 'event',
  wildfire: 'event',
  wildfires: 'event',
  crisis: 'event',
  hazard: 'event',
  hazards: 'event',
  storm: 'event',
  storms: 'event',
  event: 'event',
  events: 'event',
  alerts: 'event',
  fungal: 'observation',
  species: 'observation',
  wildlife: 'observation',
  observation: 'observation',
  observations: 'observation',
  nature: 'observation',
  device: 'device',
  devices: 'device',
  sensor: 'device',
  sensors: 'device',
  weather_station: 'device',
};

export const kindOf = (word: unknown): CrepKind | undefined =>
  typeof word === 'string' && Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;

/** Channels of the event bus (crep §4.2). */
const BUS: Readonly<Record<string, CrepKind>> = {
  observations: 'observation',
  species: 'observation',
  events: 'event',
  alerts: 'event',
  weather: 'event',
  'space-weather': 'event',
  geological: 'event',
  devices: 'device',
};

export const busKind = (channel: unknown): CrepKind | undefined =>
  typeof channel === 'string' && Object.hasOwn(BUS, channel) ? BUS[channel] : undefined;

/** The lists of `/api/crep/unified`. Emissions and infrastructure are none of ours. */
export const UNIFIED_LISTS: Readonly<Record<string, CrepKind>> = {
  aircraft: 'aircraft',
  vessels: 'vessel',
  satellites: 'satellite',
  fungalObservations: 'observation',
  globalEvents: 'event',
  events: 'event',
  devices: 'device',
  weather: 'event',
  spaceWeather: 'event',
};

/** Where the list of an answer is, in the order in which it is looked for (crep §6.1). */
export const LISTS: readonly (readonly [name: string, kind: CrepKind | undefined])[] = [
  ['aircraft', 'aircraft'],
  ['ac', 'aircraft'],
  ['vessels', 'vessel'],
  ['satellites', 'satellite'],
  ['fungalObservations', 'observation'],
  ['globalEvents', 'event'],
  ['entities', undefined],
  ['features', undefined],
  ['observations', 'observation'],
  ['objects', 'satellite'],
  ['events', 'event'],
  ['alerts', 'event'],
  ['volcanoes', 'event'],
  ['devices', 'device'],
];

/** What the path of a question says about its answer. */
export interface RouteHints {
  /** For people and for the part `sources`. */
  readonly name: string;
  readonly kind: CrepKind | undefined;
  readonly feed: string | undefined;
  readonly mindex: boolean;
}

const OBSERVATION_FEEDS = new Set(['gbif-fungi', 'obis-marine']);

export function hintsOf(path: string): RouteHints {
  const [route = '', query = ''] = path.split('?', 2);
  const words = route.split('/').filter((word) => word !== '');
  const name = words.slice(-2).join('/') || 'crep';
  const feed = words.at(-2) === 'feed' ? words.at(-1) : undefined;
  const layer = /(?:^|&)layer=([^&]+)/.exec(query)?.[1];
  return {
    name,
    feed,
    mindex: route.includes('/earth/map'),
    kind:
      feed !== undefined
        ? OBSERVATION_FEEDS.has(feed)
          ? 'observation'
          : 'event'
        : (kindOf(layer) ?? routeKind(words.at(-1))),
  };
}

function routeKind(last: string | undefined): CrepKind | undefined {
  if (last === 'nature-stream') return 'observation';
  return last?.startsWith('live.') ? kindOf(last.slice(5)) : undefined;
}

import { between, chance, pick } from './chance.ts';

const KIND = 4;
/** Two new ones a minute. */
const EVERY_MS = 30_000;

const BELTS: readonly (readonly [number, number])[] = [
  [-178, -18],
  [142, 38],
  [-71, -30],
  [-122, 38],
  [95, 3],
  [28, 38],
  [167, -15],
  [-152, 60],
  [178, -22],
  [140, 35],
];

/** The newest of them at a time; each is what its number says, so that the same event keeps its id from poll to poll. */
export function globalEvents(now: number, count: number): object[] {
  const newest = Math.floor(now / EVERY_MS);
  const events: object[] = [];
  for (let number = newest; number > newest - count; number--) {
    // Older ones lie further apart: a week's worth has room in any count.
    const at = number * EVERY_MS - (newest - number) * 60_000;
    events.push(eventOf(number, at));
  }
  return [...events, flare(now), storm(now)];
}

function eventOf(number: number, at: number): object {
  const of = (salt: number): number => chance(KIND, number, salt);
  const [lon, lat] = pick(BELTS, of(1));
  const kind = of(2);
  const place = { latitude: round(lat + between(-3, 3, of(3))), longitude: round(wrap(lon + between(-4, 4, of(4)))) };
  if (kind < 0.7) {
    const magnitude = Math.round((1 - Math.log10(1 - of(5) * 0.999_999)) * 10) / 10;
    const severity =
      magnitude >= 7
        ? 'extreme'
        : magnitude >= 6
          ? 'critical'
          : magnitude >= 5
            ? 'high'
            : magnitude >= 4
              ? 'medium'
              : 'low';
    return {
      id: `usgs-syn${number}`,
      type: 'earthquake',
      title: `M${magnitude.toFixed(1)} Earthquake - ${Math.round(of(6) * 90)} km S of Testopolis`,
      description: `Magnitude ${magnitude.toFixed(1)} earthquake.`,
      severity,
      timestamp: new Date(at).toISOString(),
      location: { ...place, name: 'Testopolis', depth: Math.round(between(2, 300, of(7))) },
      magnitude,
      source: 'USGS',
    };
  }
  const type = kind < 0.85 ? 'wildfire' : kind < 0.95 ? 'storm' : 'volcano';
  return {
    id: `syn-${type}-${number}`,
    type,
    title: `Test ${type} ${number % 1_000}`,
    description: '',
    severity: pick(['low', 'medium', 'high'], of(5)),
    timestamp: new Date(at).toISOString(),
    // One in twenty was told without a place.
    location: of(8) < 0.05 ? { latitude: 0, longitude: 0 } : place,
    source: 'simulator',
  };
}

/** On the Sun; the id is new at every fetch, the flare is not. */
const flare = (now: number): object => ({
  id: `noaa-flare-0-${now}`,
  type: 'solar_flare',
  title: 'M1.4 Solar Flare',
  description: 'Class M1.4 solar flare detected.',
  severity: 'high',
  timestamp: new Date(Math.floor(now / 3_600_000) * 3_600_000).toISOString(),
  location: { latitude: 0, longitude: 0, name: 'Sun' },
  source: 'NOAA SWPC',
});

const storm = (now: number): object => ({
  id: `noaa-kp-${now}`,
  type: 'geomagnetic_storm',
  title: 'Geomagnetic Storm (Kp=5)',
  description: '',
  severity: 'high',
  timestamp: new Date(Math.floor(now / 10_800_000) * 10_800_000).toISOString().replace('T', ' ').slice(0, 19),
  location: { latitude: 65, longitude: 0, name: 'Global - Polar Regions' },
  magnitude: 5,
  source: 'NOAA SWPC',
});

/** Of another feed: a storm without geometry among fires. */
export const eonetEvents = (now: number): object[] =>
  Array.from({ length: 40 }, (_, index) => {
    const [lon, lat] = pick(BELTS, chance(KIND, index, 20));
    const storms = index % 8 === 7;
    return {
      id: `eonet-EONET_9${String(index).padStart(4, '0')}`,
      type: storms ? 'crisis' : 'fire',
      title: storms ? `Cyclone Demo ${index}` : `Test Canyon Fire ${index}`,
      description: 'x',
      category: storms ? 'severeStorms' : 'wildfires',
      severity: 'medium',
      timestamp: new Date(now - (index % 48) * 3_600_000).toISOString(),
      location: storms
        ? { latitude: 0, longitude: 0 }
        : { latitude: lat + (index % 5), longitude: wrap(lon + (index % 7)) },
      source: 'NASA EONET',
    };
  });

/** Alerts with areas; one lies across 180°. */
export const nwsAlerts = (now: number): object[] =>
  Array.from({ length: 12 }, (_, index) => ({
    id: `nws-syn-${index}`,
    type: 'weather',
    severity: pick(['high', 'medium', 'low'], chance(KIND, index, 30)),
    title: `Test Warning ${index}`,
    description: 'Invented.',
    affectedArea:
      index === 0
        ? { north: -15, south: -18, west: 178, east: 180 }
        : { north: 30 + index, south: 29 + index, west: -100 + index, east: -99 + index },
    occurredAt: new Date(now - 3_600_000).toISOString(),
    detectedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + (index - 2) * 1_800_000).toISOString(),
    status: 'active',
    provenance: { source: 'nws', collectedAt: new Date(now).toISOString(), reliability: 1 },
  }));

export function spaceWeather(now: number): object {
  const kp = Math.round((3 + 2 * Math.sin(now / 3_600_000)) * 100) / 100;
  return {
    source: 'swpc',
    timestamp: new Date(now).toISOString(),
    available: true,
    cached: false,
    scales: {
      radio: { current: 1, label: 'R1', description: 'R1 Radio Blackout' },
      solar: { current: 0, label: 'S0', description: 'none' },
      geomagnetic: { current: kp >= 5 ? 1 : 0, label: kp >= 5 ? 'G1' : 'G0', description: '' },
    },
    solarWind: {
      speed: 420 + Math.round(80 * Math.sin(now / 600_000)),
      speedUnit: 'km/s',
      density: 7.1,
      temperature: 210_000,
    },
    magneticField: { bz: -2.2, bt: 6.4, unit: 'nT', stormPotential: 'Low' },
    indices: { kpIndex: kp, radioFlux: 171, radioFluxUnit: 'SFU' },
  };
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
const wrap = (lon: number): number => (lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon);

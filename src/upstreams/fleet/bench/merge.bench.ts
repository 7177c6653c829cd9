// A thousand devices, each known from five sources, to one list: as often as the Devices view makes it, once a second.
import type { BenchRow } from '../../../../.ci/bench-row.ts';
import { FLEET_SOURCES, identityOf, mergeFleet, type Sighting } from '../merge-fleet.ts';

const DEVICES = 1_000;
const SOURCES = 5;
const ROUNDS = 21;
const NOW = 1_800_000_000_000;

const sightings: readonly Sighting[] = Array.from({ length: DEVICES * SOURCES }, (_, index) => {
  const device = Math.floor(index / SOURCES);
  const source = FLEET_SOURCES[index % SOURCES] ?? 'mas';
  return {
    ...{ source, id: `${source}-${device}`, identities: [`device-${device}`, `${source}-${device}`] },
    ...{ name: `Device ${device}`, kind: 'probe', firmware: '1.0', place: 'Bench', said: 'online', state: 'live' },
    ...{ heardAt: NOW - device, provenance: 'measured' },
    values: Array.from({ length: 4 }, (_v, at) => ({
      ...{ name: `value ${at}`, value: at, unit: '°C', at: NOW - at, provenance: 'measured', staleMs: 60_000 },
    })),
  } as Sighting;
});

/** The plain way: each is compared with every device that is there already. */
function comparedWithAll(): number {
  const devices: { readonly words: Set<string>; readonly members: Sighting[] }[] = [];
  for (const one of sightings) {
    const words = one.identities.flatMap((word) => identityOf(word) ?? []);
    const known = devices.find((device) => words.some((word) => device.words.has(word)));
    if (known === undefined) devices.push({ words: new Set(words), members: [one] });
    else {
      for (const word of words) known.words.add(word);
      known.members.push(one);
    }
  }
  return devices.length;
}

function median(rounds: number, run: () => void): number {
  const costs = Array.from({ length: rounds }, () => {
    const from = performance.now();
    run();
    return performance.now() - from;
  });
  return costs.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
}

export const needsApp = false;

export async function bench(): Promise<readonly BenchRow[]> {
  return [
    {
      name: `fleet: ${DEVICES} devices of ${SOURCES} sources to one list`,
      value: median(ROUNDS, () => void mergeFleet(sightings, NOW)),
      unit: 'ms',
      baseline: median(5, comparedWithAll),
      baselineName: 'each compared with all',
      higherIsBetter: false,
    },
  ];
}

// 5,000 reports of 50,000 known aircraft, all in one message as the hub sends them once a second: from the message to rows that can be drawn.
import type { BenchRow } from '../../../../.ci/bench-row.ts';
import type { CrepAircraft } from '../../../contract/upstream/crep.ts';
import { upstreamChannel } from '../../../contract/upstream/upstream.ts';
import type { StateListener } from '../../../link/link.ts';
import { EntityRows } from '../engine/entity-rows.ts';
import { MapData } from '../map-data.ts';

const MANY = 50_000;
const UPDATES = 5_000;
const ROUNDS = 51;

type Put = readonly [key: string, it: CrepAircraft];

export async function bench(): Promise<BenchRow[]> {
  const data = opened();
  data.tell(puts(MANY, 0), true);
  const features = new Map(puts(MANY, 0).map(([key, it]) => [key, featureOf(it)]));
  const [whole, plain]: [number[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const changed = puts(UPDATES, round);
    // What goes between threads is copied: a page pays for half of this.
    whole.push(timed(() => data.tell(structuredClone(changed), false)));
    plain.push(
      timed(() => {
        for (const [key, it] of structuredClone(changed)) features.set(key, featureOf(it));
        JSON.stringify({ type: 'FeatureCollection', features: [...features.values()] });
      }),
    );
  }
  data.end();
  return [
    {
      ...{ name: `map: ${UPDATES} reports of ${MANY}, from the message to rows`, value: median(whole), unit: 'ms' },
      // No task is longer than this (crep §11).
      ...{ budget: 50, baseline: median(plain), baselineName: 'features, handed over whole', higherIsBetter: false },
    },
  ];
}

/** The map's data as a page has it, with a message of the hub whenever one is told. */
function opened() {
  let listener: StateListener<never> | undefined;
  const channel = upstreamChannel('state', 'crep', 'aircraft');
  const data = new MapData(
    {
      subscribeState: (name, to) => {
        if (name === channel) listener = to as StateListener<never>;
        return () => undefined;
      },
    },
    () => undefined,
  );
  const rows = new EntityRows(Date.now());
  data.start();
  data.attach({ rows, touch: () => rows.clean() });
  return {
    tell: (changed: readonly Put[], snapshot: boolean) =>
      listener?.onState({ snapshot, puts: changed as never, dels: [], conflated: 0 }),
    end: () => data.end(),
  };
}

const puts = (count: number, round: number): Put[] =>
  Array.from({ length: count }, (_, index) => {
    const it = aircraft(index * (MANY / count), round);
    return [it.key, it];
  });

function aircraft(index: number, round: number): CrepAircraft {
  const at = Date.now();
  return {
    ...{ kind: 'aircraft', key: `aircraft:${index}`, label: `DLH${index}`, category: 'airliner', everyMs: 0 },
    ...{ lon: ((index * 7.3 + round * 0.01) % 360) - 180, lat: ((index * 3.1) % 150) - 75, altM: 10_000 },
    ...{ speedMps: 240, trackDeg: index % 360, headingDeg: undefined, vrateMps: 0, onGround: false },
    ...{ squawk: '1000', x: undefined, source: 'adsb', at, rx: at, flags: [] },
    ...{ atFrom: 'source', provenance: 'measured' },
  };
}

const featureOf = ({ lon, lat, ...properties }: CrepAircraft) => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates: [lon, lat] },
});

function timed(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

const median = (costs: number[]): number => costs.sort((a, b) => a - b)[costs.length >> 1] ?? Number.NaN;

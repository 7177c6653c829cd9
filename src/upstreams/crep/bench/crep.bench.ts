// Records of the map beside a bare JSON.parse of the same bytes, in the same run; and a pass of the orbit worker over 15,000 satellites.
import type { BenchRow } from '../../../../.ci/bench-row.ts';
import { World } from '../../../../server/simulators/crep/world.ts';
import type { SimHost } from '../../../../server/simulators/simulator.ts';
import type { Out } from '../../out.ts';
import { readElements } from '../elements.ts';
import { hintsOf } from '../kinds.ts';
import { OrbitFleet } from '../orbit/fleet.ts';
import { readValue } from '../read.ts';
import { CrepStore } from '../store.ts';

export const needsApp = false;

const START_MS = 1_795_176_000_000;
const ROUNDS = 8;
const COUNTS: Readonly<Record<string, number>> = { aircraft: 30_000, vessels: 30_000, satellites: 15_000 };

export async function bench(): Promise<BenchRow[]> {
  return [
    listRow('aircraft', '/api/oei/flightradar24', 10_000),
    listRow('vessels', '/api/oei/aisstream', 30_000),
    listRow('satellites', '/api/oei/satellites', 900_000),
    steadyRow(),
    orbitRow(),
  ];
}

/** The simulator's answers at several times: everything has moved in between. */
function answers(name: string, stepMs: number): readonly string[] {
  let now = START_MS;
  const host: SimHost = {
    now: () => now,
    random: () => 0.5,
    every: () => () => undefined,
    once: () => () => undefined,
    fault: () => false,
    dial: (dial) => COUNTS[dial] ?? 0,
  };
  const world = new World(host);
  return Array.from({ length: ROUNDS }, (_, round) => {
    now = START_MS + round * stepMs;
    const list =
      name === 'aircraft'
        ? world.aircraftList(undefined, 40_000)
        : name === 'vessels'
          ? world.vesselList(undefined, 40_000)
          : world.satelliteList(15_000);
    return JSON.stringify({ source: 'registry', total: list.length, [name]: list, available: true });
  });
}

const NOWHERE: Out = {
  put: () => undefined,
  remove: () => undefined,
  replace: () => undefined,
  event: () => undefined,
  rows: () => undefined,
  gap: () => undefined,
  count: () => undefined,
};

/** What this process used, ms: on a busy machine the wall clock tells of the others. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

interface Cost {
  readonly parseMs: number;
  readonly allMs: number;
  readonly records: number;
}

/** Parsed alone, then parsed, read, merged and published, in turn for each answer; the first of both warms up. */
function cost(name: string, path: string, stepMs: number): Cost {
  const texts = answers(name, stepMs);
  const store = new CrepStore();
  const hints = hintsOf(path);
  let parseMs = 0;
  let allMs = 0;
  let records = 0;
  texts.forEach((text, round) => {
    const begin = cpuMs();
    JSON.parse(text);
    const parsed = cpuMs();
    const now = START_MS + round * stepMs;
    const reading = readValue(JSON.parse(text), store, NOWHERE, { now, simulated: true, hints, everyMs: stepMs });
    for (const kind of ['aircraft', 'vessel', 'satellite'] as const) store.publish(kind, NOWHERE);
    const end = cpuMs();
    if (round < 2) return;
    parseMs += parsed - begin;
    allMs += end - parsed;
    records += reading.applied + reading.same + reading.late + reading.duplicates;
  });
  return { parseMs, allMs, records };
}

function listRow(name: string, path: string, stepMs: number): BenchRow {
  const { parseMs, allMs, records } = cost(name, path, stepMs);
  return {
    name: `crep ${name}: parsed, read, merged and published`,
    value: records / (allMs / 1_000),
    unit: 'records/s',
    baseline: records / (parseMs / 1_000),
    baselineName: 'JSON.parse alone',
    higherIsBetter: true,
  };
}

/** 30,000 aircraft every 15 s, 30,000 vessels every 30 s, 15,000 satellites every 15 min. */
function steadyRow(): BenchRow {
  const kinds = [
    { ...cost('aircraft', '/api/oei/flightradar24', 15_000), everyMs: 15_000 },
    { ...cost('vessels', '/api/oei/aisstream', 30_000), everyMs: 30_000 },
    { ...cost('satellites', '/api/oei/satellites', 900_000), everyMs: 900_000 },
  ];
  const share = (of: (cost: Cost) => number): number =>
    kinds.reduce((sum, kind) => sum + of(kind) / (ROUNDS - 2) / kind.everyMs, 0) * 100;
  return {
    name: 'crep at design rates',
    value: share(({ allMs }) => allMs),
    unit: '% of a core',
    baseline: share(({ parseMs }) => parseMs),
    baselineName: 'JSON.parse alone',
    budget: 15,
    higherIsBetter: false,
  };
}

function orbitRow(): BenchRow {
  const fleet = new OrbitFleet();
  const [text = '{}'] = answers('satellites', 1);
  for (const item of (JSON.parse(text) as { readonly satellites: readonly Record<string, unknown>[] }).satellites) {
    const read = readElements(item, undefined, undefined);
    if (read !== undefined && 'elements' in read) fleet.put(String(item.noradId), read.elements);
  }
  const rows = new Float32Array(fleet.rows * 3);
  const times: number[] = [];
  for (let pass = 0; pass < 12; pass++) {
    const begin = cpuMs();
    fleet.pass(START_MS + pass * 1_000, rows);
    if (pass >= 2) times.push(cpuMs() - begin);
  }
  times.sort((a, b) => a - b);
  return {
    name: `orbit worker: a pass over ${fleet.size} satellites at 1 Hz`,
    value: (times[Math.floor(times.length / 2)] ?? 0) / 10,
    unit: '% of a core',
    budget: 3,
    higherIsBetter: false,
  };
}

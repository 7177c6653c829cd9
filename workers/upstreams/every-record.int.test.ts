import { test } from 'vitest';
import { startSimulators } from '../../server/simulators/host.ts';
import { SIMULATORS } from '../../server/simulators/registry.ts';
import type { Sourced } from '../../src/contract/upstream/upstream.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';
import { ADAPTERS } from './registry.ts';

const FUTURE_MS = 120_000;
const LOOK_MS = 12_000;

/** How our own asking goes, and figures that have their own form: no `Sourced`. */
const ABOUT_ASKING: Readonly<Record<string, readonly string[]>> = {
  crep: ['sources', 'panels'],
  'mas-scientific': ['service'],
  'mas-topology': ['service'],
  mycorrhizae: ['patterns'],
};

/** What is wrong with what a record says about itself; undefined: nothing. */
function faultOf(record: Partial<Sourced>, now: number): string | undefined {
  const { at, atFrom, rx, source, provenance, flags } = record;
  if (typeof at !== 'number' || !Number.isFinite(at)) return `at ${at}`;
  if (at > now + FUTURE_MS) return `at ${at - now} ms from now`;
  if (atFrom !== 'source' && atFrom !== 'arrival') return `atFrom ${atFrom}`;
  if (typeof rx !== 'number' || !(rx <= now + 1_000)) return `rx ${rx}`;
  if (typeof source !== 'string') return `source ${source}`;
  if (provenance !== 'simulated') return `provenance ${provenance}`;
  if (!Array.isArray(flags) || !flags.every((flag) => typeof flag === 'string')) return `flags ${String(flags)}`;
  return flags.includes('simulated') ? undefined : `flags without "simulated": ${flags.join()}`;
}

// They wait for their simulators, each by itself: all at once.
test.concurrent.for(SIMULATORS)(
  'every record that $slug brings from its simulator says who said it, when, and that it is simulated',
  { timeout: 60_000 },
  async (simulator, { expect, onTestFinished }) => {
    const kind = ADAPTERS.find(({ id }) => id === simulator.slug);
    if (kind === undefined) throw new Error(`no adapter for ${simulator.slug}`);
    const simulators = await startSimulators({ kinds: [simulator] });
    onTestFinished(() => simulators.close());
    const lab = new AdapterLab(kind, simulators.url(simulator.slug));
    onTestFinished(() => lab.close());
    for (const part of Object.keys(kind.parts)) if (!part.endsWith('*')) lab.adapter.demand?.(part, true);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));

    const now = Date.now();
    const faults = new Set<string>();
    let records = 0;
    const look = (part: string, record: object) => {
      if (ABOUT_ASKING[simulator.slug]?.includes(part) === true) return;
      records += 1;
      const fault = faultOf(record, now);
      if (fault !== undefined) faults.add(`${part}: ${fault}`);
    };
    for (const [part, states] of lab.out.states) for (const record of states.values()) look(part, record);
    for (const [part, list] of lab.out.lists) for (const record of list) look(part, record);
    for (const [part, batches] of lab.out.rowsOf) {
      let last = Number.NEGATIVE_INFINITY;
      for (const { series, times, columns, provenance } of batches) {
        if (provenance !== 'simulated') faults.add(`${part}: rows ${provenance}`);
        if (new Set(series).size !== series.length) faults.add(`${part}: a series twice`);
        if (series.some((name) => name.length > 64)) faults.add(`${part}: a long name`);
        if (columns.some(({ length }) => length !== times.length)) faults.add(`${part}: columns of another length`);
        for (const at of times) {
          if (!(at >= last)) faults.add(`${part}: a curve goes back`);
          if (at > now + FUTURE_MS) faults.add(`${part}: a curve in the future`);
          last = at;
        }
      }
    }
    expect([...faults]).toEqual([]);
    expect(records).toBeGreaterThan(0);
  },
);

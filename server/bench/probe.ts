import { runLoad, type Wire } from './load.ts';

/** Publishes a few messages to three subscribers; throws when they do not come back whole. */
export async function probe(wire: Wire): Promise<void> {
  const result = await runLoad(wire, [], { mode: 'rate', rate: 20, subs: 3, warm: 0.1, dur: 0.4 });
  if (result.del_s > 0 && result.lost === 0 && result.gaps === 0 && result.dead === 0) return;
  throw new Error(`A probe of three subscribers failed: ${JSON.stringify(result)}`);
}

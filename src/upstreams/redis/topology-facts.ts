import type { EpochMs } from '../../contract/time.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { timeOf } from '../../decode/message-time.ts';
import type { ReadContext } from '../out.ts';
import { idOf } from './about.ts';

/** What a snapshot of the agents holds, without what each of them is: that is read where topology is at home. */
export interface TopologyFacts {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** Named by an edge, and not among the nodes. */
  readonly dangling: readonly string[];
  readonly at: EpochMs;
  readonly atFrom: 'source' | 'arrival';
}

/** undefined: the far side failed to make one, and what was there before stays. */
export function readTopology(frame: JsonObject, context: ReadContext): TopologyFacts | undefined {
  if (!Array.isArray(frame.nodes)) return undefined;
  const nodes = frame.nodes.flatMap((node) => (isJsonObject(node) ? (idOf(node.id) ?? []) : []));
  const edges = (Array.isArray(frame.edges) ? frame.edges : []).flatMap((edge): (readonly [string, string])[] => {
    const from = isJsonObject(edge) ? idOf(edge.from) : undefined;
    const to = isJsonObject(edge) ? idOf(edge.to) : undefined;
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  const known = new Set(nodes);
  const dangling = new Set(edges.flat().filter((id) => !known.has(id)));
  const at = timeOf(frame.timestamp);
  return {
    nodes,
    edges,
    dangling: [...dangling],
    at: at ?? context.now,
    atFrom: at === undefined ? 'arrival' : 'source',
  };
}

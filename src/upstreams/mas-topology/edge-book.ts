import type { EpochMs } from '../../contract/time.ts';
import {
  BUS_EDGE_KEPT_MS,
  BUS_WINDOW_MS,
  type CategoryRecord,
  type EdgeRecord,
  HUB_AGENT,
} from '../../contract/upstream/mas-topology.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { sourced } from '../mas/sourced.ts';
import type { Out, ReadContext } from '../out.ts';
import type { AgentBook } from './agent-book.ts';

const MAX_BUS_EDGES = 4_000;
const MAX_TYPES = 16;
/** The window moves in steps of this long. */
const SLOT_MS = 5_000;

interface BusEdge {
  readonly from: string;
  readonly to: string;
  /** By slot of {@link SLOT_MS}: how many of each type. At most window ÷ slot + 1 of them. */
  readonly slots: Map<number, Map<string, number>>;
  lastAt: EpochMs;
  sourced: Sourced;
  published: string;
}

const keyOf = (from: string, to: string, kind: EdgeRecord['kind']): string => `${from}>${to}>${kind}`;

/**
 * Who belongs to whom, which follows from the lists and says so, and who was seen talking to whom, which is counted. Nothing is made up:
 * without traffic there are no numbers.
 */
export class EdgeBook {
  #derived = new Map<string, string>();
  readonly #bus = new Map<string, BusEdge>();
  #dependencies: ReadonlySet<string> = new Set();
  #categories = new Map<string, number>();

  /** Hub → category → agent, anew from the agents there are. */
  derive(book: AgentBook, out: Out, context: ReadContext): void {
    const now = new Map<string, string>();
    const counts = new Map<string, number>();
    const edges: [string, EdgeRecord][] = [];
    const from = sourced(context, undefined, 'orchestrator/agents', ['derived'], 'derived');
    const add = (source: string, to: string): void => {
      const key = keyOf(source, to, 'member');
      now.set(key, to);
      if (!this.#derived.has(key)) edges.push([key, memberEdge(source, to, from)]);
    };
    for (const { id, category } of book.entries()) {
      if (category === undefined || id === HUB_AGENT) continue;
      counts.set(category, (counts.get(category) ?? 0) + 1);
      add(`category:${category}`, id);
    }
    for (const category of counts.keys()) add(HUB_AGENT, `category:${category}`);
    const gone = [...this.#derived.keys()].filter((key) => !now.has(key));
    if (gone.length > 0) out.remove('edges', gone);
    for (const [key, edge] of edges) out.put('edges', key, edge);
    this.#derived = now;
    this.#tellCategories(counts, from, out);
  }

  #tellCategories(counts: Map<string, number>, from: Sourced, out: Out): void {
    const gone = [...this.#categories.keys()].filter((id) => !counts.has(id));
    if (gone.length > 0) out.remove('categories', gone);
    for (const [id, agents] of counts) {
      if (this.#categories.get(id) !== agents)
        out.put('categories', id, { ...from, t: 'category', id, agents } satisfies CategoryRecord);
    }
    this.#categories = counts;
  }

  /** One message was seen. Told with the next {@link publish}, since a burst is one change of a drawing. */
  seen(from: string, to: string, type: string, at: Sourced, out: Out): void {
    const key = keyOf(from, to, 'bus');
    let edge = this.#bus.get(key);
    if (edge === undefined) {
      if (this.#bus.size >= MAX_BUS_EDGES) {
        out.count('dropped', 'too-many-edges');
        return;
      }
      edge = { from, to, slots: new Map(), lastAt: at.rx, sourced: at, published: '' };
      this.#bus.set(key, edge);
    }
    edge.lastAt = at.rx;
    edge.sourced = at;
    const slot = Math.floor(at.rx / SLOT_MS);
    const types = edge.slots.get(slot) ?? new Map<string, number>();
    edge.slots.set(slot, types);
    const word = types.has(type) || types.size < MAX_TYPES ? type : 'other';
    types.set(word, (types.get(word) ?? 0) + 1);
  }

  /** What the window holds now, where that changed. */
  publish(now: EpochMs, out: Out): void {
    const oldest = Math.floor((now - BUS_WINDOW_MS) / SLOT_MS);
    for (const [key, edge] of this.#bus) {
      for (const slot of edge.slots.keys()) if (slot <= oldest) edge.slots.delete(slot);
      if (now - edge.lastAt > BUS_EDGE_KEPT_MS) {
        this.#bus.delete(key);
        out.remove('edges', [key]);
        continue;
      }
      const types: Record<string, number> = {};
      let messages = 0;
      for (const slot of edge.slots.values()) {
        for (const [type, count] of slot) {
          types[type] = (types[type] ?? 0) + count;
          messages += count;
        }
      }
      const shown = `${messages} ${JSON.stringify(types)}`;
      if (shown === edge.published) continue;
      edge.published = shown;
      out.put('edges', key, {
        ...edge.sourced,
        t: 'edge',
        from: edge.from,
        to: edge.to,
        kind: 'bus',
        messages,
        windowMs: BUS_WINDOW_MS,
        types,
      } satisfies EdgeRecord);
    }
  }

  /** The edges that the snapshot of a repaired server has; those of the one before are gone. */
  depend(edges: readonly (readonly [from: string, to: string])[], at: Sourced, out: Out): void {
    const now = new Map<string, EdgeRecord>();
    for (const [from, to] of edges.slice(0, MAX_BUS_EDGES))
      now.set(keyOf(from, to, 'depends_on'), { ...memberEdge(from, to, at), kind: 'depends_on' });
    const gone = [...this.#dependencies].filter((key) => !now.has(key));
    if (gone.length > 0) out.remove('edges', gone);
    for (const [key, edge] of now) out.put('edges', key, edge);
    this.#dependencies = new Set(now.keys());
  }
}

const memberEdge = (from: string, to: string, at: Sourced): EdgeRecord => ({
  ...at,
  t: 'edge',
  from,
  to,
  kind: 'member',
  messages: undefined,
  windowMs: undefined,
  types: {},
});

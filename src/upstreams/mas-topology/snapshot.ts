import { withoutAddresses } from '../mas/addresses.ts';
import { countOf, type Fields, idOf, isFields, textOf } from '../mas/fields.ts';
import { sourced } from '../mas/sourced.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { type AgentBook, MAX_AGENTS } from './agent-book.ts';
import { agentStateOf } from './agent-state.ts';
import type { EdgeBook } from './edge-book.ts';
import { logRecord } from './status-stream.ts';

/**
 * The snapshot of `/ws/topology` (§2). Every server of today answers an error, and a mended one an empty list: neither clears anything. Its
 * ids are made anew by each process; the labels are what the rest of MAS calls its agents.
 */
export class SnapshotReader {
  readonly #book: AgentBook;
  readonly #edges: EdgeBook;
  #lastError: string | undefined;

  constructor(book: AgentBook, edges: EdgeBook) {
    this.#book = book;
    this.#edges = edges;
  }

  /** True when it brought something. */
  read(message: Fields, out: Out, context: ReadContext, aside: Out): boolean {
    const nodes = Array.isArray(message.nodes) ? message.nodes : [];
    if (message.error !== undefined || nodes.length === 0) {
      const why = withoutAddresses(textOf(message.error, 200) ?? 'MAS sent a snapshot without agents');
      out.count('unknown', 'snapshot-unavailable', why.slice(0, 60));
      this.#tellOnce(why, aside, context);
      return false;
    }
    this.#lastError = undefined;
    const labels = new Map<string, string>();
    for (const node of nodes.slice(0, MAX_AGENTS)) {
      const label = isFields(node) ? this.#node(node, out, context) : undefined;
      const id = isFields(node) ? idOf(node.id) : undefined;
      if (label === undefined) out.count('dropped', 'snapshot-node');
      else if (id !== undefined) labels.set(id, label);
    }
    this.#edges.depend(
      edgesOf(message.edges, labels, out),
      sourced(context, utcMs(message.timestamp), 'snapshot'),
      out,
    );
    this.#edges.derive(this.#book, out, context);
    return true;
  }

  #node(node: Fields, out: Out, context: ReadContext): string | undefined {
    const label = idOf(node.label);
    if (label === undefined) return undefined;
    const from = sourced(context, undefined, 'snapshot');
    const entry = this.#book.open(label, from, out);
    if (entry === undefined) return undefined;
    entry.category ??= textOf(node.category, 64);
    entry.version = textOf(node.version, 40) ?? entry.version;
    // Heartbeats and the list of REST know the state; the catalogue says it only of those that nobody else speaks of.
    if (!entry.listed && entry.heardAt === undefined) {
      entry.catalogue = true;
      entry.said = textOf(node.status, 64) ?? '';
      entry.state = agentStateOf(entry.said);
      entry.sourced = sourced(context, utcMs(node.last_heartbeat), 'snapshot');
      const capabilities = countOf(node.capabilities);
      entry.description ??= capabilities === undefined ? undefined : `${capabilities} capabilities`;
    }
    this.#book.publish(entry, context.now, out);
    return label;
  }

  #tellOnce(why: string, out: Out, context: ReadContext): void {
    if (why === this.#lastError) return;
    this.#lastError = why;
    out.event('log', logRecord(sourced(context, undefined, 'topology'), 'snapshot', undefined, 'snapshot', why));
  }
}

function edgesOf(edges: unknown, labels: ReadonlyMap<string, string>, out: Out): [string, string][] {
  const found: [string, string][] = [];
  for (const edge of Array.isArray(edges) ? edges : []) {
    const from = isFields(edge) ? idOf(edge.from) : undefined;
    const to = isFields(edge) ? idOf(edge.to) : undefined;
    if (from === undefined || to === undefined) out.count('dropped', 'snapshot-edge');
    // From is an id, to is a label already; a server may one day use the same for both.
    else found.push([labels.get(from) ?? from, labels.get(to) ?? to]);
  }
  return found;
}

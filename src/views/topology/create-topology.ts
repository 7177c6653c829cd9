import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { readKept, writeKept } from '../../components/kept.ts';
import { now } from '../../components/now.ts';
import type { EpochMs } from '../../contract/time.ts';
import {
  type AgentAges,
  type AgentRecord,
  type EdgeRecord,
  type IncidentRecord,
  MAS_TOPOLOGY_PARTS,
  type MasSourceRecord,
  type SystemHealthRecord,
  type TaskRecord,
  type TopologyLogRecord,
} from '../../contract/upstream/mas-topology.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { type ChannelEvents, createEvents } from '../../link/create-events.ts';
import { createSource, type Source } from '../../link/create-source.ts';
import { type ChannelState, createState } from '../../link/create-state.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import type { HubLink } from '../../link/link.ts';
import { whileShown } from '../../link/while-shown.ts';
import type { AgentFacts } from './agent-facts.ts';
import { FactsBook } from './facts-book.ts';
import { GoneBook, readGone } from './gone-book.ts';
import { TrafficBook } from './traffic-book.ts';

export const SLUG = 'mas-topology';
type Part = keyof typeof MAS_TOPOLOGY_PARTS;

/** Who is gone is looked for this often, besides when agents change. */
const GONE_EVERY_MS = 5_000;
const KEEP_LOG = 4_000;
const KEEP_TASKS = 500;

const channelOf = (part: Part) => upstreamChannel(MAS_TOPOLOGY_PARTS[part], SLUG, part);

/** One part of the upstream while somebody sees it. */
export const partState = <R>(link: HubLink, shown: Accessor<boolean>, part: Part): ChannelState<R> =>
  createState<R>(link, whileShown(shown, channelOf(part)), { everyMs: 250 });

/** The agents with everything that belongs to them, while somebody sees them. */
export interface Topology {
  /** Where their heartbeats come from. The lists answer once a minute: that they did is no sign that anybody lives. */
  readonly source: Source;
  readonly ready: Accessor<boolean>;
  readonly facts: Accessor<ReadonlyMap<string, AgentFacts>>;
  readonly edges: Accessor<readonly EdgeRecord[]>;
  readonly newestAt: Accessor<EpochMs | undefined>;
  readonly log: ChannelEvents<TopologyLogRecord>;
  /** Agents that were more than the hub keeps. */
  readonly tooMany: Accessor<number>;
  dismissGone(id: string): void;
}

export function createTopology(link: HubLink, shown: Accessor<boolean>): Topology {
  const source = createSource(createUpstreams(link), SLUG, ['topology', 'agents-status']);
  const agents = partState<AgentRecord>(link, shown, 'agents');
  const ages = partState<AgentAges>(link, shown, 'ages');
  const edges = partState<EdgeRecord>(link, shown, 'edges');
  const lists = partState<MasSourceRecord>(link, shown, 'service');
  const log = createEvents<TopologyLogRecord>(link, whileShown(shown, channelOf('log')), { keep: KEEP_LOG });
  const edgeList = createMemo(() => edges.records.values());
  const trafficBook = new TrafficBook();
  const traffic = createMemo(() => trafficBook.sum(edgeList()));
  const gone = createGone(agents, source, () => lists.records.get('agents')?.available === true);
  const book = new FactsBook();
  return {
    source,
    ready: agents.ready,
    facts: createMemo(() =>
      book.merge(agents.records.values(), ages.records.get('heartbeats'), gone.list(), traffic()),
    ),
    edges: edgeList,
    newestAt: createMemo(() => {
      let newest = ages.records.get('heartbeats')?.rx;
      for (const { rx } of agents.records.values()) if (newest === undefined || rx > newest) newest = rx;
      return newest;
    }),
    log,
    tooMany: () => source.upstream()?.counts['dropped:too-many-agents'] ?? 0,
    dismissGone: gone.dismiss,
  };
}

/** Remembers in this browser who was there; a simulated MAS and a real one apart. */
function createGone(agents: ChannelState<AgentRecord>, source: Source, isListed: Accessor<boolean>) {
  const key = createMemo(() => `hyphae.topology.gone.${source.simulated() ? 'sim' : 'real'}`);
  const [version, touch] = createSignal(0);
  let book = new GoneBook();
  const changed = () => {
    touch((count) => count + 1);
    // Where it cannot be kept, they are remembered for as long as the page lives.
    writeKept(key(), JSON.stringify([...book.gone.values()]));
  };
  const look = () => {
    if (!agents.ready()) return;
    const here = new Map(agents.records.values().map((agent) => [agent.id, agent]));
    if (book.look(here, source.state().is === 'live' && isListed(), Date.now())) changed();
  };
  createEffect(
    on([key, () => source.upstream() !== undefined], ([name, isKnown]) => {
      if (!isKnown) return;
      book = new GoneBook(readGone(readKept(name)));
      touch((count) => count + 1);
    }),
  );
  createEffect(on([agents.records.keys, agents.ready], look));
  const timer = setInterval(look, GONE_EVERY_MS);
  onCleanup(() => clearInterval(timer));
  return {
    list: createMemo(() => {
      version();
      return [...book.gone.values()];
    }),
    dismiss: (id: string) => {
      book.dismiss(id);
      changed();
    },
  };
}

export const createIncidents = (link: HubLink, shown: Accessor<boolean>) =>
  partState<IncidentRecord>(link, shown, 'incidents');
export const createHealth = (link: HubLink, shown: Accessor<boolean>) =>
  partState<SystemHealthRecord>(link, shown, 'health');
export const createLists = (link: HubLink, shown: Accessor<boolean>) =>
  partState<MasSourceRecord>(link, shown, 'service');
export const createTasks = (link: HubLink, shown: Accessor<boolean>) =>
  createEvents<TaskRecord>(link, whileShown(shown, channelOf('tasks')), { keep: KEEP_TASKS });

/** An agent's own records of the log, oldest first; at most the newest hundred. */
export function logOf(log: ChannelEvents<TopologyLogRecord>, id: string | undefined): readonly TopologyLogRecord[] {
  log.version();
  const found: TopologyLogRecord[] = [];
  for (let index = log.list.length - 1; index >= 0 && found.length < 100; index -= 1) {
    const entry = log.list.at(index);
    if (entry?.is === 'record' && (id === undefined || entry.record.agentId === id)) found.push(entry.record);
  }
  return found.reverse();
}

/** The page's clock in steps, for what need not be counted anew each second. */
export const nowInSteps = (stepMs: number): Accessor<EpochMs> => createMemo(() => Math.floor(now() / stepMs) * stepMs);

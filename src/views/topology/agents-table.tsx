import { createSignal, type JSX } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { type DataColumn, DataTable } from '../../components/data-table.tsx';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import type { TableSort } from '../../components/sort-rows.ts';
import { topology as words } from '../../i18n/topology.ts';
import { type AgentFacts, isTroubled, loudnessRank, missedHeartbeats } from './agent-facts.ts';
import { StateWord } from './state-word.tsx';

const { table } = words;
const count = (value: number | undefined): string => (value === undefined ? '–' : formatCount(value));
const rate = (value: number | undefined): string => (value === undefined ? '–' : words.agent.perMin(value));

const COLUMNS: readonly DataColumn<AgentFacts>[] = [
  {
    id: 'state',
    title: table.state,
    width: 'minmax(124px, 1fr)',
    sortBy: loudnessRank,
    cell: ({ agent, goneSince }) => (
      <StateWord state={agent.state} life={agent.life} isGone={goneSince !== undefined} />
    ),
  },
  {
    id: 'agent',
    title: table.agent,
    width: 'minmax(140px, 2fr)',
    sortBy: ({ agent }) => agent.name,
    cell: ({ agent }) => <span title={agent.id}>{agent.name}</span>,
  },
  {
    id: 'why',
    title: table.why,
    width: 'minmax(140px, 3fr)',
    sortBy: ({ agent }) => agent.lastError ?? agent.why,
    cell: ({ agent }) => <span title={agent.lastError ?? agent.why}>{agent.lastError ?? agent.why ?? '–'}</span>,
  },
  {
    id: 'heard',
    title: table.heard,
    width: '96px',
    align: 'right',
    sortBy: ({ heardAt }) => heardAt,
    cell: ({ heardAt }) => <span>{heardAt === undefined ? table.never : ageWords(Math.max(0, now() - heardAt))}</span>,
  },
  {
    id: 'missed',
    title: table.missed,
    width: '80px',
    align: 'right',
    sortBy: ({ heardAt }) => missedHeartbeats(heardAt, Date.now()),
    cell: ({ heardAt }) => <span>{count(missedHeartbeats(heardAt, now()))}</span>,
  },
  {
    id: 'errors',
    title: table.errors,
    width: '112px',
    align: 'right',
    sortBy: ({ agent }) => agent.metrics?.consecutiveErrors,
    cell: ({ agent }) => count(agent.metrics?.consecutiveErrors),
  },
  {
    id: 'tasks',
    title: table.tasks,
    width: '104px',
    align: 'right',
    sortBy: ({ agent }) => agent.metrics?.tasksCompleted,
    cell: ({ agent }) => `${count(agent.metrics?.tasksCompleted)} / ${count(agent.metrics?.tasksFailed)}`,
  },
  {
    id: 'in',
    title: table.inPerMin,
    width: '80px',
    align: 'right',
    sortBy: ({ inPerMin }) => inPerMin,
    cell: ({ inPerMin }) => rate(inPerMin),
  },
  {
    id: 'out',
    title: table.outPerMin,
    width: '80px',
    align: 'right',
    sortBy: ({ outPerMin }) => outPerMin,
    cell: ({ outPerMin }) => rate(outPerMin),
  },
  {
    id: 'category',
    title: table.category,
    width: 'minmax(96px, 1fr)',
    sortBy: ({ agent }) => agent.category,
    cell: ({ agent }) => agent.category ?? '–',
  },
];

/** The same agents as in the graph, those in trouble first. */
export function AgentsTable(props: {
  readonly agents: readonly AgentFacts[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}): JSX.Element {
  const [sort, setSort] = createSignal<TableSort | undefined>({ column: 'state', down: false });
  return (
    <div class="topology-table">
      <DataTable
        label={table.label}
        columns={COLUMNS}
        rows={props.agents}
        rowKey={({ id }) => id}
        sort={sort()}
        onSort={setSort}
        selected={props.selected}
        onSelect={props.onSelect}
        rowClass={(facts) => (facts.goneSince !== undefined ? 'is-gone' : isTroubled(facts) ? 'is-troubled' : '')}
      />
    </div>
  );
}

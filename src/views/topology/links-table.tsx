import { createMemo, createSignal, type JSX } from 'solid-js';
import { type DataColumn, DataTable } from '../../components/data-table.tsx';
import type { TableSort } from '../../components/sort-rows.ts';
import type { EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { perMinute } from './agent-facts.ts';

const { table } = words;
const typesOf = ({ types }: EdgeRecord): string =>
  Object.entries(types)
    .map(([type, count]) => `${type} ${count}`)
    .join(', ');

const COLUMNS: readonly DataColumn<EdgeRecord>[] = [
  { id: 'from', title: table.from, width: 'minmax(120px, 2fr)', sortBy: ({ from }) => from, cell: ({ from }) => from },
  {
    id: 'to',
    title: table.to,
    width: 'minmax(120px, 2fr)',
    sortBy: ({ to }) => to,
    cell: ({ from, to }) => (from === to ? table.self : to),
  },
  {
    id: 'kind',
    title: table.kind,
    width: 'minmax(110px, 1fr)',
    sortBy: ({ kind }) => kind,
    cell: ({ kind }) => words.edgeKinds[kind] ?? kind,
  },
  {
    id: 'rate',
    title: table.perMin,
    width: '80px',
    align: 'right',
    sortBy: perMinute,
    cell: (edge) => {
      const rate = perMinute(edge);
      return rate === undefined ? '–' : words.agent.perMin(rate);
    },
  },
  {
    id: 'types',
    title: table.types,
    width: 'minmax(120px, 2fr)',
    sortBy: typesOf,
    cell: (edge) => <span title={typesOf(edge)}>{typesOf(edge) || '–'}</span>,
  },
];

/** The links of the graph as rows, those with most traffic first. Shares the filter of kinds with the graph. */
export function LinksTable(props: { readonly edges: readonly EdgeRecord[] }): JSX.Element {
  const [sort, setSort] = createSignal<TableSort | undefined>({ column: 'rate', down: true });
  const rows = createMemo(() => props.edges);
  return (
    <div class="topology-table">
      <DataTable
        label={table.linksLabel}
        columns={COLUMNS}
        rows={rows()}
        rowKey={({ from, to, kind }) => `${from}>${to}>${kind}`}
        sort={sort()}
        onSort={setSort}
      />
    </div>
  );
}

import { createMemo, createSignal, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { type DataColumn, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import type { TableSort } from '../../components/sort-rows.ts';
import type { CrepRecord } from '../../contract/upstream/crep.ts';
import { t } from '../../i18n/en.ts';
import { map as words } from '../../i18n/map.ts';
import { nameOf } from './entity-words.ts';
import { isFound } from './filter.ts';
import type { MapPaneProps } from './layers.tsx';
import { unitText } from './units.ts';

const MOST_ROWS = 20_000;

/** A row holds what it showed when it was made: records change in place, and a table must not change under a reader's finger. */
interface Row {
  readonly key: string;
  readonly it: CrepRecord;
  readonly altM: number | undefined;
  readonly speedMps: number | undefined;
}

/** What the map shows, as a table: the same filters, the same choice. */
export function EntityTable(props: MapPaneProps): JSX.Element {
  const [sort, setSort] = createSignal<TableSort>();
  const found = createMemo(() => {
    now();
    props.map.tick();
    const { rows, more } = props.map.data.inView(props.map.view(), MOST_ROWS);
    const { find } = props.address;
    const wanted = find === '' ? rows : rows.filter((it) => isFound(find, it));
    return {
      more,
      rows: wanted.map(
        (it): Row => ({
          ...{ key: it.key, it },
          altM:
            it.kind === 'satellite'
              ? (props.map.data.satellites.get(it.key)?.heightKm ?? 0) * 1_000 || undefined
              : 'altM' in it
                ? it.altM
                : undefined,
          speedMps: 'speedMps' in it ? it.speedMps : undefined,
        }),
      ),
    };
  });
  const columns = (): readonly DataColumn<Row>[] => [
    {
      id: 'name',
      title: words.col.name,
      width: 'minmax(120px, 2fr)',
      cell: ({ it }) => (
        <>
          {nameOf(it)}{' '}
          <Show when={t.common.provenanceTag[it.provenance]}>{(tag) => <span class="tag">{tag()}</span>}</Show>
        </>
      ),
      sortBy: ({ it }) => nameOf(it),
    },
    {
      id: 'kind',
      title: words.col.kind,
      width: '92px',
      cell: ({ it }) => words.kinds[it.kind],
      sortBy: ({ it }) => it.kind,
    },
    {
      id: 'category',
      title: words.col.category,
      width: 'minmax(80px, 1fr)',
      cell: ({ it }) => it.category,
      sortBy: ({ it }) => it.category,
    },
    {
      id: 'altitude',
      title: words.col.altitude,
      width: '96px',
      align: 'right',
      cell: ({ altM, it }) => unitText(altM, it.kind === 'satellite' ? 'distance' : 'height', props.address.units),
      sortBy: ({ altM }) => altM,
    },
    {
      id: 'speed',
      title: words.col.speed,
      width: '92px',
      align: 'right',
      cell: ({ speedMps }) => unitText(speedMps, 'speed', props.address.units),
      sortBy: ({ speedMps }) => speedMps,
    },
    {
      id: 'source',
      title: words.col.source,
      width: 'minmax(70px, 1fr)',
      cell: ({ it }) => it.source,
      sortBy: ({ it }) => it.source,
    },
    {
      id: 'age',
      title: words.col.age,
      width: '72px',
      align: 'right',
      cell: ({ it }) => ageWords(Math.max(0, now() - it.at)),
      sortBy: ({ it }) => -it.at,
    },
  ];
  return (
    <section class="map-table" aria-label={words.table}>
      <Show when={found().rows.length > 0} fallback={<EmptyState title={words.empty.title} text={words.empty.text} />}>
        <DataTable
          label={words.table}
          columns={columns()}
          rows={found().rows}
          rowKey={(row) => row.key}
          sort={sort()}
          onSort={setSort}
          selected={props.address.sel}
          onSelect={(sel) => props.change({ sel: sel === props.address.sel ? undefined : sel })}
        />
      </Show>
      <Show when={found().more > 0}>
        <p class="soft small">{words.status.tooMany(formatCount(found().more))}</p>
      </Show>
    </section>
  );
}

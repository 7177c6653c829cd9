import { createSignal, type JSX, Show } from 'solid-js';
import { type DataColumn, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import type { TableSort } from '../../components/sort-rows.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { ListFilter } from './list-filter.tsx';
import type { PaneProps } from './pane.ts';

interface LabListProps<R> extends PaneProps {
  readonly label: string;
  readonly columns: readonly DataColumn<R>[];
  readonly rows: readonly R[];
  /** How many there are without the filter. */
  readonly all: number;
  readonly states: readonly (keyof typeof words.state)[];
  readonly rowPx?: number;
  readonly rowClass?: (row: R) => string;
}

/** A table of the lab with its search; choosing a row looks into it. */
export function LabList<R extends { readonly id: string }>(props: LabListProps<R>): JSX.Element {
  const [sort, setSort] = createSignal<TableSort>();
  return (
    <div class="lab-list">
      <ListFilter
        find={props.address.find}
        state={props.address.state}
        states={props.states}
        shown={props.rows.length}
        all={props.all}
        onChange={props.change}
      />
      <Show
        when={props.rows.length > 0}
        fallback={
          <EmptyState title={words.nothingFound.title} text={words.nothingFound.text}>
            <button type="button" class="button" onClick={() => props.change({ find: '', state: undefined })}>
              {words.nothingFound.clear}
            </button>
          </EmptyState>
        }
      >
        <div class="lab-table" style={{ '--rows': Math.min(props.rows.length, 9), '--px': `${props.rowPx ?? 44}px` }}>
          <DataTable
            label={props.label}
            columns={props.columns}
            rows={props.rows}
            rowKey={(row) => row.id}
            sort={sort()}
            onSort={setSort}
            selected={props.address.sel}
            onSelect={(sel) => props.change({ sel: sel === props.address.sel ? undefined : sel })}
            rowPx={props.rowPx ?? 44}
            {...(props.rowClass && { rowClass: props.rowClass })}
          />
        </div>
      </Show>
    </div>
  );
}

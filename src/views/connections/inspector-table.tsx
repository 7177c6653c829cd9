import { type Accessor, createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import type { EpochMs } from '../../contract/time.ts';
import { connections as words } from '../../i18n/connections.ts';
import { t } from '../../i18n/en.ts';
import { createColumns } from './create-columns.ts';
import { RowCells } from './inspector-row.tsx';
import type { RateBook } from './rate-book.ts';
import type { InspectorRow } from './row.ts';
import { RowDetail } from './row-detail.tsx';
import type { ShownRow } from './rows.ts';
import type { SortBy } from './state.ts';

/** Column → what it sorts by; the transport sorts by nothing. */
const COLUMNS = ['name', 'trouble', 'transport', 'records', 'bytes', 'age', 'latency', 'losses', 'subs'] as const;

export interface InspectorTableProps {
  readonly shown: readonly ShownRow[];
  readonly now: EpochMs;
  readonly rates: RateBook;
  readonly sort: SortBy;
  readonly open: string | undefined;
  readonly onSort: (sort: SortBy) => void;
  readonly onOpen: (row: string | undefined) => void;
  readonly onMessages: (of: string) => void;
}

const keyOf = (shown: ShownRow): string => (shown.is === 'group' ? `group:${shown.group}` : shown.row.id);

/** One table for everything; rows keep their place in the page while their numbers change. */
export function InspectorTable(props: InspectorTableProps): JSX.Element {
  let body: HTMLTableSectionElement | undefined;
  const span = createColumns();
  const keys = createMemo(() => props.shown.map(keyOf));
  const byKey = createMemo(() => new Map(props.shown.map((one) => [keyOf(one), one])));
  const rowKeys = createMemo(() => props.shown.flatMap((one) => (one.is === 'row' ? [one.row.id] : [])));
  /** The one row that Tab leads to. */
  const [focused, setFocused] = createSignal<string>();
  const tabStop = createMemo(() => {
    const wanted = focused() ?? props.open;
    return wanted !== undefined && rowKeys().includes(wanted) ? wanted : rowKeys()[0];
  });

  const focusRow = (id: string | undefined) => {
    if (id === undefined) return;
    setFocused(id);
    body?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(id)}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const id = (event.target as HTMLElement).dataset.row;
    if (id === undefined) return;
    const all = rowKeys();
    const at = all.indexOf(id);
    const isOpen = props.open === id;
    const parent = id.startsWith('line:')
      ? props.shown.find((one) => one.is === 'row' && one.row.id === id)
      : undefined;
    if (event.key === 'ArrowDown') focusRow(all[at + 1]);
    else if (event.key === 'ArrowUp') focusRow(all[at - 1]);
    else if (event.key === 'Home') focusRow(all[0]);
    else if (event.key === 'End') focusRow(all.at(-1));
    else if (event.key === 'Enter' || event.key === ' ') props.onOpen(isOpen ? undefined : id);
    else if (event.key === 'ArrowRight') props.onOpen(id);
    else if (event.key === 'ArrowLeft' && isOpen) props.onOpen(parent?.is === 'row' ? parent.row.parent : undefined);
    else if (event.key === 'ArrowLeft' && parent?.is === 'row') focusRow(parent.row.parent);
    else return;
    event.preventDefault();
  };

  return (
    <div class="inspector-scroll">
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows open and have one focus among them */}
      <table class="inspector" role="treegrid" aria-label={words.table}>
        <thead>
          <tr>
            <For each={COLUMNS}>
              {(column) => (
                <th
                  scope="col"
                  class={`head-${column}`}
                  aria-sort={column === props.sort ? (column === 'name' ? 'ascending' : 'descending') : 'none'}
                >
                  <Show when={column !== 'transport' && column} fallback={words.columns.transport}>
                    {(sort) => (
                      <button
                        type="button"
                        class="head-button"
                        title={words.columnHints[sort()]}
                        onClick={() => props.onSort(sort())}
                      >
                        {words.columns[sort()]}
                        <span aria-hidden="true">{props.sort === sort() ? ' ▾' : ''}</span>
                      </button>
                    )}
                  </Show>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody
          ref={body}
          onKeyDown={onKey}
          onFocusIn={(event) => setFocused((event.target as HTMLElement).dataset.row ?? focused())}
        >
          <For each={keys()}>
            {(key) => (
              <TableEntry
                entry={() => byKey().get(key)}
                now={props.now}
                rates={props.rates}
                open={props.open === key}
                tabStop={tabStop() === key}
                onOpen={() => props.onOpen(props.open === key ? undefined : key)}
                onMessages={props.onMessages}
                span={span()}
              />
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

interface TableEntryProps {
  readonly entry: Accessor<ShownRow | undefined>;
  readonly now: EpochMs;
  readonly rates: RateBook;
  readonly open: boolean;
  readonly tabStop: boolean;
  readonly onOpen: () => void;
  readonly onMessages: (of: string) => void;
  readonly span: number;
}

function TableEntry(props: TableEntryProps): JSX.Element {
  // On its way out it shows what it had.
  const entry = createMemo<ShownRow | undefined>((before) => props.entry() ?? before);
  const group = () => {
    const one = entry();
    return one?.is === 'group' ? one : undefined;
  };
  const shown = () => {
    const one = entry();
    return one?.is === 'row' ? one : undefined;
  };
  return (
    <Show
      when={shown()}
      fallback={
        <Show when={group()}>
          {(head) => (
            <tr class="group" aria-level="1">
              <th scope="rowgroup" colSpan={props.span}>
                {words.groups[head().group]} <span class="soft">{head().count}</span>
              </th>
            </tr>
          )}
        </Show>
      }
    >
      {(one) => (
        <>
          <tr
            class="entry"
            classList={{ child: one().level === 2 }}
            data-row={one().row.id}
            data-state={one().row.state.is}
            aria-level={one().level + 1}
            aria-expanded={props.open}
            tabIndex={props.tabStop ? 0 : -1}
            onClick={props.onOpen}
          >
            <NameCell row={one().row} open={props.open} />
            <RowCells row={one().row} now={props.now} rates={props.rates} />
          </tr>
          <Show when={props.open}>
            <tr class="detail" aria-level={one().level + 2} data-detail={one().row.id}>
              <td colSpan={props.span}>
                <RowDetail row={one().row} now={props.now} onMessages={props.onMessages} />
              </td>
            </tr>
          </Show>
        </>
      )}
    </Show>
  );
}

function NameCell(props: { readonly row: InspectorRow; readonly open: boolean }): JSX.Element {
  return (
    <th scope="row" class="cell-name" title={`${props.row.name} ${props.row.note}`}>
      <span class="cell-fold" aria-hidden="true">
        {props.open ? '▾' : '▸'}
      </span>
      <span class="cell-title">{props.row.name}</span>
      <Show when={props.row.simulated}>
        <span class="tag" title={t.common.provenance.simulated}>
          {t.common.provenanceTag.simulated}
        </span>
      </Show>
      <Show when={props.row.parent === undefined}>
        <span class="cell-note">{props.row.note}</span>
      </Show>
    </th>
  );
}

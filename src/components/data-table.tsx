import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  onCleanup,
  onMount,
  Show,
  untrack,
} from 'solid-js';
import { panels as words } from '../i18n/panels.ts';
import { nextSort, type SortValue, sortRows, type TableSort } from './sort-rows.ts';
import { visibleWindow } from './visible-window.ts';
import './data-table.css';

export interface DataColumn<R> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid: `minmax(120px, 2fr)`, `90px`. Default `minmax(80px, 1fr)`. */
  readonly width?: string;
  /** Numbers stand at the right, so that their digits are below each other. */
  readonly align?: 'right';
  readonly cell: (row: R) => JSX.Element;
  /** The cell depends on the row's key alone and is made once: what is in it keeps its focus while the row changes. */
  readonly once?: boolean;
  /** Without it the column cannot be sorted by. */
  readonly sortBy?: (row: R) => SortValue;
}

export interface DataTableProps<R> {
  readonly label: string;
  readonly columns: readonly DataColumn<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string;
  readonly sort: TableSort | undefined;
  readonly onSort: (sort: TableSort | undefined) => void;
  readonly selected?: string | undefined;
  /** Enter, Space or a click on a row. */
  readonly onSelect?: (key: string) => void;
  /** More classes of a row, by what it is: `troubled`. */
  readonly rowClass?: (row: R) => string;
  /** Height of a row, px. Default 36, 44 on touch screens. */
  readonly rowPx?: number;
}

const PAGE_ROWS = 10;

/** A long list in columns: only rows in sight exist. Sorted by pressing a head; walked with the arrow keys. */
export function DataTable<R>(props: DataTableProps<R>): JSX.Element {
  const id = createUniqueId();
  let body: HTMLDivElement | undefined;
  const [scrollPx, setScrollPx] = createSignal(0);
  const [heightPx, setHeightPx] = createSignal(400);
  const [activeKey, setActiveKey] = createSignal<string>();
  const isTouch = matchMedia('(pointer: coarse)').matches;
  const rowPx = () => props.rowPx ?? (isTouch ? 44 : 36);

  const sorted = createMemo(() => {
    const { sort } = props;
    const by = props.columns.find((column) => column.id === sort?.column)?.sortBy;
    return sort === undefined || by === undefined ? props.rows : sortRows(props.rows, by, sort.down);
  });
  const inSight = createMemo(() => visibleWindow(sorted().length, rowPx(), scrollPx(), heightPx()));
  const shown = createMemo(() => sorted().slice(inSight().first, inSight().end));
  // Rows are their keys: a record that changes ten times a second must not be another element under somebody's finger each time.
  const shownKeys = createMemo(() => shown().map((row) => props.rowKey(row)));
  const byKey = createMemo(() => new Map(shown().map((row) => [props.rowKey(row), row])));
  const activeIndex = createMemo(() => sorted().findIndex((row) => props.rowKey(row) === activeKey()));
  const tracks = () => props.columns.map(({ width }) => width ?? 'minmax(80px, 1fr)').join(' ');
  const rowId = (index: number) => `${id}-${index}`;

  const goTo = (index: number) => {
    const row = sorted()[Math.max(0, Math.min(sorted().length - 1, index))];
    if (row === undefined || body === undefined) return;
    setActiveKey(props.rowKey(row));
    const top = sorted().indexOf(row) * rowPx();
    if (top < body.scrollTop) body.scrollTop = top;
    else if (top + rowPx() > body.scrollTop + body.clientHeight) body.scrollTop = top + rowPx() - body.clientHeight;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = activeIndex();
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(at + 1),
      ArrowUp: () => goTo(at < 0 ? 0 : at - 1),
      PageDown: () => goTo(at + PAGE_ROWS),
      PageUp: () => goTo(at - PAGE_ROWS),
      Home: () => goTo(0),
      End: () => goTo(sorted().length - 1),
      Enter: () => select(at),
      ' ': () => select(at),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    step();
  };
  const select = (index: number) => {
    const row = sorted()[index];
    if (row !== undefined) props.onSelect?.(props.rowKey(row));
  };

  onMount(() => {
    if (body === undefined) return;
    const resize = new ResizeObserver(([entry]) => setHeightPx(entry?.contentRect.height || 400));
    resize.observe(body);
    onCleanup(() => resize.disconnect());
  });
  createEffect(() => {
    if (props.selected !== undefined) setActiveKey(props.selected);
  });

  return (
    <div class="data-table" style={{ '--columns': tracks(), '--row': `${rowPx()}px` }}>
      <div ref={body} class="data-body" onScroll={(event) => setScrollPx(event.currentTarget.scrollTop)}>
        <table
          class="data-grid"
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid made of table elements, as WAI-ARIA has it
          role="grid"
          tabIndex={0}
          aria-label={props.label}
          aria-rowcount={sorted().length + 1}
          aria-colcount={props.columns.length}
          aria-activedescendant={
            activeIndex() >= inSight().first && activeIndex() < inSight().end ? rowId(activeIndex()) : undefined
          }
          onKeyDown={onKey}
          onClick={(event) => {
            const key = (event.target as Element).closest<HTMLElement>('tr[data-key]')?.dataset.key;
            if (key === undefined) return;
            setActiveKey(key);
            props.onSelect?.(key);
          }}
        >
          <thead class="data-head">
            <tr class="data-row" aria-rowindex={1}>
              <For each={props.columns}>
                {(column) => {
                  const sort = () => (props.sort?.column === column.id ? props.sort : undefined);
                  return (
                    <th
                      class="data-cell"
                      classList={{ right: column.align === 'right' }}
                      scope="col"
                      aria-sort={sort() === undefined ? 'none' : sort()?.down ? 'descending' : 'ascending'}
                    >
                      <Show when={column.sortBy} fallback={column.title}>
                        <button
                          type="button"
                          class="data-sort"
                          title={words.table.sortBy(column.title)}
                          onClick={() => props.onSort(nextSort(props.sort, column.id))}
                        >
                          {column.title}
                          <span aria-hidden="true" class="data-arrow">
                            {sort() === undefined ? '' : sort()?.down ? ' ↓' : ' ↑'}
                          </span>
                        </button>
                      </Show>
                    </th>
                  );
                }}
              </For>
            </tr>
          </thead>
          <tbody class="data-space" style={{ height: `${sorted().length * rowPx()}px` }}>
            <For each={shownKeys()}>
              {(key, index) => {
                const at = () => inSight().first + index();
                const first = untrack(() => byKey().get(key));
                if (first === undefined) return undefined;
                let last = first;
                const row = createMemo(() => {
                  last = byKey().get(key) ?? last;
                  return last;
                });
                return (
                  <tr
                    class={`data-row ${props.rowClass?.(row()) ?? ''}`}
                    classList={{ active: at() === activeIndex(), selected: key === props.selected }}
                    id={rowId(at())}
                    aria-rowindex={at() + 2}
                    aria-selected={key === props.selected}
                    data-key={key}
                    style={{ transform: `translateY(${at() * rowPx()}px)` }}
                  >
                    <For each={props.columns}>
                      {(column) => (
                        <td class="data-cell" classList={{ right: column.align === 'right' }}>
                          {column.once ? untrack(() => column.cell(first)) : column.cell(row())}
                        </td>
                      )}
                    </For>
                  </tr>
                );
              }}
            </For>
          </tbody>
        </table>
      </div>
    </div>
  );
}

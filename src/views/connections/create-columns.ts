import { type Accessor, createSignal, onCleanup } from 'solid-js';

/** The same widths as in the style sheet, and how many columns are left there. */
const WIDTHS = [
  { query: '(max-width: 700px)', columns: 3 },
  { query: '(max-width: 1100px)', columns: 6 },
] as const;
const ALL = 9;

/** How many columns the table has at this width of the page: a cell that spans more would make new ones. */
export function createColumns(): Accessor<number> {
  const queries = WIDTHS.map(({ query, columns }) => ({ media: matchMedia(query), columns }));
  const read = () => queries.find(({ media }) => media.matches)?.columns ?? ALL;
  const [columns, setColumns] = createSignal<number>(read());
  const ending = new AbortController();
  for (const { media } of queries)
    media.addEventListener('change', () => setColumns(read()), { signal: ending.signal });
  onCleanup(() => ending.abort());
  return columns;
}

import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount, Show } from 'solid-js';
import { EmptyState } from '../../components/empty-state.tsx';
import { connections as words } from '../../i18n/connections.ts';
import { copyText } from './act-on.ts';
import { ConnectionsMap } from './connections-map.tsx';
import { createFacts } from './create-facts.ts';
import { makeDiagnosis } from './diagnosis.ts';
import { InspectorTable } from './inspector-table.tsx';
import type { PaneProps } from './pane.ts';
import { RateBook } from './rate-book.ts';
import { allRows, shownRows } from './rows.ts';
import { ROW_SHAPES } from './state-words.ts';
import { verdictOf } from './verdict.ts';

/** One sentence, one drawing, one table. */
export function Overview(props: PaneProps): JSX.Element {
  const { facts, ready } = createFacts();
  const rates = new RateBook();
  const rows = createMemo(() => allRows(facts()));
  const now = () => facts().now;
  /** Grows with every tick of the rates: who shows one reads it. */
  const [noted, setNoted] = createSignal(0);
  createEffect(
    on(now, (at) => {
      for (const row of rows()) rates.note(row.id, at, row.records, row.bytes);
      rates.forget(at);
      setNoted(at);
    }),
  );
  const shown = createMemo(() => {
    noted();
    const { find, sort, everyLine, row } = props.address;
    return shownRows(rows(), { find, sort, everyLine, open: row }, rates);
  });
  const verdict = createMemo(() => verdictOf(rows(), now()));
  const upstreams = () => facts().upstreams.length;
  /** Redis is invented by the server itself, without switches. */
  const hasSwitches = () => facts().upstreams.some(({ id, simulated }) => simulated && id !== 'redis');

  const openRow = (row: string | undefined) => props.change({ row });
  const openFromMap = (row: string) => {
    props.change({ row, find: '' });
    // The row is in the page after this turn.
    queueMicrotask(() =>
      document.querySelector(`[data-row="${CSS.escape(row)}"]`)?.scrollIntoView({ block: 'nearest' }),
    );
  };
  const copyAll = () =>
    void copyText(
      makeDiagnosis(words.everything, facts(), { build: __BUILD__, now: Date.now(), browser: navigator.userAgent }),
      words.copied(words.everything),
    );

  let findField: HTMLInputElement | undefined;
  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || (event.target as HTMLElement | null)?.matches('input, select, textarea')) return;
      event.preventDefault();
      findField?.focus();
    };
    window.addEventListener('keydown', onKey);
    onCleanup(() => window.removeEventListener('keydown', onKey));
  });

  return (
    <div class="overview">
      <div class="overview-bar">
        <p class={`verdict ${verdict().is}`} data-verdict={verdict().is}>
          <span aria-hidden="true">{ROW_SHAPES[verdict().is]}</span>
          <span>{ready() ? verdict().text : words.verdict.waiting}</span>
        </p>
        <button
          type="button"
          class="button drawing-button"
          aria-pressed={props.address.drawing}
          onClick={() => props.change({ drawing: !props.address.drawing })}
        >
          {words.drawing}
        </button>
      </div>
      <Show when={ready() && upstreams() === 0}>
        <EmptyState title={words.empty.title} text={words.empty.text}>
          <p>{facts().server.is === 'away' ? words.empty.away : words.empty.do}</p>
          <button type="button" class="button primary" onClick={() => props.change({ tab: 'add' })}>
            {words.empty.add}
          </button>
        </EmptyState>
      </Show>
      <Show when={props.address.drawing}>
        <ConnectionsMap
          facts={facts()}
          rows={rows()}
          rates={rates}
          now={noted()}
          open={props.address.row}
          onOpen={openFromMap}
        />
      </Show>
      <div class="overview-bar">
        <input
          ref={findField}
          class="field"
          type="search"
          aria-label={words.find}
          placeholder={words.find}
          value={props.address.find}
          onInput={(event) => props.change({ find: event.currentTarget.value })}
        />
        <button
          type="button"
          class="button"
          data-do="every-line"
          aria-pressed={props.address.everyLine}
          onClick={() => props.change({ everyLine: !props.address.everyLine })}
        >
          {words.everyLine}
        </button>
        <button type="button" class="button quiet" data-do="copy-all" onClick={copyAll}>
          {words.copyAll}
        </button>
        <Show when={hasSwitches()}>
          <a class="button quiet" href="/simulators" rel="external" target="_self">
            {words.simulators}
          </a>
        </Show>
      </div>
      <Show
        when={shown().length > 0}
        fallback={
          <Show when={props.address.find !== ''}>
            <p class="row nothing-found">
              {words.nothingFound}
              <button type="button" class="button" onClick={() => props.change({ find: '' })}>
                {words.showAll}
              </button>
            </p>
          </Show>
        }
      >
        <InspectorTable
          shown={shown()}
          now={noted()}
          rates={rates}
          sort={props.address.sort}
          open={props.address.row}
          onSort={(sort) => props.change({ sort })}
          onOpen={openRow}
          onMessages={(of) => props.change({ tab: 'messages', of })}
        />
      </Show>
      <Show when={facts().server.is !== 'known' && words.serverIs[facts().server.is]}>
        {(why) => (
          <p class="soft server-note" data-server={facts().server.is}>
            {why()}
          </p>
        )}
      </Show>
    </div>
  );
}

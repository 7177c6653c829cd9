import { useSearchParams } from '@solidjs/router';
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { boardName } from '../../components/board-state.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { saveFile } from '../../components/save-file.ts';
import { showToast } from '../../components/toasts.tsx';
import type { BoardStatus } from '../../contract/board-status.ts';
import { boardChannel } from '../../contract/channel.ts';
import type { ConsoleRecord } from '../../contract/console-record.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import { consoleWords as words } from '../../i18n/console.ts';
import { t } from '../../i18n/en.ts';
import { createEvents } from '../../link/create-events.ts';
import { createState } from '../../link/create-state.ts';
import { useLink } from '../../link/link-context.ts';
import { LINE_KINDS, makeLineTest } from './console-lines.ts';
import { ConsoleList } from './console-list.tsx';
import { ConsoleRows } from './console-rows.ts';
import { linesAsText } from './export-lines.ts';
import { SendLine } from './send-line.tsx';
import { type ConsoleAddress, readConsoleAddress, writeConsoleAddress } from './state.ts';
import './console-view.css';

/** Everything a board said and was told, byte for byte, with its losses in their places. */
export function ConsoleView(): JSX.Element {
  const link = useLink();
  const boards = createState<BoardStatus>(link, () => 'boards');
  const relay = createState<RelayStatus>(link, () => 'relay');
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readConsoleAddress(search));
  const change = (part: Partial<ConsoleAddress>) =>
    setSearch(writeConsoleAddress({ ...address(), ...part }), { replace: true, scroll: false });
  const boardId = createMemo(() => address().board ?? boards.records.keys()[0]);
  const board = () => boards.records.get(boardId() ?? '');
  const channel = createMemo(() => {
    const id = boardId();
    return id === undefined ? undefined : boardChannel(id, 'console');
  });
  const log = createEvents<ConsoleRecord>(link, channel);

  const [follow, setFollow] = createSignal(true);
  const [unfolded, setUnfolded] = createSignal<ReadonlySet<number>>(new Set());
  const [from, setFrom] = createSignal(0);
  const [version, setVersion] = createSignal(0);
  const [counts, setCounts] = createSignal({ shown: 0, all: 0, trimmed: 0, waiting: 0 });
  const filter = createMemo(() => makeLineTest(address()));
  const model = new ConsoleRows();
  let pausedAt = 0;

  let madeFrom: readonly unknown[] = [];
  const refresh = () => {
    log.version();
    const madeOf = [filter(), address(), unfolded(), channel(), from()];
    // Here and not in an effect of its own: that one could run after the rows were made.
    if (madeOf.some((one, at) => one !== madeFrom[at])) model.reset();
    madeFrom = madeOf;
    const end = log.list.first + log.list.length;
    if (follow()) pausedAt = end;
    const { raw } = address();
    const open = unfolded();
    model.update(log.list, filter().test, (serial) => raw !== open.has(serial), from(), pausedAt);
    setVersion((count) => count + 1);
    setCounts({
      shown: model.shown,
      all: log.list.length,
      trimmed: log.list.trimmed,
      waiting: end - pausedAt,
    });
  };
  createEffect(refresh);

  const unfold = (serial: number) =>
    setUnfolded((old) => {
      const next = new Set(old);
      if (!next.delete(serial)) next.add(serial);
      return next;
    });
  const toggleKind = (kind: (typeof LINE_KINDS)[number]) => {
    const kinds = new Set(address().kinds);
    if (!kinds.delete(kind)) kinds.add(kind);
    change({ kinds });
  };
  const allRows = () => model.slice(0, model.length);
  const copy = () => {
    navigator.clipboard.writeText(linesAsText(allRows(), address().raw)).then(
      () => showToast(t.common.copied),
      (cause: unknown) => showToast(String(cause)),
    );
  };
  const exportFile = () => {
    const name = `${boardId() ?? 'board'}-${new Date().toISOString().replaceAll(':', '')}.tsv`;
    saveFile(name, `${linesAsText(allRows(), true)}\n`, 'text/plain');
  };

  let searchField: HTMLInputElement | undefined;
  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || (event.target as HTMLElement | null)?.matches('input, select, textarea')) return;
      event.preventDefault();
      searchField?.focus();
    };
    window.addEventListener('keydown', onKey);
    onCleanup(() => window.removeEventListener('keydown', onKey));
  });

  return (
    <div class="console-view">
      <header class="console-bar">
        <h1 class="visually-hidden">{words.title}</h1>
        <select
          class="field"
          aria-label={words.board}
          value={boardId() ?? ''}
          onChange={(event) => {
            setUnfolded(new Set<number>());
            setFrom(0);
            change({ board: event.currentTarget.value });
          }}
        >
          <For each={boards.records.values()}>
            {(one) => (
              <option value={one.id} selected={one.id === boardId()}>
                {boardName(one)}
              </option>
            )}
          </For>
        </select>
        <input
          ref={searchField}
          class="field"
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={address().search}
          onInput={(event) => change({ search: event.currentTarget.value })}
        />
        <button
          type="button"
          class="button mono"
          aria-pressed={address().regex}
          title={words.regex}
          onClick={() => change({ regex: !address().regex })}
        >
          .*
        </button>
        <fieldset class="row console-kinds" aria-label={words.kindsLabel}>
          <For each={LINE_KINDS}>
            {(kind) => (
              <button
                type="button"
                class="button"
                data-filter={kind}
                aria-pressed={address().kinds.has(kind)}
                onClick={() => toggleKind(kind)}
              >
                {words.kinds[kind]}
              </button>
            )}
          </For>
        </fieldset>
        <button
          type="button"
          class="button"
          aria-pressed={address().time === 'delta'}
          onClick={() => change({ time: address().time === 'delta' ? 'clock' : 'delta' })}
        >
          {words.time}: {words.times[address().time]}
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={address().raw}
          onClick={() => change({ raw: !address().raw })}
        >
          {words.raw}
        </button>
        <button
          type="button"
          class="button"
          data-do="pause"
          aria-pressed={!follow()}
          onClick={() => setFollow(!follow())}
        >
          {follow() ? words.pause : words.follow}
          <Show when={!follow() && counts().waiting > 0}> · {words.newLines(counts().waiting)}</Show>
        </button>
        <button type="button" class="button quiet" onClick={copy}>
          {words.copy}
        </button>
        <button type="button" class="button quiet" onClick={exportFile}>
          {words.export}
        </button>
        <button type="button" class="button quiet" onClick={() => setFrom(log.list.first + log.list.length)}>
          {words.clear}
        </button>
        <span class="soft small">
          <span data-lines={counts().shown}>{words.lines(counts().shown, counts().all)}</span>
          <Show when={counts().trimmed > 0}> · {words.trimmed(counts().trimmed)}</Show>
          <Show when={filter().bad}> · {words.badRegex}</Show>
        </span>
      </header>
      <Show
        when={counts().shown > 0}
        fallback={
          <div class="console-empty">
            <EmptyState
              title={words.empty.title}
              text={
                boardId() === undefined
                  ? words.empty.noBoard
                  : counts().all > 0
                    ? words.empty.filtered
                    : words.empty.quiet
              }
            >
              <Show when={counts().all > 0}>
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    setFrom(0);
                    change({ search: '', kinds: new Set(LINE_KINDS) });
                  }}
                >
                  {words.empty.showAll}
                </button>
              </Show>
            </EmptyState>
          </div>
        }
      >
        <ConsoleList
          rows={model}
          version={version}
          follow={follow()}
          time={address().time}
          onUnfold={unfold}
          onFollow={setFollow}
        />
      </Show>
      <Show when={boardId()}>
        {(id) => (
          <SendLine
            board={id()}
            by={relay.records.get('relay')?.client.name ?? t.boards.path.here}
            disabled={board()?.phase.is !== 'open'}
          />
        )}
      </Show>
    </div>
  );
}

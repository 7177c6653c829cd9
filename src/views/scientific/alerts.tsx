import { createEffect, createMemo, createSignal, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { type DataColumn, DataTable } from '../../components/data-table.tsx';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import type { TableSort } from '../../components/sort-rows.ts';
import { SourceStrip } from '../../components/source-strip.tsx';
import { Unsaved } from '../../components/unsaved.tsx';
import type { SafetyAlertRecord } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { t } from '../../i18n/en.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createEvents } from '../../link/create-events.ts';
import { createSource } from '../../link/create-source.ts';
import {
  acknowledge,
  addAlerts,
  alerts,
  areAlertsUnsaved,
  type KeptAlert,
  MOST_ALERTS,
  takeBack,
} from './alert-book.ts';
import { SLUG, useLab } from './use-lab.ts';

const SHAPES = { info: '●', warning: '▲', critical: '✕', unknown: '?' } as const;

/** Alerts nobody acknowledged, and those before. Shown whatever the source is in: an alert does not end with a connection. */
export function Alerts(): JSX.Element {
  const lab = useLab();
  const { ref, shown } = createOnScreen();
  const log = createEvents<SafetyAlertRecord>(
    lab.link,
    () => (shown() ? upstreamChannel('events', SLUG, 'alerts') : undefined),
    { keep: MOST_ALERTS },
  );
  const source = createSource(lab.all, SLUG, ['typed']);
  // Each once: one that had to give way to others does not come back, and what was acknowledged of it is not asked again.
  const taken = new WeakSet<SafetyAlertRecord>();
  createEffect(() => {
    log.version();
    const fresh: SafetyAlertRecord[] = [];
    for (const entry of log.list.slice(0, log.list.length)) {
      if (entry.is !== 'record' || taken.has(entry.record)) continue;
      taken.add(entry.record);
      fresh.push(entry.record);
    }
    addAlerts(fresh);
  });
  const open = createMemo(() => alerts().filter(({ seenAt }) => seenAt === undefined));
  const [sort, setSort] = createSignal<TableSort>();
  const [undoable, setUndoable] = createSignal<{ readonly at: number; readonly count: number }>();
  const seen = (keys: readonly string[] | undefined) => {
    const at = Date.now();
    setUndoable({ at, count: keys?.length ?? open().length });
    acknowledge(keys, at);
  };
  const columns: readonly DataColumn<KeptAlert>[] = [
    {
      id: 'severity',
      title: words.col.severity,
      width: '110px',
      cell: (row) => (
        <span class={`lab-severity ${row.severity}`}>
          <span aria-hidden="true">{SHAPES[row.severity]} </span>
          {words.safety.severity[row.severity]}
        </span>
      ),
      sortBy: (row) => Object.keys(SHAPES).indexOf(row.severity),
    },
    {
      id: 'at',
      title: words.col.when,
      width: '150px',
      cell: (row) => (
        <span title={utcTime(row.at)}>
          {clockTime(row.at)} <span class="soft">{words.age(ageWords(now() - row.at))}</span>
        </span>
      ),
      sortBy: (row) => row.at,
    },
    {
      id: 'message',
      title: words.col.message,
      width: 'minmax(220px, 3fr)',
      cell: (row) => (
        <span title={`${row.kind}: ${row.message}`}>
          {row.message}{' '}
          <Show when={row.simulated}>
            <span class="tag" title={t.common.provenance.simulated}>
              {t.common.provenanceTag.simulated}
            </span>
          </Show>
        </span>
      ),
      sortBy: (row) => row.message,
    },
    {
      id: 'seen',
      title: words.col.acknowledged,
      width: '150px',
      cell: (row) => (
        <Show
          when={row.seenAt}
          fallback={
            <button type="button" class="button" onClick={() => seen([row.key])}>
              {words.safety.acknowledge}
            </button>
          }
        >
          {(at) => <span title={utcTime(at())}>✓ {clockTime(at())}</span>}
        </Show>
      ),
      sortBy: (row) => row.seenAt,
    },
  ];
  return (
    <Panel
      title={words.safety.alerts}
      name="alerts"
      ref={ref}
      strip={<SourceStrip source={source} newestAt={alerts()[0]?.at} />}
      tools={
        <button type="button" class="button" disabled={open().length === 0} onClick={() => seen(undefined)}>
          {words.safety.acknowledgeAll}
        </button>
      }
    >
      <p role="status" class="row small" data-open={open().length}>
        <Show
          when={open().length > 0}
          fallback={
            <span class="soft">
              {source.state().is === 'live' ? '✓' : '–'} {words.safety.open('0')}
            </span>
          }
        >
          <strong class="lab-alarm">▲ {words.safety.open(formatCount(open().length))}</strong>
        </Show>
        <Show when={undoable()}>
          {(done) => (
            <>
              <span>{words.safety.acknowledged(formatCount(done().count))}</span>
              <button
                type="button"
                class="button quiet"
                onClick={() => {
                  takeBack(done().at);
                  setUndoable(undefined);
                }}
              >
                {words.safety.takeBack}
              </button>
            </>
          )}
        </Show>
      </p>
      <Show
        when={alerts().length > 0}
        fallback={
          <p class="soft">
            {words.safety.noAlerts} {words.safety.noAlertsHint}
          </p>
        }
      >
        <div class="lab-table" style={{ '--rows': Math.min(alerts().length, 9), '--px': '52px' }}>
          <DataTable
            label={words.safety.alerts}
            columns={columns}
            rows={alerts()}
            rowKey={(row) => row.key}
            sort={sort()}
            onSort={setSort}
            rowPx={52}
            rowClass={(row) => (row.seenAt === undefined ? 'troubled' : '')}
          />
        </div>
      </Show>
      <p class="soft small">{words.safety.keptHere(formatCount(MOST_ALERTS))}</p>
      <Unsaved when={areAlertsUnsaved()} />
    </Panel>
  );
}

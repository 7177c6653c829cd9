import { createMemo, For, type JSX, Show } from 'solid-js';
import type { DataColumn } from '../../components/data-table.tsx';
import { HYPOTHESIS_STATES, type HypothesisRecord } from '../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { Age, Detail, ToldBy } from './detail.tsx';
import { fits } from './fits.ts';
import { isKnown } from './lab-act.tsx';
import { LabList } from './lab-list.tsx';
import { MakeThing } from './make-thing.tsx';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { StateAct } from './state-act.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, useLab } from './use-lab.ts';

/** Hypotheses with how sure MAS is and which experiments test them. */
export function Hypotheses(props: PaneProps): JSX.Element {
  const lab = useLab();
  const part = createLabPart<HypothesisRecord>(lab, 'hypotheses', ['typed', 'hypotheses'], 'hypotheses');
  const rows = createMemo(() => part.rows().filter((row) => fits(props.address, row, row.statement, row.id)));
  const confidence = (row: HypothesisRecord) => (
    <Show when={row.confidence !== undefined} fallback={<span class="soft">{words.hypotheses.noConfidence}</span>}>
      <ProgressBar percent={100 * (row.confidence ?? 0)} label={words.col.confidence} />
    </Show>
  );
  const links = (row: HypothesisRecord) => (
    <Show when={row.experiments.length > 0} fallback={<span class="soft">–</span>}>
      <span class="row">
        <For each={row.experiments}>
          {(id) => (
            <button
              type="button"
              class="button quiet lab-link mono"
              onClick={(event) => {
                event.stopPropagation();
                props.change({ tab: 'experiments', sel: id, find: '', state: undefined });
              }}
            >
              {id}
            </button>
          )}
        </For>
      </span>
    </Show>
  );
  const columns: readonly DataColumn<HypothesisRecord>[] = [
    {
      id: 'statement',
      title: words.col.statement,
      width: 'minmax(200px, 3fr)',
      cell: (row) => <span title={row.statement}>{row.statement}</span>,
      sortBy: (row) => row.statement,
    },
    {
      id: 'state',
      title: words.col.state,
      width: '120px',
      cell: (row) => <StateWord state={row.state} said={row.said} />,
      sortBy: (row) => row.state,
    },
    {
      id: 'confidence',
      title: words.col.confidence,
      width: 'minmax(120px, 1fr)',
      cell: confidence,
      sortBy: (row) => row.confidence,
    },
    { id: 'age', title: words.col.age, width: '110px', cell: (row) => <Age row={row} />, sortBy: (row) => row.at },
  ];
  const chosen = () => (props.address.sel === undefined ? undefined : part.get(props.address.sel));
  return (
    <div class="lab-pane" ref={part.ref}>
      <PartPanel
        part={part}
        inPane
        title={words.tabs.hypotheses}
        name="hypotheses"
        what={words.hypotheses.what}
        empty={{ title: words.hypotheses.emptyTitle, text: words.hypotheses.emptyText }}
        tools={
          <MakeThing
            label={words.make.hypothesis}
            call="hypothesis.create"
            fields={[{ name: 'statement', label: words.make.statement }]}
            isThere={(id) => isKnown(part.get(id))}
            onMade={(sel) => props.change({ sel })}
          />
        }
      >
        <LabList
          {...props}
          label={words.tabs.hypotheses}
          columns={columns}
          rows={rows()}
          all={part.rows().length}
          states={HYPOTHESIS_STATES}
        />
      </PartPanel>
      <Show when={chosen()}>
        {(row) => (
          <Detail
            title={row().id}
            onClose={() => props.change({ sel: undefined })}
            facts={[
              [words.col.statement, row().statement],
              [words.col.state, <StateWord state={row().state} said={row().said} />],
              [words.col.confidence, confidence(row())],
              [words.col.experiments, links(row())],
              [words.detail.source, <ToldBy row={row()} />],
            ]}
            acts={
              <StateAct
                row={row()}
                call="hypothesis.test"
                label={words.act.test}
                becomes="testing"
                from={['proposed', 'rejected', 'validated']}
              />
            }
          />
        )}
      </Show>
    </div>
  );
}

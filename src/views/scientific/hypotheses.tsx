import { For, type JSX, Show } from 'solid-js';
import { HYPOTHESIS_STATES, type HypothesisRecord } from '../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { ageColumn, stateColumn } from './columns.tsx';
import { Detail, ToldBy } from './detail.tsx';
import { LabPane } from './lab-pane.tsx';
import type { PaneProps } from './pane.ts';
import { ProgressBar } from './progress-bar.tsx';
import { StateAct } from './state-act.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, useLab } from './use-lab.ts';

/** Hypotheses with how sure MAS is and which experiments test them. */
export function Hypotheses(props: PaneProps): JSX.Element {
  const part = createLabPart<HypothesisRecord>(useLab(), 'hypotheses', ['typed', 'hypotheses'], 'hypotheses');
  const confidence = (row: HypothesisRecord) => (
    <Show when={row.confidence !== undefined} fallback={<span class="soft">{words.hypotheses.noConfidence}</span>}>
      <ProgressBar percent={100 * (row.confidence ?? 0)} label={words.col.confidence} />
    </Show>
  );
  const links = (row: HypothesisRecord) => (
    <span class="row">
      <For each={row.experiments} fallback={<span class="soft">–</span>}>
        {(id) => (
          <button
            type="button"
            class="button quiet lab-link mono"
            onClick={() => props.change({ tab: 'experiments', sel: id, find: '', state: undefined })}
          >
            {id}
          </button>
        )}
      </For>
    </span>
  );
  return (
    <LabPane
      {...props}
      part={part}
      rows={part.rows()}
      title={words.tabs.hypotheses}
      name="hypotheses"
      what={words.hypotheses.what}
      empty={{ title: words.hypotheses.emptyTitle, text: words.hypotheses.emptyText }}
      columns={[
        {
          id: 'statement',
          title: words.col.statement,
          width: 'minmax(200px, 3fr)',
          cell: (row) => <span title={row.statement}>{row.statement}</span>,
          sortBy: (row) => row.statement,
        },
        stateColumn('120px'),
        {
          id: 'confidence',
          title: words.col.confidence,
          width: 'minmax(120px, 1fr)',
          cell: confidence,
          sortBy: (row) => row.confidence,
        },
        ageColumn<HypothesisRecord>((row) => row),
      ]}
      states={HYPOTHESIS_STATES}
      texts={({ statement, id }) => [statement, id]}
      make={{
        label: words.make.hypothesis,
        call: 'hypothesis.create',
        fields: [{ name: 'statement', label: words.make.statement }],
      }}
    >
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
    </LabPane>
  );
}

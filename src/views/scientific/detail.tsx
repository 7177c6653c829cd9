import { children, type JSX, type ParentProps, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { type Fact, FactList } from '../../components/fact-list.tsx';
import { now } from '../../components/now.ts';
import { Panel } from '../../components/panel.tsx';
import type { EpochMs } from '../../contract/time.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { t } from '../../i18n/en.ts';
import { scientific as words } from '../../i18n/scientific.ts';

export interface DetailProps extends ParentProps {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly acts?: JSX.Element;
  readonly onClose: () => void;
}

/** One thing looked into: what is known, what can be done, and more of it. */
export function Detail(props: DetailProps): JSX.Element {
  const acts = children(() => props.acts);
  return (
    <Panel
      title={props.title}
      name="detail"
      tools={
        <button type="button" class="button quiet" onClick={() => props.onClose()}>
          {words.detail.close}
        </button>
      }
    >
      <div class="lab-detail">
        <FactList facts={props.facts} />
        <Show when={acts()}>
          <fieldset class="row lab-acts" aria-label={words.detail.acts}>
            {acts()}
          </fieldset>
        </Show>
        {props.children}
      </div>
    </Panel>
  );
}

interface Told extends Sourced {
  readonly from?: 'push' | 'snapshot' | 'command';
  readonly confirmedAt?: EpochMs;
}

/** Who told a row, how, and when: its age and its provenance. */
export function ToldBy(props: { readonly row: Told }): JSX.Element {
  const how = () => {
    const { from, confirmedAt } = props.row;
    if (from === undefined) return '';
    return from === 'command' && confirmedAt !== undefined ? words.from.confirmed : words.from[from];
  };
  return (
    <span title={`${props.row.source}\n${utcTime(props.row.at)}\n${t.common.provenance[props.row.provenance]}`}>
      <Show when={how()}>{how()}, </Show>
      <Age row={props.row} />
    </span>
  );
}

/** How old a row is, with its tag. */
export function Age(props: { readonly row: Sourced }): JSX.Element {
  const tag = () => t.common.provenanceTag[props.row.provenance];
  return (
    <span
      title={`${clockTime(props.row.at)} · ${utcTime(props.row.at)}\n${props.row.source}\n${props.row.flags.join(', ')}`}
    >
      {words.age(ageWords(Math.max(0, now() - props.row.at)))}
      <Show when={tag()}>
        {' '}
        <span class="tag" title={t.common.provenance[props.row.provenance]}>
          {tag()}
        </span>
      </Show>
    </span>
  );
}

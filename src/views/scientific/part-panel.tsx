import { type JSX, type ParentProps, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { now } from '../../components/now.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import { SourceStrip } from '../../components/source-strip.tsx';
import { scientific as words } from '../../i18n/scientific.ts';
import type { LabPart } from './use-lab.ts';

interface PartPanelProps extends ParentProps {
  readonly part: LabPart<unknown>;
  readonly title: string;
  readonly name: string;
  readonly what: string;
  readonly empty: { readonly title: string; readonly text: string; readonly action?: JSX.Element };
  readonly tools?: JSX.Element;
  /** The pane around it is what must be on the screen, not this panel alone. */
  readonly inPane?: boolean;
  /** How much there is, where that is not the number of the part's rows. */
  readonly count?: number;
}

/** A table of the lab in a panel: its source, why its list cannot be had, and its content. */
export function PartPanel(props: PartPanelProps): JSX.Element {
  const { part } = props;
  const { source } = part;
  return (
    <Panel
      title={props.title}
      name={props.name}
      {...(!props.inPane && { ref: part.ref })}
      tools={props.tools}
      strip={<SourceStrip source={source} newestAt={part.newestAt()} />}
    >
      <Show when={part.missing()}>
        {(list) => (
          <p class="lab-missing small" data-missing={list().id}>
            <span aria-hidden="true">▲ </span>
            <span role="status">{words.listMissing(props.what, list().why ?? '')}</span>{' '}
            <Show when={list().lastGoodAt}>{(at) => words.listFrom(words.age(ageWords(now() - at())))}</Show>
          </p>
        )}
      </Show>
      <PanelBody
        source={source.state()}
        ready={part.ready()}
        count={props.count ?? part.rows().length}
        what={props.what}
        empty={props.empty}
      >
        {props.children}
      </PanelBody>
    </Panel>
  );
}

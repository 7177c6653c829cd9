import type { JSX } from 'solid-js';
import type { MasScientificCalls } from '../../contract/upstream/mas-scientific-calls.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { isSo, LabAct } from './lab-act.tsx';

type StateName = keyof typeof words.state;

interface StateActProps {
  readonly row: Parameters<typeof isSo>[0] & { readonly id: string; readonly state: StateName };
  readonly call: keyof MasScientificCalls;
  readonly label: string;
  /** What it is afterwards. */
  readonly becomes: StateName;
  /** States from which MAS can do it; undefined: from any other. */
  readonly from?: readonly StateName[];
  readonly danger?: boolean;
}

/** A button that brings one thing of the lab into another state. */
export function StateAct(props: StateActProps): JSX.Element {
  const whyNot = () => {
    const { state } = props.row;
    if (state === props.becomes) return words.act.already(words.state[state]);
    return props.from === undefined || props.from.includes(state)
      ? undefined
      : words.act.onlyWhen(props.from.map((one) => words.state[one]).join(' or '));
  };
  return (
    <LabAct
      call={props.call}
      label={props.label}
      args={() => ({ id: props.row.id })}
      seen={() => isSo(props.row, props.becomes)}
      whyNot={whyNot()}
      danger={props.danger ?? false}
    />
  );
}

import { For, type JSX } from 'solid-js';
import { formatCount } from '../../components/format-value.ts';
import { scientific as words } from '../../i18n/scientific.ts';

export interface ListFilterProps {
  readonly find: string;
  readonly state: string | undefined;
  readonly states: readonly (keyof typeof words.state)[];
  readonly shown: number;
  readonly all: number;
  readonly onChange: (change: { readonly find?: string; readonly state?: string | undefined }) => void;
}

/** Search and state over a list; both are in the address. */
export function ListFilter(props: ListFilterProps): JSX.Element {
  return (
    <div class="row lab-filter">
      <input
        type="search"
        class="field"
        placeholder={words.find}
        aria-label={words.find}
        value={props.find}
        onInput={(event) => props.onChange({ find: event.currentTarget.value })}
      />
      <select
        class="field"
        aria-label={words.anyState}
        value={props.state ?? ''}
        onChange={(event) => props.onChange({ state: event.currentTarget.value || undefined })}
      >
        <option value="">{words.allStates}</option>
        <For each={props.states}>{(state) => <option value={state}>{words.state[state]}</option>}</For>
      </select>
      <span class="soft small" role="status">
        {words.shown(formatCount(props.shown), formatCount(props.all))}
      </span>
    </div>
  );
}

import { For, type JSX } from 'solid-js';
import './fact-list.css';

/** Name and value; undefined is left out. */
export type Fact = readonly [name: string, value: JSX.Element | undefined];

/** What is known of one thing: names above their values. */
export function FactList(props: { readonly facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="fact-list">
      <For each={props.facts.filter(([, value]) => value !== undefined)}>
        {([name, value]) => (
          <div>
            <dt class="soft small">{name}</dt>
            <dd>{value}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}

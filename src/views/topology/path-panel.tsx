import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js';
import { Panel } from '../../components/panel.tsx';
import { topology as words } from '../../i18n/topology.ts';
import type { PathStep, TracedPath } from './find-path.ts';
import type { TopologyAddress } from './state.ts';

export interface PathPanelProps {
  readonly address: TopologyAddress;
  readonly path: TracedPath | undefined;
  /** Who can be an end. */
  readonly ids: readonly string[];
  readonly change: (part: Partial<TopologyAddress>) => void;
  readonly onSelect: (key: string) => void;
}

const WAYS: Readonly<Record<PathStep['way'], string>> = { there: '→', back: '←', both: '↔' };

/** The shortest way between two agents, hop by hop, and whether messages were really seen on it. */
export function PathPanel(props: PathPanelProps): JSX.Element {
  const options = createMemo(() => props.ids.slice(0, 2_500));
  const found = () => (props.path !== undefined && props.path.is !== 'none' ? props.path : undefined);
  const none = () => (props.path?.is === 'none' ? props.path : undefined);
  const end = (name: 'from' | 'to') => (
    <label class="topology-end">
      <span class="small soft">{words.path[name]}</span>
      <input
        class="field"
        list="topology-ids"
        maxLength={256}
        value={props.address[name] ?? ''}
        onChange={(event) => props.change({ [name]: event.currentTarget.value.trim() || undefined })}
      />
    </label>
  );
  return (
    <Panel title={words.path.title} name="path">
      <datalist id="topology-ids">
        <For each={options()}>{(id) => <option value={id} />}</For>
      </datalist>
      <div class="topology-ends">
        {end('from')}
        {end('to')}
        <button
          type="button"
          class="button"
          disabled={props.address.from === undefined && props.address.to === undefined}
          onClick={() => props.change({ from: undefined, to: undefined })}
        >
          {words.path.clear}
        </button>
      </div>
      <Switch fallback={<p class="soft small">{words.path.hint}</p>}>
        <Match when={none()}>
          {(path) => (
            <p role="status" data-path="none">
              {words.path.why[path().why]}
            </p>
          )}
        </Match>
        <Match when={found()}>
          {(path) => (
            <div role="status" data-path={path().is}>
              <p>
                {path().is === 'observed'
                  ? words.path.observed(path().steps.length)
                  : words.path.derived(path().steps.length)}
              </p>
              <ol class="path-steps small">
                <For each={path().steps}>
                  {(step) => (
                    <li>
                      <button type="button" class="link" onClick={() => props.onSelect(step.from)}>
                        {step.from}
                      </button>{' '}
                      {WAYS[step.way]}{' '}
                      <button type="button" class="link" onClick={() => props.onSelect(step.to)}>
                        {step.to}
                      </button>{' '}
                      <span class="soft">
                        {words.edgeKinds[step.kind]}
                        <Show when={step.perMin !== undefined}> · {words.agent.perMin(step.perMin ?? 0)}</Show>
                      </span>
                    </li>
                  )}
                </For>
              </ol>
            </div>
          )}
        </Match>
      </Switch>
    </Panel>
  );
}

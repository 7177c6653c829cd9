import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import { findCommand } from '../../boards/catalog.ts';
import { formatCount } from '../../components/format-value.ts';
import { HoldButton } from '../../components/hold-button.tsx';
import { mayNotWords } from '../../components/may-words.ts';
import { Unsaved } from '../../components/unsaved.tsx';
import { devices as words } from '../../i18n/devices.ts';
import { accessState } from '../../link/access-state.ts';
import { mayNot } from '../../link/may.ts';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';
import { blockedWord, MAX_COMMAND_CHARS, needsConfirmation } from '../../upstreams/mas-devices/commands.ts';
import { sharedCommands, tell, wayOf } from './bulk-act.ts';
import { areGroupsUnsaved, MAX_NAME, ownGroups, setOwnGroups, withMembers, withoutMembers } from './own-groups.ts';
import type { Fleet } from './use-fleet.ts';

interface Result {
  readonly name: string;
  readonly is: 'waiting' | 'ok' | 'failed' | 'skipped';
  readonly words: string;
}

const MAS_COMMANDS = ['status', 'ping', 'info', 'read-sensors', 'scan'] as const;

/** What is done to several devices at once; each one's outcome is its own. */
export function Bulk(props: {
  readonly fleet: Fleet;
  readonly picked: readonly FleetDevice[];
  readonly onClear: () => void;
}): JSX.Element {
  return (
    <section class="fleet-bulk" aria-label={words.bulk.each}>
      <div class="row">
        <strong>{words.bulk.picked(formatCount(props.picked.length))}</strong>
        <button type="button" class="button quiet" onClick={() => props.onClear()}>
          {words.bulk.clear}
        </button>
      </div>
      <TellAll fleet={props.fleet} picked={props.picked} />
      <Grouping picked={props.picked} />
    </section>
  );
}

/** One command for all of them, one after the other. */
function TellAll(props: { readonly fleet: Fleet; readonly picked: readonly FleetDevice[] }): JSX.Element {
  const id = createUniqueId();
  const [command, setCommand] = createSignal('status');
  const [results, setResults] = createSignal<readonly Result[]>([]);
  const [isRunning, setRunning] = createSignal(false);
  const word = () => command().trim();
  const isByMas = () => props.picked.some((device) => wayOf(device, word()) === 'mas');
  const mustHold = () => isByMas() && needsConfirmation(word());
  const me = () => {
    const access = accessState();
    return access.is === 'in' ? access.me.name : words.bulk.thisBrowser;
  };
  const ask = async () => {
    setRunning(true);
    const targets = props.picked;
    setResults(targets.map(({ name }) => ({ name, is: 'waiting', words: words.bulk.waiting })));
    for (const [index, device] of targets.entries()) {
      const outcome = await tell(props.fleet.link, device, word(), { by: me(), confirmed: mustHold() });
      const said = outcome.is === 'skipped' ? words.bulk.skipped : outcome.words;
      setResults(results().map((one, at) => (at === index ? { name: device.name, is: outcome.is, words: said } : one)));
    }
    setRunning(false);
  };
  const why = () => {
    const denied = mayNotWords(mayNot('operator'));
    if (denied !== undefined || isRunning()) return denied ?? words.bulk.running;
    if (word() === '') return words.command.blank;
    const blocked = isByMas() ? blockedWord(word(), undefined) : undefined;
    if (blocked !== undefined) return words.command.blocked(blocked);
    return props.picked.some((device) => wayOf(device, word()) !== undefined) ? undefined : words.bulk.refused;
  };
  return (
    <>
      <div class="row">
        <label for={id} class="small">
          {words.bulk.tell}
        </label>
        <input
          id={id}
          class="field mono"
          list={`${id}-known`}
          maxLength={MAX_COMMAND_CHARS}
          autocomplete="off"
          value={command()}
          onInput={(event) => setCommand(event.currentTarget.value)}
        />
        <datalist id={`${id}-known`}>
          <For each={[...new Set([...sharedCommands(props.picked), ...MAS_COMMANDS])]}>
            {(name) => <option value={name}>{findCommand(name)?.title ?? name}</option>}
          </For>
        </datalist>
        <Show
          when={mustHold()}
          fallback={
            <button type="button" class="button" disabled={why() !== undefined} title={why()} onClick={ask}>
              {words.bulk.send}
            </button>
          }
        >
          <HoldButton label={words.bulk.send} disabled={why() !== undefined} onConfirm={() => void ask()} />
        </Show>
        <Show when={why()}>{(text) => <span class="small soft">{text()}</span>}</Show>
      </div>
      <ul class="small" aria-live="polite">
        <For each={results()}>
          {(result) => (
            <li data-outcome={result.is}>
              <span aria-hidden="true">{{ waiting: '◔', ok: '✓', failed: '✕', skipped: '–' }[result.is]} </span>
              {result.name}: {result.words}
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

/** Those that are picked into a group of one's own, or out of it. */
function Grouping(props: { readonly picked: readonly FleetDevice[] }): JSX.Element {
  const id = createUniqueId();
  const [name, setName] = createSignal('');
  const [problem, setProblem] = createSignal<string>();
  const add = (event: Event) => {
    event.preventDefault();
    const wanted = name().trim();
    if (wanted === '') return;
    const groups = withMembers(
      ownGroups(),
      wanted,
      props.picked.map(({ key }) => key),
    );
    setProblem(groups === undefined ? words.own.full : undefined);
    if (groups === undefined) return;
    setOwnGroups(groups);
    setName('');
  };
  /** Whatever they were put into it under. */
  const knownAs = () => props.picked.flatMap((device) => device.knownAs);
  const holding = () => ownGroups().filter(({ keys }) => knownAs().some((word) => keys.includes(word)));
  return (
    <form class="row" onSubmit={add}>
      <label for={id} class="small">
        {words.own.name}
      </label>
      <input
        id={id}
        class="field"
        list={`${id}-known`}
        maxLength={MAX_NAME}
        autocomplete="off"
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <datalist id={`${id}-known`}>
        <For each={ownGroups()}>{(group) => <option value={group.name} />}</For>
      </datalist>
      <button type="submit" class="button" disabled={name().trim() === ''}>
        {words.own.add}
      </button>
      <For each={holding()}>
        {(group) => (
          <button
            type="button"
            class="button quiet"
            onClick={() => setOwnGroups(withoutMembers(ownGroups(), group.name, knownAs()))}
          >
            {words.own.remove(group.name)}
          </button>
        )}
      </For>
      <Show when={problem()}>{(text) => <span class="small fleet-warn">▲ {text()}</span>}</Show>
      <Unsaved when={areGroupsUnsaved()} />
    </form>
  );
}

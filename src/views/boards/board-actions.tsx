import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import type { CommandDeclaration } from '../../boards/board.ts';
import { findCommand } from '../../boards/catalog.ts';
import { clockTime } from '../../components/clock-words.ts';
import { now } from '../../components/now.ts';
import type { CommandUpdate, ParamValue } from '../../contract/board-command.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import { boardChannel } from '../../contract/channel.ts';
import { t } from '../../i18n/en.ts';
import { randomId } from '../../lib/random-id.ts';
import { createEvents } from '../../link/create-events.ts';
import { useLink } from '../../link/link-context.ts';
import { commandBar } from './board-words.ts';
import { CommandForm } from './command-form.tsx';
import { commandAnswer, commandWords, latestCommands } from './latest-commands.ts';
import type { BoardAct } from './use-board-act.ts';

const GROUPS: readonly CommandDeclaration['group'][] = ['read', 'output', 'sound', 'light', 'link', 'setup'];
const DEADLINE_MS = 10_000;
const SHOWN_RESULTS = 3;

export interface BoardActionsProps {
  readonly board: BoardStatus;
  readonly act: BoardAct;
  readonly by: string;
  /** Name of the command whose form is open: it is in the address, so that the palette can open it. */
  readonly open: string | undefined;
  readonly onOpen: (command: string | undefined) => void;
}

/** What the board can be told to do, by capability; the form of the chosen one; the last three results. */
export function BoardActions(props: BoardActionsProps): JSX.Element {
  const link = useLink();
  const updates = createEvents<CommandUpdate>(link, () => boardChannel(props.board.id, 'commands'), {
    rewind: 40,
    keep: 200,
  });
  const [sent, setSent] = createSignal<string>();
  // The record is new with every word of the board; the buttons must stay the ones that are pressed and focused.
  const declarations = createMemo(
    () => props.board.commands.flatMap((name) => findCommand(name) ?? []).filter((command) => command.name !== 'estop'),
    [],
    { equals: (before, after) => before.length === after.length && before.every((one, at) => one === after[at]) },
  );
  const groups = createMemo(() =>
    GROUPS.map((group) => ({ group, commands: declarations().filter((command) => command.group === group) })).filter(
      ({ commands }) => commands.length > 0,
    ),
  );
  const results = () => {
    updates.version();
    return latestCommands(updates.list, SHOWN_RESULTS);
  };
  const chosen = createMemo(() => declarations().find((command) => command.name === props.open));
  const bar = () => commandBar(props.board, now());

  const send = (name: string, params: Readonly<Record<string, ParamValue>>) => {
    const id = randomId();
    setSent(id);
    props.act((hub) =>
      hub.command({ id, board: props.board.id, name, params, by: props.by, deadline: Date.now() + DEADLINE_MS }),
    );
  };
  const press = (command: CommandDeclaration) => {
    const direct = command.params.length === 0 && command.danger === undefined;
    if (direct && bar().may) send(command.name, {});
    else props.onOpen(props.open === command.name ? undefined : command.name);
  };

  return (
    <Show when={declarations().length > 0} fallback={<p class="soft">{t.boards.actionsNone}</p>}>
      <div class="actions" data-may-command={bar().may}>
        <For each={groups()}>
          {({ group, commands }) => (
            <fieldset class="actions-group">
              <legend class="soft small">{t.boards.groups[group]}</legend>
              <For each={commands}>
                {(command) => (
                  <button
                    type="button"
                    class="button"
                    data-action={command.name}
                    title={command.about}
                    aria-expanded={
                      command.params.length > 0 || command.danger !== undefined
                        ? props.open === command.name
                        : undefined
                    }
                    disabled={!bar().may && command.params.length === 0 && command.danger === undefined}
                    onClick={() => press(command)}
                  >
                    {command.title}
                    {command.params.length > 0 || command.danger !== undefined ? ' …' : ''}
                  </button>
                )}
              </For>
            </fieldset>
          )}
        </For>
      </div>
      <Show when={!bar().may}>
        <p class="soft">{bar().why}</p>
      </Show>
      <Show when={chosen()} keyed>
        {(command) => (
          <CommandForm
            declaration={command}
            disabledWhy={bar().may ? undefined : bar().why}
            latest={results().find((update) => update.id === sent() && update.name === command.name)}
            onSend={(params) => send(command.name, params)}
          />
        )}
      </Show>
      <Show when={results().length > 0}>
        <ol class="results" aria-label={t.boards.results}>
          <For each={results()}>
            {(update) => (
              <li
                class={`result ${update.state.is}`}
                data-command={update.name}
                data-command-id={update.id}
                data-result={update.state.is}
              >
                <span class="mono soft">{clockTime(update.at)}</span>
                <span>{findCommand(update.name)?.title ?? update.name}</span>
                <span class="result-state">{commandWords(update.state)}</span>
                <span class="mono result-answer">{commandAnswer(update.state) ?? ''}</span>
                <span class="soft small">{t.boards.by(update.by)}</span>
              </li>
            )}
          </For>
        </ol>
      </Show>
    </Show>
  );
}

import { For, type JSX, Show } from 'solid-js';
import { findCommand } from '../../boards/catalog.ts';
import { devices as words } from '../../i18n/devices.ts';

/** What a board can be told to do, by capability: each leads to its form on the board's card. */
export function BoardCommands(props: { readonly board: string; readonly commands: readonly string[] }): JSX.Element {
  const known = () => props.commands.flatMap((name) => findCommand(name) ?? []);
  const address = (command?: string) =>
    `/?${new URLSearchParams({ board: props.board, ...(command !== undefined && { command }) }).toString()}`;
  return (
    <section aria-label={words.board.title}>
      <h3>{words.board.title}</h3>
      <Show when={known().length > 0} fallback={<p class="soft small">{words.board.none}</p>}>
        <ul class="row fleet-commands">
          <For each={known()}>
            {(command) => (
              <li>
                <a class="button" href={address(command.name)} title={command.about} data-board-command={command.name}>
                  {command.title} …
                </a>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <p>
        <a href={address()}>{words.detail.boardCard}</a>
      </p>
    </section>
  );
}

import type { BoardIdentity } from '../contract/board-status.ts';
import type { BoardFamily, CommandDeclaration, SeriesDescription } from './board.ts';
import { formsFor } from './mycobrain/command/command-set.ts';
import { MYCOBRAIN } from './mycobrain/family.ts';

/** Every family Hyphae knows. To add one: its folder, and one line here. */
export const boardFamilies: readonly BoardFamily[] = [MYCOBRAIN];

/** The declaration of a command, whichever family has it; undefined when none has. */
export function findCommand(name: string): CommandDeclaration | undefined {
  for (const family of boardFamilies) {
    const found = family.commands.find((command) => command.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Label, slot, unit, decimals and plausible range of a series; a fair answer for names no family knows. */
export function describeSeries(series: string): SeriesDescription {
  return MYCOBRAIN.describeSeries(series);
}

/** Declarations of the commands the board with these words takes, in the order of the declarations. */
export function commandsFor(identity: BoardIdentity): readonly CommandDeclaration[] {
  const forms = formsFor(identity);
  return MYCOBRAIN.commands.filter((command) => Object.hasOwn(forms, command.name));
}

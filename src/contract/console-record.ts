import type { BoardItem } from './board-item.ts';
import type { EpochMs } from './time.ts';

/**
 * One line of a board's console, on the events channel `device/<id>/console`.
 *  - in     something the board sent: the item and the exact bytes it came from. Taken together, the bytes of consecutive
 *           records plus the counted `skipped` ones are everything the board sent.
 *  - out    something sent to the board.
 *  - note   something that happened to the connection (opened, unplugged, probing, gap …), in words.
 */
export type ConsoleRecord =
  | { readonly dir: 'in'; readonly at: EpochMs; readonly item: BoardItem; readonly hex: string }
  | { readonly dir: 'out'; readonly at: EpochMs; readonly text: string; readonly hex: string; readonly by: string }
  | { readonly dir: 'note'; readonly at: EpochMs; readonly text: string; readonly level: 'info' | 'warn' | 'alarm' };

import type { BoardFamily } from './board.ts';
import { MYCOBRAIN } from './mycobrain/family.ts';

/** Every family Hyphae can talk to. To add one: its folder, one line here, and its part of `catalog.ts`. */
export const boardFamilies: readonly BoardFamily[] = [MYCOBRAIN];

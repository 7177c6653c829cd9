import { app } from './app.ts';
import { boards } from './boards.ts';
import { common } from './common.ts';

/**
 * The words of the first screen, in English. Those of another view are loaded with it, from its own file. Another language is one more
 * file of each.
 */
export const t = { app, boards, common };

import { panels as words } from '../i18n/panels.ts';

/** What to tell somebody who may not act (`link/may.ts`); undefined: they may. */
export const mayNotWords = (reason: 'out' | 'viewer' | undefined): string | undefined =>
  reason === undefined ? undefined : words.mayNot[reason];

import type { CommandUpdate } from '../contract/board-command.ts';
import type { BoardStatus } from '../contract/board-status.ts';
import { t } from '../i18n/en.ts';

/** Boards with outputs: what STOP is for. Those that cannot be reached are among them, so that it says so instead of leaving them out. */
export const boardsToStop = (boards: readonly BoardStatus[]): readonly BoardStatus[] =>
  boards.filter((board) => board.hasOutputs);

/** How one board's stop is going: a word and whether anyone may rely on it. */
export function stopWords(update: CommandUpdate | undefined): {
  readonly text: string;
  readonly level: 'wait' | 'ok' | 'warn' | 'alarm';
} {
  const state = update?.state;
  if (state === undefined) return { text: t.app.stop.sending, level: 'wait' };
  switch (state.is) {
    case 'queued':
    case 'sent':
      return { text: t.app.stop.sending, level: 'wait' };
    case 'accepted':
      return { text: t.app.stop.done, level: 'ok' };
    case 'done':
      return state.acknowledged
        ? { text: t.app.stop.done, level: 'ok' }
        : { text: t.app.stop.unconfirmed, level: 'warn' };
    case 'failed':
    case 'expired':
      return { text: t.app.stop.failed(state.error.message), level: 'alarm' };
  }
}

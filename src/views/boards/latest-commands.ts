import type { CommandState, CommandUpdate } from '../../contract/board-command.ts';
import { t } from '../../i18n/en.ts';
import type { EventLog } from '../../link/event-log.ts';

/** The last word on each of the latest `most` commands of a board, newest command first. */
export function latestCommands(log: EventLog<CommandUpdate>, most: number): readonly CommandUpdate[] {
  const latest = new Map<string, CommandUpdate>();
  for (let i = log.length - 1; i >= 0 && latest.size < most; i -= 1) {
    const entry = log.at(i);
    if (entry?.is === 'record' && !latest.has(entry.record.id)) latest.set(entry.record.id, entry.record);
  }
  return [...latest.values()];
}

const rtt = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** One state of a command in a few words: "accepted 43 ms". */
export function commandWords(state: CommandState): string {
  const words = t.boards.commandState;
  switch (state.is) {
    case 'queued':
      return words.queued;
    case 'sent':
      return words.sent(state.attempt);
    case 'accepted':
      return words.accepted(rtt(state.rttMs));
    case 'done':
      if (!state.acknowledged) return words.unacknowledged;
      return words.done(state.rttMs === undefined ? undefined : rtt(state.rttMs));
    case 'failed':
      return words.failed;
    case 'expired':
      return words.expired;
  }
}

/** What the board itself said, or why it failed. */
export function commandAnswer(state: CommandState): string | undefined {
  if (state.is === 'accepted') return state.answer;
  if (state.is === 'done') return state.answer;
  if (state.is === 'failed') return state.answer ?? state.error.message;
  return state.is === 'expired' ? state.error.message : undefined;
}

import { ageWords } from '../../components/age-words.ts';
import type { EpochMs } from '../../contract/time.ts';
import { connections as words } from '../../i18n/connections.ts';
import type { RowState } from './row-state.ts';

/** A shape for each, so that a state is never told by colour alone. */
export const ROW_SHAPES = {
  live: '●',
  late: '◐',
  quiet: '◌',
  connecting: '◔',
  stale: '○',
  part: '◐',
  retrying: '▲',
  refused: '✕',
  away: '✕',
  stopped: '‖',
  idle: '·',
  none: '–',
} as const satisfies Record<RowState['is'], string>;

/** What follows the word: "for 3 min" · "next try in 4 s, 7th, server answered 503". Empty where the word says it all. */
export function stateDetail(state: RowState, now: EpochMs): string {
  const age = state.since === undefined ? undefined : ageWords(now - state.since);
  switch (state.is) {
    case 'retrying': {
      const inMs = state.nextAt - now;
      const next = inMs < 1000 ? words.state.nextNow : words.state.nextIn(ageWords(inMs));
      return words.state.retry(next, state.attempt, state.why);
    }
    case 'refused':
      return words.state.refusedWhy(state.why);
    case 'stale':
      return state.lastAt === undefined ? words.state.neverCame : words.state.nothingFor(ageWords(now - state.lastAt));
    case 'quiet':
      return age === undefined ? words.state.nothingYet : words.state.nothingYetFor(age);
    case 'part':
      return `${state.part} ${stateSentence(state.trouble, now)}`;
    case 'idle':
      return words.state.nobodyLooks;
    case 'none':
      return words.state.notConfigured;
    default:
      return age === undefined ? '' : words.state.forAge(age);
  }
}

/** The whole sentence: "live for 3 min". */
export const stateSentence = (state: RowState, now: EpochMs): string =>
  `${words.state.is[state.is]} ${stateDetail(state, now)}`.trim();

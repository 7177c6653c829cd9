import { ageWords } from '../../components/age-words.ts';
import { connections as words } from '../../i18n/connections.ts';
import type { InspectorRow } from './row.ts';
import { isTrouble, type RowState, troubleRank } from './row-state.ts';

export interface Verdict {
  readonly is: RowState['is'];
  readonly text: string;
  /** Rows in trouble, the worst first. */
  readonly rows: readonly InspectorRow[];
}

/** How everything is, in one sentence: what can be told apart at two metres. */
export function verdictOf(rows: readonly InspectorRow[], now: number): Verdict {
  const sources = rows.filter((row) => row.parent === undefined && row.group !== 'tabs');
  const trouble = sources
    .filter((row) => isTrouble(row.state))
    .sort((a, b) => troubleRank(a.state) - troubleRank(b.state));
  const worst = trouble[0];
  if (worst !== undefined) {
    const named = trouble.slice(0, NAMED).map((row) => shortState(row, now));
    return { is: worst.state.is, text: words.verdict.trouble(named, trouble.length - named.length), rows: trouble };
  }
  const counted = sources.filter((row) => row.group !== 'server');
  const live = counted.filter(({ state }) => state.is === 'live' || state.is === 'late').length;
  const idle = counted.filter(({ state }) => state.is === 'idle').length;
  if (counted.length === 0) return { is: 'none', text: words.verdict.nothing, rows: [] };
  return { is: live > 0 ? 'live' : 'quiet', text: words.verdict.well(live, idle), rows: [] };
}

/** More names than these are not read at a glance. */
const NAMED = 2;

/** "Redis feeds stale for 1 min": the reason is in its row. */
function shortState({ name, state }: InspectorRow, now: number): string {
  const since = state.is === 'stale' ? state.lastAt : state.since;
  if (state.is === 'part') return words.verdict.part(name, state.part, words.state.is[state.trouble.is]);
  const age = since === undefined ? 'now' : ageWords(now - since);
  return words.verdict.one(name, words.state.is[state.is], age === 'now' ? '' : age);
}

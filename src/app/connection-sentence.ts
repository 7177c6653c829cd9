import { ageWords } from '../components/age-words.ts';
import { boardName, boardState } from '../components/board-state.ts';
import type { BoardStatus } from '../contract/board-status.ts';
import type { RelayStatus } from '../contract/relay-status.ts';
import type { EpochMs } from '../contract/time.ts';
import type { LineStatus, UpstreamStatus } from '../contract/upstream/status.ts';
import { t } from '../i18n/en.ts';
import type { LinkStatus } from '../link/link.ts';
import { liveUpstreams, upstreamTrouble } from './upstream-sentence.ts';

/** ok: calm · wait: something starts · warn: look when you can · alarm: data you count on is not coming. */
export type SentenceLevel = 'ok' | 'wait' | 'warn' | 'alarm';

export interface ConnectionSentence {
  readonly level: SentenceLevel;
  readonly text: string;
}

export interface ConnectionFacts {
  readonly link: LinkStatus;
  readonly relay: RelayStatus | undefined;
  readonly boards: readonly BoardStatus[];
  readonly upstreams: readonly UpstreamStatus[];
  readonly lines: readonly LineStatus[];
  /** The browser says it has a network. */
  readonly online: boolean;
  readonly now: EpochMs;
}

/** The state of everything in one sentence: the worst of hub, boards, upstreams and relay first. */
export function connectionSentence(facts: ConnectionFacts): ConnectionSentence {
  return hubSentence(facts.link) ?? boardsSentence(facts) ?? sourcesSentence(facts) ?? calmSentence(facts);
}

function hubSentence(link: LinkStatus): ConnectionSentence | undefined {
  switch (link.is) {
    case 'failed':
      return { level: 'alarm', text: t.app.sentence.hubFailed };
    case 'restarting':
      return { level: 'warn', text: t.app.sentence.hubRestarting };
    case 'connecting':
      return { level: 'wait', text: t.app.sentence.hubConnecting };
    case 'connected':
      return link.supersededBy === undefined ? undefined : { level: 'warn', text: t.app.sentence.superseded };
  }
}

function boardsSentence({ boards, relay, now }: ConnectionFacts): ConnectionSentence | undefined {
  const states = boards
    .map((board) => ({ board, state: boardState(board, now) }))
    // What is wrong with those is the way to them: the relay's own sentence says it.
    .filter(({ board }) => board.path.is !== 'relay' || !isRelayTroubled(relay));
  const retrying = states.filter(({ state }) => state.is === 'retrying');
  const first = retrying[0];
  if (first !== undefined) {
    return { level: 'alarm', text: t.app.sentence.cannotOpen(boardName(first.board), retrying.length - 1) };
  }
  let silent: { name: string; forMs: number | undefined } | undefined;
  let others = -1;
  for (const { board, state } of states) {
    if (state.is !== 'silent') continue;
    others += 1;
    const forMs = state.sinceMs === undefined ? undefined : now - state.sinceMs;
    if (silent === undefined || (forMs ?? 0) > (silent.forMs ?? 0)) silent = { name: boardName(board), forMs };
  }
  if (silent !== undefined) {
    const age = silent.forMs === undefined ? undefined : ageWords(silent.forMs);
    return { level: 'alarm', text: t.app.sentence.silent(silent.name, age, others) };
  }
  const away = states.filter(({ state }) => state.is === 'away');
  const gone = away[0];
  if (gone !== undefined) return { level: 'warn', text: t.app.sentence.away(boardName(gone.board), away.length - 1) };
  return undefined;
}

/** After the boards: those are on the table. A late board is still heard beside it. */
function sourcesSentence(facts: ConnectionFacts): ConnectionSentence | undefined {
  const text = facts.online ? upstreamTrouble(facts) : undefined;
  return text === undefined ? undefined : { level: 'warn', text: `${text} · ${boardsPart(facts)}` };
}

function boardsPart({ boards, now }: ConnectionFacts): string {
  const live = boards.filter((board) => ['live', 'late'].includes(boardState(board, now).is)).length;
  return boards.length === 0 ? t.app.sentence.noBoards : t.app.sentence.live(live, boards.length);
}

const isRelayTroubled = (relay: RelayStatus | undefined): boolean =>
  relay !== undefined && (relay.state.is !== 'live' || relay.degraded !== undefined);

function calmSentence(facts: ConnectionFacts): ConnectionSentence {
  const { boards, relay, online, now } = facts;
  const states = boards.map((board) => boardState(board, now).is);
  const live = states.filter((is) => is === 'live' || is === 'late').length;
  const { live: sources, inPart } = liveUpstreams(facts);
  const parts = [boardsPart(facts), ...(sources > 0 ? [t.app.sentence.sources(sources, inPart)] : [])].join(' · ');
  const late = states.some((is) => is === 'late');
  const starting = states.some((is) => is === 'starting');
  const level: SentenceLevel = late ? 'warn' : starting || live + sources === 0 ? 'wait' : 'ok';
  const relayIs = relay?.state.is;
  if (relayIs === undefined || relayIs === 'off') return { level, text: parts };
  if (relayIs === 'live' && relay?.degraded !== undefined)
    return { level: states.includes('silent') ? 'alarm' : 'warn', text: t.app.sentence.relayDegraded(parts) };
  if (relayIs === 'live') return { level, text: `${parts} · ${t.app.sentence.relayConnected}` };
  if (relayIs === 'connecting') return { level, text: `${parts} · ${t.app.sentence.relayConnecting}` };
  if (relayIs === 'refused') return { level: 'warn', text: `${parts} · ${t.app.sentence.relayRefused}` };
  return { level: 'warn', text: online ? t.app.sentence.relayLost(parts) : t.app.sentence.offline };
}

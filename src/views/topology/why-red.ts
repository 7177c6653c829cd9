import { ageWords } from '../../components/age-words.ts';
import { clockTime } from '../../components/clock-words.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { type AgentFacts, missedHeartbeats } from './agent-facts.ts';

/** What is wrong with an agent, in one word. */
export type Finding =
  | 'well'
  | 'gone'
  | 'silent-stream'
  | 'down'
  | 'late'
  | 'flapping'
  | 'restarting'
  | 'failing'
  | 'stuck'
  | 'unheard'
  | 'unknown';

export interface Why {
  readonly is: Finding;
  /** One to three plain sentences. */
  readonly sentences: readonly string[];
}

/** Troubles this far back count. */
export const FLAP_WINDOW_MS = 20 * 60_000;
/** That many of them are flapping. */
export const FLAPS = 3;
/** The supervisor says the same every 30 s while it lasts: a longer pause ends a trouble. */
const EPISODE_PAUSE_MS = 75_000;

const BAD = new Set(['agent_unresponsive', 'agent_restart_failed']);
const isBad = ({ what, word }: TopologyLogRecord): boolean => what === 'agent-error' || BAD.has(word);
const isGood = ({ what, word }: TopologyLogRecord): boolean => what === 'agent-recovered' || word === 'agent_restarted';

/** How often trouble began anew, of an agent's log (oldest first) since `from`. */
export function episodesOf(log: readonly TopologyLogRecord[], from: EpochMs): number {
  let episodes = 0;
  let lastBadAt = Number.NEGATIVE_INFINITY;
  for (const record of log) {
    if (record.at < from) continue;
    if (isGood(record)) lastBadAt = Number.NEGATIVE_INFINITY;
    else if (isBad(record)) {
      if (record.at - lastBadAt > EPISODE_PAUSE_MS) episodes += 1;
      lastBadAt = record.at;
    }
  }
  return episodes;
}

/**
 * Why an agent is red, yellow or grey, from facts alone. `log`: its own records, oldest first.
 * Down, flapping, restarting and "nobody is heard" look alike on a screen and need different people.
 */
export function whyRed(facts: AgentFacts, log: readonly TopologyLogRecord[], now: EpochMs): Why {
  const { agent, heardAt, goneSince } = facts;
  const w = words.why;
  const age = heardAt === undefined ? undefined : ageWords(now - heardAt);
  const lastError = agent.lastError ?? log.findLast(({ what, why }) => what === 'agent-error' && why)?.why;
  const withError = (...sentences: string[]): readonly string[] =>
    (lastError === undefined ? sentences : [...sentences, w.lastError(lastError)]).slice(0, 3);

  if (goneSince !== undefined)
    return { is: 'gone', sentences: withError(w.gone(clockTime(goneSince)), w.before(words.states[agent.state])) };
  if (agent.flags.includes('no-heartbeats'))
    return { is: 'silent-stream', sentences: [w.silentStream, ...(age === undefined ? [] : [w.lastHeard(age)])] };
  if (agent.life === 'offline')
    return { is: 'down', sentences: withError(w.down(age ?? '', missedHeartbeats(heardAt, now) ?? 0)) };
  if (agent.life === 'stale')
    return { is: 'late', sentences: withError(w.late(age ?? '', missedHeartbeats(heardAt, now) ?? 0)) };

  const recent = log.filter(({ at }) => at >= now - FLAP_WINDOW_MS);
  const episodes = episodesOf(recent, now - FLAP_WINDOW_MS);
  if (episodes >= FLAPS) {
    const onlyCycles = recent.every((record) => !isBad(record) || record.word === 'agent_unresponsive');
    return {
      is: 'flapping',
      sentences: onlyCycles
        ? [w.flapping(episodes, FLAP_WINDOW_MS / 60_000), w.cyclesNotOutage]
        : withError(w.flapping(episodes, FLAP_WINDOW_MS / 60_000), w.notDown),
    };
  }
  return whyOfState(facts, recent, age, withError);
}

function whyOfState(
  { agent }: AgentFacts,
  recent: readonly TopologyLogRecord[],
  age: string | undefined,
  withError: (...sentences: string[]) => readonly string[],
): Why {
  const w = words.why;
  const heard = age === undefined ? [] : [w.stillHeard(age)];
  const restarts = recent.filter(({ word }) => word === 'agent_restarted');
  switch (agent.state) {
    case 'starting': {
      const last = restarts.at(-1);
      const begun = last ? w.restarted(clockTime(last.at), restarts.length) : w.starting;
      return { is: 'restarting', sentences: last?.why === undefined ? withError(begun) : [begun, w.reason(last.why)] };
    }
    case 'error':
    case 'degraded': {
      const failed = recent.findLast(({ word }) => word === 'agent_restart_failed');
      const count = agent.metrics?.consecutiveErrors;
      const first =
        agent.said === 'agent_restart_failed' && failed
          ? w.restartFailed(failed.why ?? '')
          : count !== undefined && count > 0
            ? w.errorsInARow(count)
            : w.saysOfItself(words.states[agent.state]);
      return { is: 'failing', sentences: withError(first) };
    }
    case 'unresponsive':
      return {
        is: 'stuck',
        sentences: [w.stuck(agent.why ?? ''), ...heard, ...(age === undefined ? [] : [w.cyclesNotOutage])],
      };
    case 'offline':
      return { is: 'down', sentences: withError(w.saysOfItself(words.states.offline)) };
    case 'unknown':
      return { is: 'unknown', sentences: [agent.said === '' ? w.nobodySaid : w.unknownWord(agent.said), ...heard] };
    default:
      return agent.life === 'unheard'
        ? { is: 'unheard', sentences: [w.unheard(words.states[agent.state])] }
        : { is: 'well', sentences: [w.well, ...heard] };
  }
}

import { ageWords } from '../components/age-words.ts';
import type { RelayStatus } from '../contract/relay-status.ts';
import type { EpochMs } from '../contract/time.ts';
import type { LineStatus, UpstreamStatus } from '../contract/upstream/status.ts';
import { t } from '../i18n/en.ts';

export interface UpstreamFacts {
  readonly upstreams: readonly UpstreamStatus[];
  readonly lines: readonly LineStatus[];
  readonly relay: RelayStatus | undefined;
  readonly now: EpochMs;
}

/** A connection that is back at once is no news. */
const GRACE_MS = 5_000;

/**
 * What is wrong with upstreams that somebody looks at; undefined: nothing. One that is idle, stopped by a person or not set up is as it
 * should be, one that comes through a relay that is lost is the relay's news, and one that is live in part is told calmly.
 */
export function upstreamTrouble({ upstreams, lines, relay, now }: UpstreamFacts): string | undefined {
  const isRelayLost = relay !== undefined && relay.state.is !== 'live' && relay.state.is !== 'off';
  const isLive = (id: string) => lines.some(({ upstream, state }) => upstream === id && state.is === 'live');
  const watched = upstreams.filter(
    ({ id, stopped, via }) => !stopped && !isLive(id) && (via === 'direct' || !isRelayLost),
  );
  const troubled = (is: LineStatus['state']['is']) =>
    watched.flatMap((upstream) => {
      const line = lines.find(
        ({ upstream: id, state }) => id === upstream.id && state.is === is && now - state.since >= graceOf(state),
      );
      return line === undefined ? [] : [{ name: upstream.name, line }];
    });
  const words = t.app.sentence;
  const refused = troubled('refused');
  if (refused[0] !== undefined) return words.sourceRefused(refused[0].name, refused.length - 1);
  const lost = troubled('retrying');
  if (lost[0] !== undefined) return words.sourceLost(lost[0].name, lost.length - 1);
  const silent = troubled('stale');
  const { name, line } = silent[0] ?? {};
  if (name === undefined || line === undefined) return undefined;
  return words.sourceSilent(name, ageWords(now - (line.lastRecordAt ?? line.state.since)), silent.length - 1);
}

const graceOf = (state: LineStatus['state']): number => (state.is === 'retrying' && state.attempt < 2 ? GRACE_MS : 0);

/** Upstreams that bring something now, and how many of them do so only in part. */
export function liveUpstreams({ upstreams, lines }: UpstreamFacts): { readonly live: number; readonly inPart: number } {
  let live = 0;
  let inPart = 0;
  for (const { id } of upstreams) {
    const states = lines.flatMap(({ upstream, state }) => (upstream === id ? [state.is] : []));
    if (!states.includes('live')) continue;
    live += 1;
    if (states.some((is) => is === 'refused' || is === 'retrying' || is === 'stale')) inPart += 1;
  }
  return { live, inPart };
}

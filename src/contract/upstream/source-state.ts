import type { EpochMs } from '../time.ts';
import type { LineState, LineStatus, UpstreamStatus } from './status.ts';

/** What the source behind a panel is, judged from the connections that feed it. Connected is not live. */
export type SourceState =
  /** The hub has not told yet. */
  | { readonly is: 'unknown' }
  /** Nobody said where it is. */
  | { readonly is: 'none'; readonly why: string }
  /** stopped: by a person · idle: not asked for yet · quiet: connected, and no record came yet */
  | { readonly is: 'stopped' | 'idle' | 'connecting' | 'quiet' | 'live'; readonly since: EpochMs }
  /** lastAt: undefined if nothing ever came. */
  | { readonly is: 'stale'; readonly since: EpochMs; readonly lastAt: EpochMs | undefined }
  | {
      readonly is: 'retrying';
      readonly since: EpochMs;
      readonly nextAt: EpochMs;
      readonly attempt: number;
      readonly why: string;
    }
  | { readonly is: 'refused'; readonly since: EpochMs; readonly why: string };

/** The best first: one connection that brings data makes the panel live. */
const ORDER: readonly LineState['is'][] = [
  'live',
  'stale',
  'connected-no-data',
  'retrying',
  'refused',
  'connecting',
  'stopped',
  'idle',
];

/** `lines`: the connections that feed this panel, any of which is enough. */
export function sourceState(upstream: UpstreamStatus | undefined, lines: readonly LineStatus[]): SourceState {
  if (upstream === undefined) return { is: 'unknown' };
  if (upstream.via === 'none') return { is: 'none', why: upstream.why ?? '' };
  const best = lines
    .filter((line) => !isOutlived(line, lines))
    .toSorted((a, b) => ORDER.indexOf(a.state.is) - ORDER.indexOf(b.state.is))[0];
  if (best === undefined) return { is: 'unknown' };
  const { state } = best;
  if (state.is === 'connected-no-data') return { is: 'quiet', since: state.since };
  return state.is === 'stale' ? { ...state, lastAt: best.lastRecordAt } : state;
}

/**
 * A list that is asked for every minute or more was well when it was asked last. A connection that broke since then knows better what is
 * now, until the list answers again.
 */
function isOutlived(line: LineStatus, lines: readonly LineStatus[]): boolean {
  if (line.transport !== 'poll' || line.state.is !== 'live') return false;
  const answeredAt = line.lastRecordAt ?? line.state.since;
  return lines.some(
    ({ transport, state, lastDrop }) =>
      transport !== 'poll' &&
      (state.is === 'retrying' || state.is === 'connecting') &&
      lastDrop !== undefined &&
      lastDrop.at > answeredAt,
  );
}

/** Data that somebody counts on is not coming. */
export const isSourceTrouble = ({ is }: SourceState): boolean =>
  is === 'stale' || is === 'retrying' || is === 'refused' || is === 'none' || is === 'stopped';

import type { EpochMs } from '../../contract/time.ts';
import type { ReplyRecord, ToolCallRecord, TurnRecord } from '../../contract/upstream/mas-voice.ts';
import type { SpeechSpan } from './speech-spans.ts';

/** What one turn of the person was answered with, and how long after it; ms. undefined: it did not come (yet). */
export interface TurnLatency {
  readonly at: EpochMs;
  readonly said: 'typed' | 'spoken';
  readonly text: string | undefined;
  readonly wordMs: number | undefined;
  readonly soundMs: number | undefined;
  readonly toolMs: number | undefined;
  readonly replyMs: number | undefined;
}

/** What of an answer later than this belongs to something else. */
const MOST_MS = 30_000;

/** @param sounds when her voice began to arrive after a silence */
export function turnLatencies(
  turns: readonly TurnRecord[],
  spans: readonly SpeechSpan[],
  sounds: readonly EpochMs[],
  tools: readonly ToolCallRecord[],
  replies: readonly ReplyRecord[],
): readonly TurnLatency[] {
  const typed = turns
    .filter(({ speaker }) => speaker === 'user')
    .map(({ startedAt, text }) => ({ at: startedAt, said: 'typed' as const, text }));
  const spoken = spans.flatMap(({ to }) =>
    to === undefined ? [] : [{ at: to, said: 'spoken' as const, text: undefined }],
  );
  const asked = [...typed, ...spoken].sort((a, b) => a.at - b.at);
  const words = turns.filter(({ speaker }) => speaker === 'myca').map(({ startedAt }) => startedAt);
  return asked.map((one, index) => {
    const until = Math.min(asked[index + 1]?.at ?? Number.POSITIVE_INFINITY, one.at + MOST_MS);
    const after = (times: readonly number[]) => {
      const first = times.find((at) => at >= one.at && at < until);
      return first === undefined ? undefined : first - one.at;
    };
    return {
      ...one,
      wordMs: after(words),
      soundMs: after(sounds),
      toolMs: after(tools.filter(({ status }) => status !== 'running').map(({ rx }) => rx)),
      replyMs: after(replies.map(({ rx }) => rx)),
    };
  });
}

/** The middle one; undefined of none. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)];
}

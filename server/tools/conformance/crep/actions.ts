import type { CrepRecord } from '../../../../src/contract/upstream/crep.ts';
import type { Reading } from '../../../../src/upstreams/crep/reading.ts';

/** What one line led to. */
export interface Outcome {
  readonly reading: Reading;
  /** Records that the message told. */
  readonly told: readonly CrepRecord[];
  /** `out.count` calls: `dropped:bad_json` → 1. */
  readonly counts: ReadonlyMap<string, number>;
}

const hasFlag = ({ told }: Outcome, ...flags: readonly string[]): boolean =>
  told.some((it) => flags.some((flag) => it.flags.includes(flag)));

const applied = ({ reading, told }: Outcome): boolean => reading.is === 'records' && told.length > 0;
const isBroken = ({ reading }: Outcome): boolean => reading.is === 'failure' || reading.is === 'refused';

/** Whether what happened is what the word means (vectors README). */
const MEANS: Readonly<Record<string, (it: Outcome) => boolean>> = {
  apply: (it) => applied(it) || it.reading.is === 'panel' || it.reading.is === 'trail' || it.reading.is === 'records',
  apply_unknown: applied,
  apply_escaped: applied,
  apply_suspect: (it) =>
    applied(it) && hasFlag(it, 'units-guessed', 'implausible-speed', 'teleport', 'clock-skew', 'time-estimated'),
  apply_receive_time: (it) => applied(it) && hasFlag(it, 'clock-skew', 'time-estimated'),
  dedupe: (it) => it.reading.duplicates > 0 && new Set(it.told.map(({ key }) => key)).size === it.told.length,
  no_render: (it) =>
    applied(it) &&
    it.told.every((one) => one.lon === undefined && !(one.kind === 'satellite' && one.elements !== undefined)),
  mark_stale: (it) => hasFlag(it, 'elements-old'),
  remove: (it) => it.reading.removed.length > 0,
  history_only: (it) => it.reading.is === 'trail' && it.told.length === 0,
  control: (it) => it.reading.is === 'control' && it.told.length === 0,
  freshness_only: (it) => it.reading.is === 'control' || it.reading.is === 'nothing',
  ignore: (it) => it.told.length === 0 && (it.reading.is === 'nothing' || it.reading.unknownKinds > 0),
  drop: (it) => it.told.length === 0 && it.reading.dropped > 0,
  drop_item: (it) => it.reading.dropped > 0,
  degrade: (it) => isBroken(it),
  backoff: (it) => isBroken(it),
  show_error: (it) => isBroken(it),
  // What was connected is tried again without end; only a wrong key is not.
  stop: (it) => it.reading.is === 'refused',
  reconnect: (it) => it.reading.is === 'reconnect',
  execute: (it) => it.reading.command !== undefined && !it.reading.command.confirm,
  // Either it is none of ours, or a person must say yes first.
  reject: (it) => it.reading.is === 'command' && (it.reading.command === undefined || it.reading.command.confirm),
};

export function checkAction(action: string, outcome: Outcome): string | undefined {
  const means = MEANS[action];
  if (means === undefined) return `action ${action}: nothing checks it`;
  if (means(outcome)) return undefined;
  const { is, why, applied: count, dropped } = outcome.reading;
  return `action: expected ${action}, got ${is}${why === undefined ? '' : ` (${why})`} with ${count} applied and ${dropped} dropped`;
}

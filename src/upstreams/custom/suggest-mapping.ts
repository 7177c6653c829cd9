import type { EpochMs } from '../../contract/time.ts';
import type { FeedMapping } from '../../contract/upstream/custom-feed.ts';
import { timeOf } from '../../decode/message-time.ts';
import { numberOf } from '../readings.ts';
import { isStep, leavesOf, valueAt } from './field-path.ts';

const KEY_WORDS = [
  'id',
  'key',
  'device',
  'deviceid',
  'device_id',
  'sensor',
  'sensor_id',
  'serial',
  'name',
  'station',
  'source',
];
const TIME_WORDS = [
  'time',
  'timestamp',
  'ts',
  'at',
  'date',
  'datetime',
  'when',
  'observed_at',
  'created_at',
  'updated_at',
];
/** Names that hold numbers, but none that anybody plots. */
const NO_VALUES = ['seq', 'sequence', 'version', 'count', 'total', 'page', 'limit', 'code', 'port'];
/** A time further from now than this is more likely something else. */
const PLAUSIBLE_MS = 10 * 366 * 86_400_000;

const lastWord = (path: string): string => path.slice(path.lastIndexOf('.') + 1).toLowerCase();

/** Which field is probably what, from a few messages; the person corrects it. Numbers are plotted, a feed without any is listed. */
export function suggestMapping(messages: readonly unknown[], now: EpochMs): FeedMapping {
  const [first] = messages;
  const items = listIn(first);
  const sample = (items === undefined ? messages : (valueAt(first, items) as unknown[])).slice(0, 20);
  const leaves = leavesOf(sample[0]);
  const paths = leaves.map(([path]) => path);
  const time = paths
    .filter((path) => isTime(sample, path, now))
    .sort((a, b) => rank(TIME_WORDS, a) - rank(TIME_WORDS, b))[0];
  const key = paths
    .filter((path) => path !== time && KEY_WORDS.includes(lastWord(path)) && isName(sample, path))
    .sort((a, b) => rank(KEY_WORDS, a) - rank(KEY_WORDS, b))[0];
  const values = leaves.flatMap(([path, leaf]) => {
    const plotted = numberOf(leaf) !== undefined && path !== key && !isTime(sample, path, now);
    return plotted && !NO_VALUES.includes(lastWord(path)) ? [{ path, name: path || 'value', unit: '' }] : [];
  });
  return {
    kind: values.length > 0 ? 'samples' : 'events',
    ...(items !== undefined && { items }),
    ...(key !== undefined && { key }),
    ...(time !== undefined && { time }),
    values,
  };
}

/** Where the list of items is: the message itself, or the first of its members that is a list of objects. */
function listIn(message: unknown): string | undefined {
  if (Array.isArray(message)) return message.length > 0 ? '' : undefined;
  if (typeof message !== 'object' || message === null) return undefined;
  for (const [name, value] of Object.entries(message)) {
    if (Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && isStep(name)) return name;
  }
  return undefined;
}

const rank = (words: readonly string[], path: string): number => {
  const at = words.indexOf(lastWord(path));
  return at === -1 ? words.length : at;
};

function isTime(sample: readonly unknown[], path: string, now: EpochMs): boolean {
  const named = TIME_WORDS.includes(lastWord(path));
  return sample.every((item) => {
    const value = valueAt(item, path);
    const ms = timeOf(value);
    if (ms === undefined || Math.abs(ms - now) > PLAUSIBLE_MS) return false;
    // A bare number is a time only when its name says so, or it is as large as epoch milliseconds are.
    return named || typeof value === 'string' || (typeof value === 'number' && value > 1e11);
  });
}

const isName = (sample: readonly unknown[], path: string): boolean =>
  sample.every((item) => ['string', 'number'].includes(typeof valueAt(item, path)));

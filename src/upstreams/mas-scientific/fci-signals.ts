import { MAX_FCI_CHANNELS } from '../../contract/upstream/mas-scientific.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { type Fields, idOf, numberOf } from '../mas/fields.ts';
import type { Out } from '../out.ts';
import { fciPart } from './fci-part.ts';

const DEFAULT_RATE_HZ = 1_000;
const MAX_SAMPLES = 8_192;
const MAX_SESSIONS = 64;
const names: readonly string[] = Array.from({ length: MAX_FCI_CHANNELS }, (_, index) => `ch${index}`);

export const channelNames = (count: number): readonly string[] =>
  count === names.length ? names : names.slice(0, count);

/** `fci.signal` of socket A (§2.3): a list of samples per channel, in µV; the frame's time is that of its last sample. */
export class FciSignals {
  /** When the last sample of each session was. */
  readonly #ends = new Map<string, number>();

  /** False: it is no frame of a signal. */
  frame(payload: Fields, session: unknown, from: Sourced, out: Out): boolean {
    const id = idOf(session, 64);
    const { channels } = payload;
    if (id === undefined || !Array.isArray(channels) || channels.length === 0) return false;
    if (channels.length > MAX_FCI_CHANNELS) return false;
    let samples = 0;
    for (const channel of channels) {
      if (!Array.isArray(channel) || channel.length > MAX_SAMPLES) return false;
      samples = Math.max(samples, channel.length);
    }
    if (samples === 0) return false;
    if (!this.#ends.has(id) && this.#ends.size >= MAX_SESSIONS) {
      out.count('dropped', 'too-many-sessions');
      return true;
    }
    const columns = channels.map((channel: unknown[]) => columnOf(channel, samples));
    out.rows(fciPart(id), {
      series: channelNames(channels.length),
      times: this.#times(id, samples, rateOf(payload.sampleRate), Math.min(from.at, from.rx)),
      columns,
      provenance: from.provenance === 'simulated' ? 'simulated' : 'unknown',
    });
    return true;
  }

  #times(id: string, samples: number, rateHz: number, end: number): Float64Array {
    const before = this.#ends.get(id) ?? 0;
    const last = Math.max(end, before);
    const times = new Float64Array(samples);
    const step = 1_000 / rateHz;
    for (let at = 0; at < samples; at += 1) times[at] = Math.max(before, last - (samples - 1 - at) * step);
    this.#ends.set(id, last);
    return times;
  }
}

function rateOf(value: unknown): number {
  const rate = numberOf(value);
  return rate === undefined || rate < 1 || rate > 100_000 ? DEFAULT_RATE_HZ : rate;
}

/** What is no number is a hole. */
function columnOf(samples: readonly unknown[], length: number): Float64Array {
  const column = new Float64Array(length).fill(Number.NaN);
  for (let at = 0; at < samples.length; at += 1) {
    const value = samples[at];
    if (typeof value === 'number') column[at] = value;
  }
  return column;
}

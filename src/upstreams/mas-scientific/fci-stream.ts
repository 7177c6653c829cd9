import type { Provenance } from '../../contract/provenance.ts';
import type { EpochMs } from '../../contract/time.ts';
import {
  FCI_BATCH_MS,
  type FciNowRecord,
  type FciQualityRecord,
  MAX_FCI_CHANNELS,
  type ScientificLogRecord,
} from '../../contract/upstream/mas-scientific.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { type Fields, idOf, isFields, textOf } from '../mas/fields.ts';
import { readFrame, reasonOf } from '../mas/frame.ts';
import { CLOCK_SKEW_MS, sourced } from '../mas/sourced.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { FciBatch } from './fci-batch.ts';
import { fciPart, isDemo } from './fci-part.ts';
import { patternOf, spectrumOf } from './fci-shapes.ts';

const QUALITY_MS = 1_000;

/** What MAS answered to something that was asked over a signal's socket. */
export interface FciAck {
  readonly type: 'config_ack' | 'stimulate_ack' | 'pattern_set' | 'error';
  readonly message: Fields;
}

/** `/api/fci/ws/stream/{device}`: the signal of one device, a message per sample. */
export class FciStream {
  readonly device: string;
  readonly #raw = new FciBatch();
  readonly #filtered = new FciBatch();
  readonly #rawPart: string;
  readonly #filteredPart: string;
  readonly #flags: readonly string[];
  #provenance: Provenance = 'unknown';
  #flushedAt: EpochMs = 0;
  #toldAt: EpochMs = 0;
  #quality = { channels: 0, samples: 0, artifacts: 0, spikes: 0 };
  readonly #snr = new Float64Array(MAX_FCI_CHANNELS);

  constructor(device: string) {
    this.device = device;
    this.#rawPart = fciPart(device);
    this.#filteredPart = fciPart(device, 'fci-filtered');
    // Any other name may be made up as well when the device is away; nothing in the data says so.
    this.#flags = isDemo(device) ? ['simulated'] : ['maybe-simulated'];
  }

  /** @param filtered whether somebody wants the filtered curve too. Gives the answer to a command, when it is one. */
  frame(data: string | ArrayBuffer, filtered: boolean, out: Out, context: ReadContext): FciAck | undefined {
    const message = readFrame(data, out);
    if (message === undefined) return undefined;
    if (message.type === 'sample') {
      this.#sample(message, filtered, out, context);
      return undefined;
    }
    return this.#other(message, out, context);
  }

  /** What was collected, when a batch is due; `now` is any clock that goes on. To be called every {@link FCI_BATCH_MS} as well. */
  flush(now: EpochMs, out: Out): void {
    this.#flushedAt = now;
    if (!this.#raw.isEmpty) out.rows(this.#rawPart, this.#raw.take(this.#provenance));
    if (!this.#filtered.isEmpty) out.rows(this.#filteredPart, this.#filtered.take(this.#provenance));
  }

  #sample(message: Fields, filtered: boolean, out: Out, context: ReadContext): void {
    const { channels } = message;
    if (!Array.isArray(channels) || channels.length === 0 || !channels.some(hasNumber)) {
      out.count('dropped', 'sample');
      return;
    }
    this.#provenance = context.simulated || isDemo(this.device) ? 'simulated' : 'unknown';
    const said = utcMs(message.timestamp) ?? context.now;
    const at = Math.abs(said - context.now) > CLOCK_SKEW_MS ? context.now : Math.min(said, context.now);
    this.#raw.open(at);
    if (filtered) this.#filtered.open(at);
    const quality = this.#quality;
    quality.samples += 1;
    for (const channel of channels) {
      if (!isFields(channel)) continue;
      const index = channel.channel;
      if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= MAX_FCI_CHANNELS) {
        out.count('dropped', 'fci-channel');
        continue;
      }
      if (typeof channel.raw === 'number') this.#raw.set(index, channel.raw);
      if (filtered && typeof channel.filtered === 'number') this.#filtered.set(index, channel.filtered);
      if (channel.is_artifact === true) quality.artifacts += 1;
      if (channel.spike === true) quality.spikes += 1;
      if (typeof channel.snr_db === 'number') this.#snr[index] = channel.snr_db;
      if (index >= quality.channels) quality.channels = index + 1;
    }
    if (context.now - this.#flushedAt >= FCI_BATCH_MS || this.#raw.isFull) this.flush(context.now, out);
    if (context.now - this.#toldAt >= QUALITY_MS) this.#tellQuality(out, context);
  }

  #tellQuality(out: Out, context: ReadContext): void {
    this.#toldAt = context.now;
    const snrDb = [...this.#snr.subarray(0, this.#quality.channels)];
    const record: FciQualityRecord = {
      ...this.#sourced(undefined, context),
      t: 'fci-quality',
      device: this.device,
      ...this.#quality,
      snrDb,
    };
    out.put('fci-now', `${this.device}/quality`, record);
  }

  #other(message: Fields, out: Out, context: ReadContext): FciAck | undefined {
    switch (message.type) {
      case 'spectrum': {
        const record = spectrumOf(message.data, this.device, this.#sourced(undefined, context));
        if (record) out.put('fci-now', `${this.device}/spectrum`, record);
        else out.count('dropped', 'spectrum');
        return undefined;
      }
      case 'pattern': {
        const at = isFields(message.data) ? utcMs(message.data.timestamp) : undefined;
        const record = patternOf(message.data, this.device, this.#sourced(at, context));
        if (record) out.put('fci-now', `${this.device}/pattern`, record);
        else out.count('dropped', 'pattern');
        return undefined;
      }
      case 'device_connected':
      case 'device_disconnected':
        this.#link(message, message.type === 'device_connected', out, context);
        return undefined;
      case 'config_ack':
      case 'pattern_set':
        return { type: message.type, message };
      case 'stimulate_ack':
        out.event('log', this.#log('acknowledged', `stimulate: ${textOf(message.status, 60) ?? 'no status'}`, context));
        return { type: message.type, message };
      case 'error': {
        const words = isFields(message.payload) ? message.payload.message : message.message;
        out.event('log', this.#log('server-error', withoutAddresses(textOf(words) ?? 'unknown error'), context));
        return { type: 'error', message };
      }
      case 'pong':
      case 'connected':
        return undefined;
      default:
        out.count('unknown', reasonOf(message.type));
        return undefined;
    }
  }

  /** Everybody is told when a *viewer* comes or goes; only the firmware's own word is about the probe. */
  #link(message: Fields, connected: boolean, out: Out, context: ReadContext): void {
    const device = idOf(message.device_id, 64);
    if (message.source !== 'firmware') {
      out.count('filtered', 'viewer');
      return;
    }
    if (device === undefined) {
      out.count('dropped', 'link');
      return;
    }
    const from = sourced(context, utcMs(message.timestamp), 'firmware');
    out.put('fci-now', `${device}/link`, { ...from, t: 'fci-link', device, connected } satisfies FciNowRecord);
    const text = connected ? 'the probe is plugged in' : 'the probe was unplugged';
    out.event('log', {
      ...from,
      t: 'scientific-log',
      what: 'probe',
      about: device,
      text,
    } satisfies ScientificLogRecord);
  }

  #log(what: ScientificLogRecord['what'], text: string, context: ReadContext): ScientificLogRecord {
    return { ...this.#sourced(undefined, context), t: 'scientific-log', what, about: this.device, text };
  }

  #sourced(at: EpochMs | undefined, context: ReadContext): Sourced {
    const said = sourced(context, at, this.device, this.#flags, isDemo(this.device) ? 'simulated' : 'unknown');
    return { ...said, flags: [...new Set(said.flags)] };
  }
}

const hasNumber = (channel: unknown): boolean => isFields(channel) && typeof channel.raw === 'number';

import type { EpochMs } from '../../contract/time.ts';
import {
  AUDIO_BACKLOG_MS,
  type AudioRecord,
  BARGE_IN_DISCARD_MS,
  SPEAKING_MS,
} from '../../contract/upstream/mas-voice.ts';
import { Deque } from '../../lib/deque.ts';
import type { Out, ReadContext } from '../out.ts';
import type { BinaryFrame } from './binary-frame.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';

/** Headers sound for no time: so many frames are kept at most, whatever they claim. */
const MAX_WAITING = 512;

type Audio = Extract<BinaryFrame, { readonly is: 'audio' }>;

/**
 * Her voice, on its way to whoever plays it. While nobody listens the newest three seconds wait and the oldest are dropped and counted;
 * after an interruption what was under way is discarded (contract mas-voice §2.5, §6). Words never wait here.
 */
export class Player {
  readonly #waiting = new Deque<AudioRecord>();
  #waitingMs = 0;
  #seq = 0;
  #quietUntil: EpochMs = 0;
  #lastAudioAt: EpochMs | undefined;
  #framesIn = 0;
  #dropped = 0;
  #discarded = 0;

  get counts(): { readonly framesIn: number; readonly dropped: number; readonly discarded: number } {
    return { framesIn: this.#framesIn, dropped: this.#dropped, discarded: this.#discarded };
  }

  /** `isHeard`: somebody reads the part `audio`. */
  take(frame: Audio, isHeard: boolean, out: Out, context: ReadContext): Told {
    const facts = { container: frame.container };
    this.#framesIn += 1;
    if (context.now < this.#quietUntil) {
      this.#discarded += 1;
      out.count('filtered', 'after-barge-in');
      return told('discard', facts);
    }
    if (frame.broken !== undefined) {
      out.count('dropped', frame.broken);
      return told('drop', facts);
    }
    this.#lastAudioAt = context.now;
    // A copy of its own: the frame's buffer belongs to the connection.
    this.#send(
      {
        is: 'audio',
        container: frame.container,
        bytes: frame.payload.slice(),
        durationMs: frame.durationMs,
        packets: undefined,
      },
      isHeard,
      out,
      context,
    );
    return told('apply', facts);
  }

  /** The person here interrupts: nothing that was said before is to be heard any more. */
  bargeIn(isHeard: boolean, out: Out, context: ReadContext): void {
    this.#quietUntil = context.now + BARGE_IN_DISCARD_MS;
    this.flush(isHeard, out, context);
  }

  /** Drops what waits, and tells players to do the same. */
  flush(isHeard: boolean, out: Out, context: ReadContext): void {
    while (this.#waiting.shift() !== undefined) {
      this.#discarded += 1;
      out.count('filtered', 'flushed');
    }
    this.#waitingMs = 0;
    this.#lastAudioAt = undefined;
    this.#send(
      { is: 'flush', container: undefined, bytes: undefined, durationMs: 0, packets: undefined },
      isHeard,
      out,
      context,
    );
  }

  /** Another stream follows: a decoder must begin anew. */
  reset(packets: number | undefined, isHeard: boolean, out: Out, context: ReadContext): void {
    this.#quietUntil = 0;
    this.#send({ is: 'reset', container: undefined, bytes: undefined, durationMs: 0, packets }, isHeard, out, context);
  }

  /** New words are a new answer: what comes with them is to be heard. */
  newWords(): void {
    this.#quietUntil = 0;
  }

  /** Somebody listens now: what waited is theirs. */
  heard(out: Out): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) out.event('audio', next);
    this.#waitingMs = 0;
  }

  isSpeaking(now: EpochMs): boolean {
    return this.#lastAudioAt !== undefined && now - this.#lastAudioAt <= SPEAKING_MS;
  }

  #send(
    what: Pick<AudioRecord, 'is' | 'container' | 'bytes' | 'durationMs' | 'packets'>,
    isHeard: boolean,
    out: Out,
    context: ReadContext,
  ): void {
    this.#seq += 1;
    const record: AudioRecord = { ...stamp(context, undefined, 'bridge'), ...what, seq: this.#seq };
    if (isHeard) {
      out.event('audio', record);
      return;
    }
    this.#waiting.push(record);
    this.#waitingMs += record.durationMs;
    while (this.#waitingMs > AUDIO_BACKLOG_MS || this.#waiting.length > MAX_WAITING) {
      const oldest = this.#waiting.shift();
      if (oldest === undefined) return;
      this.#waitingMs -= oldest.durationMs;
      if (oldest.is === 'audio') {
        this.#dropped += 1;
        out.count('dropped', 'audio-backlog');
      }
    }
  }
}

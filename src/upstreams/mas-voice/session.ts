import type { EpochMs } from '../../contract/time.ts';
import { type VoicePhase, type VoiceSessionRecord, WARMUP_BUDGET_MS } from '../../contract/upstream/mas-voice.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { countOf, type Fields, idOf, textOf } from '../mas/fields.ts';
import { readFrame, reasonOf } from '../mas/frame.ts';
import type { Out, ReadContext } from '../out.ts';
import { KIND_AUDIO, readBinaryFrame } from './binary-frame.ts';
import { MasEvents } from './mas-event.ts';
import { Player } from './player.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';
import type { Turns } from './turns.ts';

const SOURCE = 'bridge';

/**
 * One conversation with the voice bridge, over as many sessions as it takes: "ready" is said once per session id, so whoever lost the
 * connection asks for a new session of the same conversation (contract mas-voice §2.1).
 *
 * ```text
 * idle ──▶ opening ──▶ warming ──▶ ready ──▶ ended (by the person)
 *             ▲           │ 240 s    │
 *             └─ retrying ◀── closed ┘        failed (over budget, or a bridge that is not full duplex)
 * ```
 */
export class VoiceSession {
  readonly #turns: Turns;
  readonly #events = new MasEvents();
  readonly #player = new Player();
  /** Somebody reads the part `audio`. */
  readonly #isHeard: () => boolean;
  #phase: VoicePhase = 'idle';
  #since: EpochMs = 0;
  #sessionId: string | undefined;
  #conversationId: string | undefined;
  #voice: string | undefined;
  #duplex: boolean | undefined;
  #error: string | undefined;
  #sessions = 0;
  #loadedTurns: number | undefined;
  #framesOut = 0;
  #shown = { speaking: false, frames: 0 };

  constructor(turns: Turns, isHeard: () => boolean) {
    this.#turns = turns;
    this.#isHeard = isHeard;
  }

  get phase(): VoicePhase {
    return this.#phase;
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  get conversationId(): string | undefined {
    return this.#conversationId;
  }

  /** The model listens: sound that is sent before is lost. */
  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  /** A new session is asked for. Without a conversation it is a new one. */
  begin(conversationId: string | undefined, out: Out, context: ReadContext): void {
    this.#conversationId = conversationId;
    this.#sessionId = undefined;
    this.#loadedTurns = undefined;
    // Why the last one ended is news until this one is ready; another conversation does not care.
    if (this.#phase !== 'retrying' && this.#phase !== 'opening') {
      this.#error = undefined;
      this.#sessions = 0;
    }
    this.#to('opening', out, context);
  }

  /** The answer of `POST /session`. */
  opened(value: unknown, out: Out, context: ReadContext): Told {
    const answer = value as Fields | null;
    const sessionId = typeof answer === 'object' ? idOf(answer?.session_id, 128) : undefined;
    if (sessionId === undefined) {
      out.count('dropped', 'no-session-id');
      this.noteError('the bridge gave no session', out, context);
      return told('show_error');
    }
    this.#sessionId = sessionId;
    this.#sessions += 1;
    this.#conversationId = idOf(answer?.conversation_id, 128) ?? this.#conversationId;
    this.#duplex = answer?.duplex_enabled === undefined ? undefined : answer.duplex_enabled === true;
    this.show(out, context);
    return told('apply');
  }

  readMessage(data: string | ArrayBuffer, out: Out, context: ReadContext): Told {
    if (typeof data !== 'string') return this.#readBinary(new Uint8Array(data), out, context);
    const message = readFrame(data, out);
    return message === undefined ? told('drop') : this.#readJson(message, out, context);
  }

  /** The connection ended, whatever was said: 1000 is not "done". */
  closed(out: Out, context: ReadContext): Told {
    this.#closeTurns(out, context);
    if (this.#phase === 'ended') return told('session_over');
    this.#player.flush(this.#isHeard(), out, context);
    this.#to('retrying', out, context);
    return told('reconnect_new_session');
  }

  /** The person ends it. */
  end(out: Out, context: ReadContext): void {
    this.#closeTurns(out, context);
    this.#player.flush(this.#isHeard(), out, context);
    this.#to('ended', out, context);
  }

  /** Not to be tried again by itself. */
  fail(why: string, out: Out, context: ReadContext): void {
    this.#error = withoutAddresses(why);
    this.#closeTurns(out, context);
    this.#to('failed', out, context);
  }

  /** What went wrong meanwhile, without an end of anything. */
  noteError(why: string, out: Out, context: ReadContext): void {
    this.#error = withoutAddresses(why);
    out.event('activity', {
      ...stamp(context, undefined, SOURCE),
      type: 'error',
      message: this.#error,
      data: null,
    });
    this.show(out, context);
  }

  /** The person here interrupts. */
  bargeIn(out: Out, context: ReadContext): void {
    this.#turns.close('myca', 'voice', out, context);
    this.#player.bargeIn(this.#isHeard(), out, context);
  }

  /** The person here typed or said something. */
  said(text: string, from: 'typed' | 'local-stt', out: Out, context: ReadContext): void {
    this.#events.nextTurn();
    // What she says from now on is another answer.
    this.#closeTurns(out, context);
    this.#turns.say('user', text, from, out, context);
  }

  sentAudio(): void {
    this.#framesOut += 1;
  }

  /** Somebody began to listen. */
  heard(out: Out): void {
    this.#player.heard(out);
  }

  /** Time went by: what that means for a warm-up, an open turn and the record. */
  tick(out: Out, context: ReadContext): Told {
    const hasEnded = this.#turns.tick(out, context);
    if (this.#phase !== 'opening' && this.#phase !== 'warming' && this.#phase !== 'retrying') {
      const frames = this.#player.counts.framesIn + this.#framesOut;
      const speaking = this.#player.isSpeaking(context.now);
      if (this.#phase === 'ready' && (speaking !== this.#shown.speaking || frames !== this.#shown.frames)) {
        this.show(out, context);
      }
      return told(hasEnded ? 'turn_end' : 'control');
    }
    if (context.now - this.#since > WARMUP_BUDGET_MS) {
      this.fail('the model was not ready within 4 minutes', out, context);
      return told('show_error');
    }
    this.show(out, context);
    return told('show_warmup');
  }

  show(out: Out, context: ReadContext): void {
    const isWarming = this.#phase === 'opening' || this.#phase === 'warming';
    const record: VoiceSessionRecord = {
      ...stamp(context, undefined, SOURCE),
      phase: this.#phase,
      since: this.#since,
      sessionId: this.#sessionId,
      conversationId: this.#conversationId,
      voice: this.#voice,
      duplex: this.#duplex,
      warmingMs: isWarming ? context.now - this.#since : undefined,
      speaking: this.#phase === 'ready' && this.#player.isSpeaking(context.now),
      error: this.#error,
      sessions: this.#sessions,
      loadedTurns: this.#loadedTurns,
      audio: { ...this.#player.counts, framesOut: this.#framesOut },
    };
    this.#shown = { speaking: record.speaking, frames: record.audio.framesIn + record.audio.framesOut };
    out.put('session', 'session', record);
  }

  #readBinary(bytes: Uint8Array, out: Out, context: ReadContext): Told {
    const frame = readBinaryFrame(bytes);
    switch (frame.is) {
      case 'ready':
        return this.#ready({ kind: 0, payload_len: 0 }, out, context);
      case 'audio': {
        const result = this.#player.take(frame, this.#isHeard(), out, context);
        return told(result.action, { ...result.facts, kind: KIND_AUDIO, payload_len: frame.payload.length });
      }
      case 'text':
        return this.#word(frame.text, 'myca', out, context);
      case 'ignored':
        out.count('unknown', frame.why);
        return told('ignore');
    }
  }

  #readJson(message: Fields, out: Out, context: ReadContext): Told {
    const heard = this.#isHeard();
    switch (message.type) {
      case 'bridge_ready':
        this.#voice = textOf(message.voice, 40);
        if (message.local_stt_mode === true) return this.#refuse(out, context);
        if (this.#phase !== 'ready') this.#to('warming', out, context);
        return told('control', { state: this.#phase });
      case 'history_loaded':
        this.#loadedTurns = countOf(message.turns);
        this.show(out, context);
        return told('control');
      case 'moshi_ready':
        if (message.local_stt_mode === true) return this.#refuse(out, context);
        return this.#ready({}, out, context);
      case 'text':
        if (typeof message.text !== 'string' || message.text === '') break;
        return this.#word(message.text, message.speaker === 'user' ? 'user' : 'myca', out, context);
      case 'user_transcript': {
        const text = textOf(message.text, 8_000);
        if (text === undefined) break;
        this.said(text, 'local-stt', out, context);
        return told('append_user');
      }
      case 'local_stt_status':
        return told('control');
      case 'tts_stream_start': {
        const packets = countOf(message.packets);
        this.#player.reset(packets, heard, out, context);
        return told('reset_decoder', { packets });
      }
      case 'barge_in':
        this.#turns.close('myca', 'voice', out, context);
        this.#player.flush(heard, out, context);
        return told('flush_playback');
      case 'mas_event':
        return this.#events.read(message.event, out, context);
      case 'error':
        this.noteError(textOf(message.message) ?? 'the bridge failed', out, context);
        return told('show_error');
      case 'connected':
      case 'pong':
        return told('control');
      default:
        out.count('unknown', reasonOf(message.type));
        return told('ignore');
    }
    out.count('dropped', `bad-${reasonOf(message.type)}`);
    return told('drop');
  }

  /** Nobody's sentence goes on. */
  #closeTurns(out: Out, context: ReadContext): void {
    this.#turns.close('myca', 'voice', out, context);
    this.#turns.close('user', 'voice', out, context);
  }

  #refuse(out: Out, context: ReadContext): Told {
    this.fail('the bridge recognises speech by itself: it is not full duplex', out, context);
    return told('policy_stop');
  }

  #word(text: string, speaker: 'user' | 'myca', out: Out, context: ReadContext): Told {
    if (speaker === 'myca') this.#player.newWords();
    const { joined, ended } = this.#turns.append(speaker, text, 'voice', out, context);
    return told(speaker === 'user' ? 'append_user' : 'append', { joined, turn_end: ended });
  }

  /** Said in two ways, one behind the other; either is enough. */
  #ready(facts: Readonly<Record<string, unknown>>, out: Out, context: ReadContext): Told {
    if (this.#phase === 'opening' || this.#phase === 'warming') {
      this.#error = undefined;
      this.#to('ready', out, context);
    }
    return told('control', { ...facts, state: this.#phase });
  }

  #to(phase: VoicePhase, out: Out, context: ReadContext): void {
    if (this.#phase !== phase) {
      // Opening and warming up are one wait for whoever waits.
      const isOneWait = this.#phase === 'opening' && phase === 'warming';
      if (!isOneWait) this.#since = context.now;
      this.#phase = phase;
    }
    this.show(out, context);
  }
}

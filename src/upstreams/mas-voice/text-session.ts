import type { TextSessionRecord } from '../../contract/upstream/mas-voice.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { booleanOf, countOf, type Fields, idOf, textOf } from '../mas/fields.ts';
import { readFrame, reasonOf } from '../mas/frame.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';
import type { Turns } from './turns.ts';

type State = Omit<TextSessionRecord, 'at' | 'atFrom' | 'rx' | 'source' | 'provenance' | 'flags'>;

const NOTHING: State = {
  sessionId: undefined,
  conversationId: undefined,
  phase: 'idle',
  error: undefined,
  provider: undefined,
  interrupted: false,
  interruptedDraft: undefined,
  bargeIns: 0,
  personaLocked: undefined,
  driftDetected: undefined,
  rewrites: undefined,
};

/** The typed conversation of MAS itself: `/ws/voice/v9` (contract mas-voice §7). It lives as long as its socket. */
export class TextSession {
  readonly #turns: Turns;
  #state = NOTHING;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  get sessionId(): string | undefined {
    return this.#state.sessionId;
  }

  get isReady(): boolean {
    return this.#state.phase === 'ready';
  }

  opening(out: Out, context: ReadContext): void {
    this.#change({ ...NOTHING, conversationId: this.#state.conversationId, phase: 'opening' }, out, context);
  }

  closed(out: Out, context: ReadContext): void {
    this.#turns.close('myca', 'v9', out, context);
    this.#change({ sessionId: undefined, phase: this.#state.phase === 'ended' ? 'ended' : 'idle' }, out, context);
  }

  readMessage(data: string | ArrayBuffer, out: Out, context: ReadContext): Told {
    const message = readFrame(data, out);
    return message === undefined ? told('drop') : this.#read(message, out, context);
  }

  #read(message: Fields, out: Out, context: ReadContext): Told {
    switch (message.type) {
      case 'connected':
      case 'transcript_ack':
      case 'pong':
        return told('control');
      case 'session_created': {
        const sessionId = idOf(message.session_id, 128);
        if (sessionId === undefined) break;
        const conversationId = idOf(message.conversation_id, 128) ?? this.#state.conversationId;
        this.#change({ sessionId, conversationId, phase: 'ready', error: undefined }, out, context);
        return told('control');
      }
      case 'assistant_text': {
        const text = textOf(message.text, 8_000);
        if (text === undefined) break;
        this.#turns.say('myca', text, 'v9', out, context);
        this.#change({ provider: textOf(message.provider, 80), interrupted: false }, out, context);
        return told('append', { joined: text, turn_end: true });
      }
      case 'session_ended':
        this.#change({ phase: 'ended', sessionId: undefined }, out, context);
        return told('session_over');
      case 'barge_in_acked':
        this.#turns.close('myca', 'v9', out, context);
        return told('flush_playback');
      case 'interrupt_state':
        this.#change(
          {
            interrupted: message.state === 'interrupted',
            interruptedDraft:
              message.has_interrupted_draft === true ? textOf(message.interrupted_draft_text, 2_000) : undefined,
            bargeIns: countOf(message.barge_in_count) ?? this.#state.bargeIns,
          },
          out,
          context,
        );
        return told('apply');
      case 'persona_state':
        this.#change(
          {
            personaLocked: booleanOf(message.persona_locked),
            driftDetected: booleanOf(message.drift_detected),
            rewrites: countOf(message.rewrite_count),
          },
          out,
          context,
        );
        return told('apply');
      case 'error': {
        const error = withoutAddresses(textOf(message.message) ?? 'MAS failed');
        out.event('activity', {
          ...stamp(context, utcMs(message.timestamp), 'v9'),
          type: 'error',
          message: error,
          data: null,
        });
        this.#change({ error }, out, context);
        return told('show_error', { message: error });
      }
      case 'unknown':
        // It did not understand us.
        out.count('unknown', `said-${reasonOf(message.received_type)}`);
        return told('ignore');
      default:
        out.count('unknown', reasonOf(message.type));
        return told('ignore');
    }
    out.count('dropped', `bad-${reasonOf(message.type)}`);
    return told('drop');
  }

  #change(change: Partial<State>, out: Out, context: ReadContext): void {
    this.#state = { ...this.#state, ...change };
    const record: TextSessionRecord = { ...stamp(context, undefined, 'v9'), ...this.#state };
    out.put('text-session', 'v9', record);
  }
}

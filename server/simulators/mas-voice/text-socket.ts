import { awareTime } from '../mas-devices/device-socket.ts';

type Json = Readonly<Record<string, unknown>>;

/** `/ws/voice/v9` of MAS: text only, one session per socket (contract mas-voice §7). Pure: what is said, and what is answered. */
export class TextSocketState {
  readonly #now: () => number;
  readonly #newId: () => string;
  #sessionId: string | undefined;
  #conversationId: string | null = null;
  #bargeIns = 0;
  #draft: string | undefined;

  constructor(now: () => number, newId: () => string) {
    this.#now = now;
    this.#newId = newId;
  }

  hello(): Json {
    return { type: 'connected', message: 'Voice v9 WebSocket connected', timestamp: this.#time() };
  }

  /** What is answered at once, and what after the model has thought about it. Binary is ignored. */
  reply(data: string | Uint8Array): { readonly now: readonly Json[]; readonly later: readonly Json[] } {
    if (typeof data !== 'string') return { now: [], later: [] };
    let message: Json;
    try {
      message = JSON.parse(data) as Json;
    } catch {
      return { now: [{ type: 'error', message: 'Invalid JSON' }], later: [] };
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      return { now: [{ type: 'error', message: 'Invalid JSON' }], later: [] };
    }
    return this.#answer(message);
  }

  #answer(message: Json): { readonly now: readonly Json[]; readonly later: readonly Json[] } {
    const session_id = this.#sessionId;
    const timestamp = this.#time();
    const at = (...now: Json[]) => ({ now, later: [] });
    switch (message.type) {
      case 'create_session':
        this.#sessionId = this.#newId();
        this.#conversationId = typeof message.conversation_id === 'string' ? message.conversation_id : null;
        return at({
          type: 'session_created',
          session_id: this.#sessionId,
          conversation_id: this.#conversationId,
          timestamp,
        });
      case 'ping':
        return at({ type: 'pong', timestamp });
    }
    if (session_id === undefined) {
      const known = ['transcript', 'end_session', 'get_interrupt', 'barge_in', 'get_persona'].includes(
        String(message.type),
      );
      return at(known ? { type: 'error', message: 'No session' } : { type: 'unknown', received_type: message.type });
    }
    switch (message.type) {
      case 'transcript': {
        const ack: Json = { type: 'transcript_ack', chunk_id: this.#newId(), timestamp };
        if (message.is_final !== true || (message.role ?? 'user') !== 'user') return at(ack);
        this.#draft = `Simulated answer to "${String(message.text).slice(0, 80)}".`;
        const answer = { type: 'assistant_text', session_id, text: this.#draft, provider: 'simulator', timestamp };
        return { now: [ack], later: [answer] };
      }
      case 'barge_in':
        this.#bargeIns += 1;
        return at({ type: 'barge_in_acked', session_id, timestamp }, this.#interrupt(session_id, timestamp));
      case 'get_interrupt':
        return at(this.#interrupt(session_id, timestamp));
      case 'get_persona':
        return at({
          type: 'persona_state',
          session_id,
          persona_locked: true,
          rewrite_count: 0,
          last_rewrite_reason: null,
          drift_detected: false,
          metadata: {},
          timestamp,
        });
      case 'end_session':
        this.#sessionId = undefined;
        return at({ type: 'session_ended', session_id, timestamp });
      default:
        return at({ type: 'unknown', received_type: message.type });
    }
  }

  #interrupt(session_id: string, timestamp: string): Json {
    const isInterrupted = this.#bargeIns > 0 && this.#draft !== undefined;
    return {
      type: 'interrupt_state',
      session_id,
      is_speaking: false,
      has_interrupted_draft: isInterrupted,
      interrupted_draft_text: isInterrupted ? this.#draft?.slice(0, 9) : null,
      barge_in_count: this.#bargeIns,
      state: this.#bargeIns > 0 ? 'interrupted' : 'idle',
      timestamp,
    };
  }

  #time(): string {
    return awareTime(this.#now());
  }
}

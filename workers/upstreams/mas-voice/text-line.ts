import type { Outcome } from '../../../src/contract/hub-api.ts';
import { idOf, isFields, textOf } from '../../../src/upstreams/mas/fields.ts';
import { isPong, MAS_PING, MAS_PING_MS } from '../../../src/upstreams/mas/frame.ts';
import { TextSession } from '../../../src/upstreams/mas-voice/text-session.ts';
import type { Turns } from '../../../src/upstreams/mas-voice/turns.ts';
import type { AdapterHost } from '../adapter.ts';
import type { WebSocketLine } from '../line.ts';
import { done, refused } from './refused.ts';

const MAX_TEXT = 4_000;

/** The typed conversation of MAS: one session per socket, made anew after each open. */
export class TextLine {
  readonly #host: AdapterHost;
  readonly #turns: Turns;
  readonly #session: TextSession;
  readonly #line: WebSocketLine;
  #conversationId: string | undefined;

  constructor(host: AdapterHost, turns: Turns) {
    this.#host = host;
    this.#turns = turns;
    this.#session = new TextSession(turns);
    this.#line = host.websocket({
      name: 'text',
      path: '/ws/voice/v9',
      staleMs: Number.POSITIVE_INFINITY,
      silentMs: Number.POSITIVE_INFINITY,
      ping: { everyMs: MAS_PING_MS, frame: () => MAS_PING, isPong },
      onOpen: (line) => {
        this.#session.opening(host.out, host.context());
        const conversation = this.#conversationId === undefined ? {} : { conversation_id: this.#conversationId };
        line.send(JSON.stringify({ type: 'create_session', ...conversation }));
      },
      onMessage: (data, out, line) => {
        const { action } = this.#session.readMessage(data, out, host.context());
        if (action === 'session_over') line.stop();
      },
      onClose: () => this.#session.closed(host.out, host.context()),
    });
  }

  start(args: unknown): Outcome<unknown> {
    this.#conversationId = isFields(args) ? idOf(args.conversationId, 128) : undefined;
    this.#line.start();
    return done();
  }

  say(args: unknown): Outcome<unknown> {
    const text = isFields(args) ? textOf(args.text, MAX_TEXT) : undefined;
    if (text === undefined) return refused('command-bad-parameter', 'text is missing');
    const isFinal = !isFields(args) || args.final !== false;
    const message = {
      type: 'transcript',
      session_id: this.#session.sessionId,
      text,
      role: 'user',
      is_final: isFinal,
      source: 'typed',
    };
    const outcome = this.#send(message);
    if (outcome.ok && isFinal) this.#turns.say('user', text, 'typed', this.#host.out, this.#host.context());
    return outcome;
  }

  bargeIn(): Outcome<unknown> {
    return this.#send({ type: 'barge_in' });
  }

  /** It says how it is: interrupted, with which persona. */
  ask(): Outcome<unknown> {
    const interrupt = this.#send({ type: 'get_interrupt' });
    return interrupt.ok ? this.#send({ type: 'get_persona' }) : interrupt;
  }

  end(): Outcome<unknown> {
    if (!this.#session.isReady || !this.#line.send('{"type":"end_session"}')) this.#line.stop();
    return done();
  }

  #send(message: object): Outcome<unknown> {
    return this.#session.isReady && this.#line.send(JSON.stringify(message))
      ? done()
      : refused('upstream-not-reachable', 'there is no text session yet');
  }
}

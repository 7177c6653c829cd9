import type { Outcome } from '../../../src/contract/hub-api.ts';
import {
  HEALTH_EVERY_MS,
  type StartVoiceArgs,
  UNHEARD_MS,
  UPLINK_MAX_BYTES,
  UPLINK_MAX_PER_S,
} from '../../../src/contract/upstream/mas-voice.ts';
import { idOf, isFields, textOf } from '../../../src/upstreams/mas/fields.ts';
import { audioFrame, readBinaryFrame } from '../../../src/upstreams/mas-voice/binary-frame.ts';
import { noHealth, readHealth } from '../../../src/upstreams/mas-voice/health.ts';
import { VoiceSession } from '../../../src/upstreams/mas-voice/session.ts';
import type { Turns } from '../../../src/upstreams/mas-voice/turns.ts';
import type { AdapterHost } from '../adapter.ts';
import type { PollLine, WebSocketLine } from '../line.ts';
import { Budget } from '../mas-devices/budget.ts';
import { done, refused } from './refused.ts';

const TICK_MS = 300;
const MAX_TEXT = 2_000;

/** The spoken conversation: a session is made for each connection, and the conversation outlives them. */
export class Bridge {
  readonly #host: AdapterHost;
  readonly #session: VoiceSession;
  readonly #line: WebSocketLine;
  readonly #healthLine: PollLine;
  readonly #uplink: Budget;
  #isHeard: boolean;
  #isHealthLooked: boolean;
  #isOn = false;
  /** Of `end`: whoever still asks the bridge whether it can begin finds here that nobody waits any more. */
  #ends = 0;
  #conversationId: string | undefined;
  #voice: 'myca' | 'moshika' = 'myca';
  #cancelTick: (() => void) | undefined;
  #cancelUnheard: (() => void) | undefined;

  constructor(host: AdapterHost, turns: Turns) {
    this.#host = host;
    // The inspector hears nothing: a conversation that only it looks at is one without a listener.
    this.#isHeard = host.lookedAt('audio');
    this.#isHealthLooked = host.wanted('health');
    this.#session = new VoiceSession(turns, () => this.#isHeard);
    this.#uplink = new Budget(UPLINK_MAX_PER_S, 1_000 / UPLINK_MAX_PER_S, host.mono());
    this.#line = this.#openLine();
    this.#healthLine = this.#openHealth();
    this.#arrangeHealth();
  }

  demand(part: string, wanted: boolean): void {
    if (part === 'audio') this.#lookForListeners();
    if (part === 'health') {
      this.#isHealthLooked = wanted;
      this.#arrangeHealth();
    }
    if (part === 'session' && wanted) this.#session.show(this.#host.out, this.#host.context());
  }

  /** Only where the bridge says that it can; it is asked each time. */
  async start(args: unknown): Promise<Outcome<unknown>> {
    if (this.#isOn) return refused('conflict', 'a conversation is under way');
    const asked: Readonly<Partial<Record<keyof StartVoiceArgs, unknown>>> = isFields(args) ? args : {};
    const { out } = this.#host;
    const ends = this.#ends;
    const health = await this.#host.request('GET', '/health');
    if (!health.ok) {
      noHealth(health.error.message, out, this.#host.context());
      return health;
    }
    const { facts } = readHealth(health.value, out, this.#host.context());
    if (facts?.can_start !== true) {
      return refused('upstream-refused', 'the speech model is not there, or the bridge is not full duplex');
    }
    if (this.#isOn) return refused('conflict', 'a conversation is under way');
    if (ends !== this.#ends) return refused('upstream-not-reachable', 'it was ended before it began');
    if (this.#line.state.is === 'stopped') {
      return refused('upstream-not-reachable', 'its connection was stopped by hand: start it in Connections');
    }
    this.#conversationId = idOf(asked.conversationId, 128);
    this.#voice = asked.voice === 'moshika' ? 'moshika' : 'myca';
    this.#isOn = true;
    this.#arrangeHealth();
    this.#tick();
    this.#watchListeners();
    this.#line.start();
    // One that gave up does not start again by itself.
    if (this.#line.state.is === 'refused') this.#line.restart('a new conversation');
    return done();
  }

  end(): Outcome<unknown> {
    this.#ends += 1;
    if (!this.#isOn) return done();
    this.#session.end(this.#host.out, this.#host.context());
    this.#off();
    this.#line.stop();
    return done({ conversationId: this.#session.conversationId });
  }

  bargeIn(): Outcome<unknown> {
    this.#session.bargeIn(this.#host.out, this.#host.context());
    return this.#send({ type: 'barge_in' });
  }

  typed(args: unknown): Outcome<unknown> {
    const text = isFields(args) ? textOf(args.text, MAX_TEXT) : undefined;
    if (text === undefined) return refused('command-bad-parameter', 'text is missing');
    const outcome = this.#send({ type: 'user_speech', text, forward_to_moshi: false });
    if (outcome.ok) this.#session.said(text, 'typed', this.#host.out, this.#host.context());
    return outcome;
  }

  speak(args: unknown): Outcome<unknown> {
    const content = isFields(args) ? textOf(args.text, MAX_TEXT) : undefined;
    if (content === undefined) return refused('command-bad-parameter', 'text is missing');
    return this.#send({ type: 'inject_feedback', injection: { content } });
  }

  /** Pages of Ogg-Opus, as a recorder makes them. */
  audio(args: unknown): Outcome<unknown> {
    const given = isFields(args) ? args.bytes : undefined;
    const bytes = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
    if (!(bytes instanceof Uint8Array)) return refused('command-bad-parameter', 'bytes are missing');
    if (bytes.length > UPLINK_MAX_BYTES) return this.#noAudio('too-large', `more than ${UPLINK_MAX_BYTES} bytes`);
    if (!this.#session.isReady) return this.#noAudio('not-ready', 'the model does not listen yet');
    const frame = audioFrame(bytes);
    const read = readBinaryFrame(frame);
    if (read.is !== 'audio' || read.container !== 'ogg' || read.broken !== undefined) {
      return this.#noAudio('not-ogg', 'these are no whole Ogg pages');
    }
    if (!this.#uplink.take(this.#host.mono()))
      return this.#noAudio('too-fast', `more than ${UPLINK_MAX_PER_S} a second`);
    if (!this.#line.send(frame)) return this.#noAudio('not-open', 'the connection is not open');
    this.#session.sentAudio();
    return done();
  }

  #noAudio(reason: string, message: string): Outcome<unknown> {
    this.#host.out.count('dropped', `uplink-${reason}`);
    return refused('bad-message', message);
  }

  #send(message: object): Outcome<unknown> {
    if (!this.#session.isReady || !this.#line.send(JSON.stringify(message))) {
      return refused('upstream-not-reachable', 'there is no conversation that listens');
    }
    return done();
  }

  #lookForListeners(): void {
    const isHeard = this.#host.lookedAt('audio');
    if (isHeard === this.#isHeard) return;
    this.#isHeard = isHeard;
    if (isHeard) this.#session.heard(this.#host.out);
    this.#watchListeners();
  }

  /** Whose page is gone cannot end it: so it ends by itself. */
  #watchListeners(): void {
    this.#cancelUnheard?.();
    this.#cancelUnheard =
      this.#isOn && !this.#isHeard ? this.#host.schedule(UNHEARD_MS, () => this.#endUnheard()) : undefined;
  }

  #endUnheard(): void {
    this.#session.noteError('nobody listened any more', this.#host.out, this.#host.context());
    this.end();
  }

  #off(): void {
    this.#isOn = false;
    this.#watchListeners();
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#arrangeHealth();
  }

  #tick(): void {
    // Who leaves while the inspector is open is not told of.
    this.#lookForListeners();
    const { out } = this.#host;
    if (this.#session.tick(out, this.#host.context()).action === 'show_error') {
      this.#off();
      this.#line.refuse('the model was not ready within 4 minutes');
      return;
    }
    this.#cancelTick = this.#host.schedule(TICK_MS, () => this.#tick());
  }

  #openLine(): WebSocketLine {
    return this.#host.websocket({
      name: 'bridge',
      path: () => this.#openSession(),
      handshakeMs: 20_000,
      // A conversation may be silent for as long as people are, and a warm-up is.
      staleMs: Number.POSITIVE_INFINITY,
      silentMs: Number.POSITIVE_INFINITY,
      onMessage: (data, out, line) => {
        const { action } = this.#session.readMessage(data, out, this.#host.context());
        if (action !== 'policy_stop') return;
        this.#off();
        line.refuse('the bridge is not full duplex (local speech recognition)');
      },
      onClose: () => {
        if (this.#isOn) this.#session.closed(this.#host.out, this.#host.context());
      },
    });
  }

  /** "Ready" is said once per session id: every connection has a session of its own (contract mas-voice §2.1). */
  async #openSession(): Promise<string> {
    const { out } = this.#host;
    this.#session.begin(this.#conversationId, out, this.#host.context());
    const outcome = await this.#host.request('POST', '/session', {
      ...(this.#conversationId !== undefined && { conversation_id: this.#conversationId }),
      persona: 'myca',
      voice: this.#voice,
      enable_mas_events: true,
    });
    if (!outcome.ok) {
      this.#session.noteError(outcome.error.message, out, this.#host.context());
      throw new Error(`no session: ${outcome.error.message.replace(/\.$/, '')}`);
    }
    this.#session.opened(outcome.value, out, this.#host.context());
    const { sessionId } = this.#session;
    if (sessionId === undefined) throw new Error('the bridge gave no session');
    this.#conversationId = this.#session.conversationId;
    return `/ws/${encodeURIComponent(sessionId)}?voice=${this.#voice}`;
  }

  #arrangeHealth(): void {
    if (this.#isHealthLooked || this.#isOn) this.#healthLine.start();
    else this.#healthLine.stop();
  }

  #openHealth(): PollLine {
    return this.#host.poll({
      name: 'health',
      path: '/health',
      everyMs: HEALTH_EVERY_MS,
      staleMs: 3 * HEALTH_EVERY_MS,
      silentMs: Number.POSITIVE_INFINITY,
      onAnswer: (value, out, { heldMs }) =>
        readHealth(value, out, { ...this.#host.context(), heldMs }).action === 'apply',
      onFailure: (_, why, out) => noHealth(why, out, this.#host.context()),
    });
  }
}

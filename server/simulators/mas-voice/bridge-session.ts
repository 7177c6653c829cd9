import { awareTime } from '../mas-devices/device-socket.ts';
import type { SimHost, SimSocket } from '../simulator.ts';
import { bridgeReaction } from './bridge-frame.ts';
import { hummedPacket } from './hummed.ts';
import { Listener } from './listener.ts';
import { OggStream } from './ogg-stream.ts';

const FRAME_MS = 80;
const VOICE_PROMPT = 'NATF2.pt';
/** The fallback's burst: 173 packets of 20 ms, much faster than they sound. */
const FALLBACK_PACKETS = 173;

export interface BridgeSessionState {
  readonly id: string;
  readonly conversationId: string;
  readonly voice: string;
  /** "Ready" is said once per session id, whoever is connected. */
  readySaid: boolean;
  historyCount: number;
}

/** One socket of one session. */
export class BridgeSocket {
  readonly #host: SimHost;
  readonly #session: BridgeSessionState;
  readonly #socket: SimSocket;
  readonly #stops = new Set<() => void>();
  readonly #ogg: OggStream;
  readonly #listener = new Listener();
  /** A page that the next one overtakes. */
  #held: Uint8Array | undefined;
  #isSpeaking = false;
  #isClosed = false;

  constructor(host: SimHost, session: BridgeSessionState, socket: SimSocket) {
    this.#host = host;
    this.#session = session;
    this.#socket = socket;
    this.#ogg = new OggStream(() => host.random());
    socket.onClose(() => this.stop());
    socket.onMessage((data) => this.#hear(data));
    this.#greet();
  }

  stop(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }

  close(code: number): void {
    this.#socket.close(code, '');
    this.stop();
  }

  #greet(): void {
    const { id, voice, historyCount, conversationId } = this.#session;
    const isLocal = this.#host.fault('local-stt');
    this.#json({
      type: 'bridge_ready',
      session_id: id,
      moshi_pending: !isLocal,
      local_stt_mode: isLocal,
      voice,
      voice_prompt: VOICE_PROMPT,
    });
    if (historyCount > 0) this.#json({ type: 'history_loaded', turns: historyCount, conversation_id: conversationId });
    if (this.#host.fault('moshi-down')) {
      this.#later(200, () => {
        this.#json({ type: 'error', message: 'Moshi unreachable at localhost:8998. Ensure Moshi is running.' });
        this.close(1_000);
      });
      return;
    }
    if (!this.#host.fault('never-ready')) this.#later(this.#host.dial('warmupS') * 1_000, () => this.#ready());
  }

  #ready(): void {
    if (this.#session.readySaid) return;
    this.#session.readySaid = true;
    const { id, voice } = this.#session;
    this.#socket.send(Uint8Array.of(0));
    this.#json({ type: 'moshi_ready', session_id: id, voice, voice_prompt: VOICE_PROMPT });
    for (const page of this.#ogg.headers()) this.#audio(page);
    this.#say([' Hi', ',', ' I', ' am', ' simulated', '.']);
    if (this.#host.fault('error-then-close')) {
      this.#later(2_000, () => {
        this.#json({ type: 'error', message: 'The model stopped' });
        this.close(1_000);
      });
    }
  }

  #hear(data: string | Uint8Array): void {
    const reaction = bridgeReaction(data);
    switch (reaction.is) {
      case 'forward':
        this.#listen(reaction.payload);
        return;
      case 'ignore':
        return;
      case 'end-session':
        this.close(1_000);
        return;
      case 'stop-speech':
        this.#interrupt();
        return;
      case 'speak':
        this.#speakFallback(reaction.text);
        return;
      case 'typed':
        this.#typed(reaction.text);
        return;
      case 'transcript':
        if (this.#host.fault('local-stt'))
          this.#json({ type: 'user_transcript', text: reaction.text, source: 'local_stt' });
        this.#tool(reaction.text, 'running');
        this.#later(400, () => this.#tool(undefined, 'success'));
        return;
    }
  }

  /** A full-duplex model answers when somebody has paused. */
  #listen(pages: Uint8Array): void {
    if (this.#host.fault('echo')) {
      this.#audio(pages);
      return;
    }
    const spokenMs = this.#listener.hear(pages);
    if (spokenMs !== undefined)
      this.#say([' I', ' heard', ' you', ' for', ` ${(spokenMs / 1_000).toFixed(1)}`, ' s', '.']);
  }

  /** Words and their sound, one frame of the model after the other; what is under way when interrupted still arrives. */
  #say(tokens: readonly string[]): void {
    this.#isSpeaking = true;
    let index = 0;
    const stop = this.#host.every(FRAME_MS, () => {
      const token = tokens[index];
      index += 1;
      if (token === undefined || !this.#isSpeaking) {
        stop();
        this.#stops.delete(stop);
        this.#isSpeaking = false;
        return;
      }
      this.#audio(this.#ogg.audio(4));
      this.#json({ type: 'text', text: token, speaker: 'myca' });
    });
    this.#stops.add(stop);
  }

  #interrupt(): void {
    const wasSpeaking = this.#isSpeaking;
    this.#isSpeaking = false;
    if (wasSpeaking) {
      // Two frames were on their way.
      this.#audio(this.#ogg.audio(4));
      this.#later(60, () => this.#audio(this.#ogg.audio(4)));
    }
    if (this.#host.fault('vad')) {
      this.#json({ type: 'barge_in', message: 'User interrupted', timestamp: awareTime(this.#host.now()) });
    }
  }

  #typed(text: string): void {
    const reply = `Simulated answer to "${text.slice(0, 80)}".`;
    this.#tool(text, 'running');
    this.#event(`evt_${this.#host.now()}`, 'injection', {
      type: 'brain_response',
      content: reply,
      status: 'available',
    });
    this.#later(30, () => this.#speakFallback(reply));
    this.#later(600, () => this.#tool(undefined, 'success'));
    this.#later(2_000, () => {
      this.#event(`evt_${this.#host.now()}`, 'memory', { reads: 4, writes: 1, context_size: 2_200 });
      const content = `${reply} And a little more, from the brain.`;
      this.#event(`evt_${this.#host.now()}`, 'injection', { type: 'brain_response', content, status: 'available' });
    });
  }

  /** A sentence at once, then a burst of bare packets. */
  #speakFallback(text: string): void {
    this.#isSpeaking = false;
    this.#json({ type: 'text', text, speaker: 'myca' });
    const packets = this.#host.fault('long-fallback') ? FALLBACK_PACKETS : 12;
    this.#json({ type: 'tts_stream_start', packets });
    for (let index = 0; index < packets; index += 1) this.#audio(hummedPacket(index));
  }

  #tool(query: string | undefined, status: string): void {
    const id = `brain_${this.#session.id.slice(0, 8)}`;
    const data = {
      id,
      tool: 'mas_brain_query',
      ...(query === undefined ? { duration: 0 } : { query: query.slice(0, 50) }),
      status,
    };
    this.#event(id, 'tool_call', data, 'mas_brain_query');
  }

  #event(id: string, type: string, data: object, message = type): void {
    const timestamp = awareTime(this.#host.now());
    this.#json({ type: 'mas_event', event: { id, type, source: 'personaplex_bridge', message, timestamp, data } });
  }

  #audio(payload: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#host.fault('shuffled-pages')) {
      const held = this.#held;
      this.#held = held === undefined ? payload : undefined;
      if (held === undefined) return;
      this.#frame(payload);
      this.#frame(held);
    } else this.#frame(this.#host.fault('junk-audio') ? payload.map(() => 0xff) : payload);
  }

  #frame(payload: Uint8Array): void {
    const frame = new Uint8Array(payload.length + 1);
    frame[0] = 1;
    frame.set(payload, 1);
    this.#socket.send(this.#host.fault('cut-pages') ? frame.subarray(0, frame.length - 7) : frame);
  }

  #json(message: object): void {
    if (!this.#isClosed) this.#socket.send(JSON.stringify(message));
  }

  #later(ms: number, callback: () => void): void {
    const stop = this.#host.once(ms, () => {
      this.#stops.delete(stop);
      if (!this.#isClosed) callback();
    });
    this.#stops.add(stop);
  }
}

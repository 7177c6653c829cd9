import { readVoiceAnswer } from '../../../src/upstreams/mas-voice/answers.ts';
import { readBrainEvent } from '../../../src/upstreams/mas-voice/brain.ts';
import { readMapFrame } from '../../../src/upstreams/mas-voice/map-commands.ts';
import { screenVoice } from '../../../src/upstreams/mas-voice/screen.ts';
import { VoiceSession } from '../../../src/upstreams/mas-voice/session.ts';
import { TextSession } from '../../../src/upstreams/mas-voice/text-session.ts';
import { type Told, told } from '../../../src/upstreams/mas-voice/told.ts';
import { Turns } from '../../../src/upstreams/mas-voice/turns.ts';
import type { ReadContext } from '../../../src/upstreams/out.ts';
import { bridgeReaction } from '../../simulators/mas-voice/bridge-frame.ts';
import { BridgeSocket } from '../../simulators/mas-voice/bridge-session.ts';
import { mapReply } from '../../simulators/mas-voice/map-socket.ts';
import { TextSocketState } from '../../simulators/mas-voice/text-socket.ts';
import type { SimHost } from '../../simulators/simulator.ts';
import {
  brokenPromise,
  clockOf,
  eventInEveryCut,
  type MasLine,
  RecordingOut,
  readMasLine,
} from './mas-devices-lines.ts';
import { ndjsonRunner, type VectorLine } from './ndjson-file.ts';

type Facts = Readonly<Record<string, unknown>>;

const TEXT_SOCKET = '/ws/voice/v9';
const MAP_SOCKET = '/ws/crep/commands';

/** The vectors of MAS' voice: what comes goes through the product's readers, what we say through them and the simulator. */
export const masVoiceRunner = ndjsonRunner(
  (first) => typeof first.endpoint === 'string' && /^vox[A-Z]-/.test(first.id),
  () => {
    const clock = clockOf();
    const checks = new VoiceChecks();
    return (vector: VectorLine) => {
      const line = readMasLine(vector);
      const context = { now: clock(line), simulated: false };
      const facts = line.isFromServer ? checks.fromServer(line, context) : checks.toServer(line, context);
      return typeof facts === 'string' ? facts : brokenPromise(line.expect, facts);
    };
  },
);

class VoiceChecks {
  readonly #out = new RecordingOut();
  readonly #turns = new Turns();
  readonly #session = new VoiceSession(this.#turns, () => true);
  readonly #text = new TextSession(this.#turns);
  readonly #textServer: TextSocketState;
  #now = 0;
  #begun: string | undefined;
  #ids = 0;

  constructor() {
    this.#textServer = new TextSocketState(
      () => this.#now,
      () => {
        this.#ids += 1;
        return `id-${this.#ids}`;
      },
    );
  }

  fromServer(line: MasLine, context: ReadContext): Facts | string {
    const result = this.#read(line, context);
    return typeof result === 'string' ? result : { ...result.facts, action: result.action };
  }

  #read(line: MasLine, context: ReadContext): Told | string {
    const out = this.#out;
    if (line.frame === 'response') {
      const { method, path, status, retryAfterMs } = line;
      return readVoiceAnswer(
        { method, path, status, retryAfterMs, value: screenVoice(path, line.json) },
        this.#session,
        out,
        context,
      );
    }
    if (line.frame === 'event') {
      if (line.event === undefined) return 'the event has no data';
      return eventInEveryCut(line.event) ?? readBrainEvent(line.event.data, this.#turns, out, context);
    }
    if (line.frame === 'handshake') return told('reconnect');
    const data = line.bytes?.buffer ?? line.text;
    if (line.path === TEXT_SOCKET || line.path === MAP_SOCKET) {
      if (line.frame === 'close') return told('reconnect');
      if (data === undefined) return `no frame "${line.frame}" here`;
      return line.path === MAP_SOCKET ? readMapFrame(data, out, context) : this.#text.readMessage(data, out, context);
    }
    this.#begin(line, context);
    if (line.frame === 'close') return this.#session.closed(out, context);
    if (line.frame === 'silence') return this.#session.tick(out, { ...context, now: context.now + line.silenceMs });
    return data === undefined ? `no frame "${line.frame}"` : this.#session.readMessage(data, out, context);
  }

  /** What the server does with what we say; and, for our own words, that we take them for said. */
  toServer(line: MasLine, context: ReadContext): Facts | string {
    this.#now = context.now;
    if (line.frame === 'close') {
      this.#begin(line, context);
      this.#session.end(this.#out, context);
      return { action: this.#session.closed(this.#out, context).action };
    }
    const data = line.bytes ?? line.text;
    if (data === undefined) return 'the frame has no content';
    if (line.path === TEXT_SOCKET) return replyFacts(this.#textServer.reply(data).now[0]);
    if (line.path === MAP_SOCKET) return replyFacts(mapReply(data, context.now));
    this.#begin(line, context);
    return this.#toBridge(data, context);
  }

  #toBridge(data: string | Uint8Array, context: ReadContext): Facts {
    const reaction = bridgeReaction(data);
    switch (reaction.is) {
      case 'forward':
        this.#session.sentAudio();
        return {
          action: 'server_forwards',
          kind: 1,
          payload_len: reaction.payload.length,
          container: reaction.container,
        };
      case 'stop-speech':
        this.#session.bargeIn(this.#out, context);
        return { action: 'server_stops_speech' };
      case 'typed':
        this.#session.said(reaction.text, 'typed', this.#out, context);
        return replyFacts(firstAnswerOfBridge(data));
      case 'speak':
        return { action: 'server_speaks' };
      case 'transcript':
        return { action: 'server_treats_as_user_transcript' };
      case 'ignore':
        return { action: 'server_ignores', stays_open: true };
      case 'end-session':
        return { action: 'server_ends_session', stays_open: false };
    }
  }

  /** A socket begins with a session of its own; what we have ended or refused ourselves can only go on in a new one. */
  #begin(line: MasLine, context: ReadContext): void {
    const isOver = this.#session.phase === 'ended' || this.#session.phase === 'failed';
    if (this.#begun === line.path && !isOver) return;
    this.#begun = line.path;
    this.#session.begin(undefined, this.#out, context);
    this.#session.opened({ session_id: line.path.split('/').at(-1) }, this.#out, context);
  }
}

function replyFacts(reply: Facts | undefined): Facts {
  if (reply === undefined) return { action: 'server_ignores', stays_open: true };
  if (reply.type === 'error') return { action: 'server_error_reply', message: reply.message };
  return { action: 'server_reply', reply_type: reply.type };
}

/** What the simulated bridge says first, once it has greeted. */
function firstAnswerOfBridge(data: string | Uint8Array): Facts | undefined {
  const said: Facts[] = [];
  let hear: (data: string | Uint8Array) => void = () => undefined;
  const nothing = (): void => undefined;
  const host: SimHost = {
    now: () => 0,
    random: () => 0.5,
    every: () => nothing,
    once: () => nothing,
    fault: () => false,
    dial: () => 0,
  };
  const session = { id: 'session', conversationId: 'conversation', voice: 'myca', readySaid: false, historyCount: 0 };
  const bridge = new BridgeSocket(host, session, {
    send: (frame) => {
      if (typeof frame === 'string') said.push(JSON.parse(frame) as Facts);
    },
    onMessage: (listener) => {
      hear = listener;
    },
    onClose: nothing,
    close: nothing,
    terminate: nothing,
  });
  const greetings = said.length;
  hear(data);
  bridge.stop();
  return said[greetings];
}

import type { Outcome } from '../../src/contract/hub-api.ts';
import { MAS_VOICE_PARTS } from '../../src/contract/upstream/mas-voice.ts';
import { idOf, isFields, textOf } from '../../src/upstreams/mas/fields.ts';
import { isPong, MAS_PING, MAS_PING_MS } from '../../src/upstreams/mas/frame.ts';
import { readVoiceCommand } from '../../src/upstreams/mas-voice/answers.ts';
import { readMapFrame } from '../../src/upstreams/mas-voice/map-commands.ts';
import { Turns } from '../../src/upstreams/mas-voice/turns.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import type { WebSocketLine } from './line.ts';
import { BrainLine } from './mas-voice/brain-line.ts';
import { Bridge } from './mas-voice/bridge.ts';
import { done, refused } from './mas-voice/refused.ts';
import { TextLine } from './mas-voice/text-line.ts';

const MAX_TEXT = 500;

/** MYCA by voice and by text: nothing is opened before somebody starts it, but the map's channel while somebody looks. */
export const masVoiceAdapter: AdapterKind = {
  id: 'mas-voice',
  name: 'MYCA voice',
  parts: MAS_VOICE_PARTS,
  start: (host) => new MasVoice(host),
};

class MasVoice implements Adapter {
  readonly #host: AdapterHost;
  readonly #bridge: Bridge;
  readonly #text: TextLine;
  readonly #brain: BrainLine;
  readonly #mapLine: WebSocketLine;

  constructor(host: AdapterHost) {
    this.#host = host;
    const turns = new Turns();
    this.#bridge = new Bridge(host, turns);
    this.#text = new TextLine(host, turns);
    this.#brain = new BrainLine(host, turns);
    this.#mapLine = host.websocket({
      name: 'map',
      path: '/ws/crep/commands',
      // People command a map now and then.
      staleMs: Number.POSITIVE_INFINITY,
      silentMs: Number.POSITIVE_INFINITY,
      ping: { everyMs: MAS_PING_MS, frame: () => MAS_PING, isPong },
      onMessage: (data, out) => {
        readMapFrame(data, out, host.context());
      },
    });
    if (host.wanted('map')) this.#mapLine.start();
  }

  demand(part: string, wanted: boolean): void {
    this.#bridge.demand(part, wanted);
    if (part !== 'map') return;
    if (wanted) this.#mapLine.start();
    else this.#mapLine.stop();
  }

  async call(name: string, args: unknown): Promise<Outcome<unknown>> {
    switch (name) {
      case 'start':
        return this.#bridge.start(args);
      case 'end':
        return this.#bridge.end();
      case 'barge-in':
        return this.#bridge.bargeIn();
      case 'typed':
        return this.#bridge.typed(args);
      case 'speak':
        return this.#bridge.speak(args);
      case 'audio':
        return this.#bridge.audio(args);
      case 'text-start':
        return this.#text.start(args);
      case 'text-say':
        return this.#text.say(args);
      case 'text-barge-in':
        return this.#text.bargeIn();
      case 'text-state':
        return this.#text.ask();
      case 'text-end':
        return this.#text.end();
      case 'ask':
        return this.#brain.ask(args);
      case 'command':
        return this.#command(args);
      case 'map':
        return this.#map(args);
      case 'history':
        return this.#history(args);
      default:
        return refused('no-such-upstream', `MYCA voice cannot be asked for "${name}"`);
    }
  }

  /**
   * A sentence that may be a command: {@link VoiceCommandAnswer}. What MAS does not understand is the brain's (contract mas-voice §3),
   * unless the asker wants commands only: then there is no value.
   */
  async #command(args: unknown): Promise<Outcome<unknown>> {
    const text = isFields(args) ? textOf(args.text, MAX_TEXT) : undefined;
    if (text === undefined) return refused('command-bad-parameter', 'text is missing');
    const outcome = await this.#host.request('POST', '/voice/command', { text, source: 'personaplex' });
    if (!outcome.ok) return outcome;
    const { action, facts } = readVoiceCommand(outcome.value, this.#host.out);
    if (action === 'fallback_to_brain')
      return isFields(args) && args.only === true ? done() : this.#brain.ask({ text });
    return action === 'apply' ? done(facts) : refused('upstream-failed', 'the answer cannot be understood');
  }

  #map(args: unknown): Outcome<unknown> {
    const text = isFields(args) ? textOf(args.text, MAX_TEXT) : undefined;
    if (text === undefined) return refused('command-bad-parameter', 'text is missing');
    return this.#mapLine.send(JSON.stringify({ type: 'command', text }))
      ? done()
      : refused('upstream-not-reachable', 'the map channel is not open');
  }

  #history(args: unknown): Promise<Outcome<unknown>> {
    const id = isFields(args) ? idOf(args.conversationId, 128) : undefined;
    if (id === undefined) return Promise.resolve(refused('command-bad-parameter', 'conversationId is missing'));
    return this.#host.request('GET', `/conversation/${encodeURIComponent(id)}/history?limit=50`);
  }
}

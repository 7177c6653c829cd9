import type { Outcome } from '../../../src/contract/hub-api.ts';
import { idOf, isFields, textOf } from '../../../src/upstreams/mas/fields.ts';
import { readBrainEvent } from '../../../src/upstreams/mas-voice/brain.ts';
import type { Turns } from '../../../src/upstreams/mas-voice/turns.ts';
import type { AdapterHost } from '../adapter.ts';
import type { Line } from '../line.ts';
import { refused } from './refused.ts';

const MAX_TEXT = 4_000;
/** From the question to its last word. */
const ANSWER_MS = 120_000;

/** Questions to the brain: an event stream over POST each. One at a time, and none is asked twice. */
export class BrainLine {
  readonly #host: AdapterHost;
  readonly #turns: Turns;
  readonly #line: Line;
  #question: string | undefined;
  #conversationId: string | undefined;
  #settle: ((outcome: Outcome<unknown>) => void) | undefined;

  constructor(host: AdapterHost, turns: Turns) {
    this.#host = host;
    this.#turns = turns;
    this.#line = host.sse({
      name: 'brain',
      path: '/voice/brain/stream',
      method: 'POST',
      body: () => this.#body(),
      staleMs: 30_000,
      silentMs: 60_000,
      resume: false,
      onEvent: ({ data }, out) => this.#read(data, out),
      judge: ({ status }) => ({ refused: `the brain answered ${status}` }),
      // Asking again by itself would be asking twice.
      onState: (state) => {
        if (state.is === 'retrying' || state.is === 'refused') this.#end(refused('upstream-failed', state.why));
      },
    });
  }

  ask(args: unknown): Promise<Outcome<unknown>> {
    const text = isFields(args) ? textOf(args.text, MAX_TEXT) : undefined;
    if (text === undefined) return Promise.resolve(refused('command-bad-parameter', 'text is missing'));
    if (this.#settle !== undefined) return Promise.resolve(refused('conflict', 'another question is being answered'));
    this.#question = text;
    if (isFields(args)) this.#conversationId = idOf(args.conversationId, 128) ?? this.#conversationId;
    this.#turns.say('user', text, 'typed', this.#host.out, this.#host.context());
    return new Promise((resolve) => {
      const cancel = this.#host.schedule(ANSWER_MS, () => this.#end(refused('upstream-failed', 'no answer in time')));
      this.#settle = (outcome) => {
        cancel();
        resolve(outcome);
      };
      this.#line.start();
    });
  }

  #body(): string {
    const conversation = this.#conversationId === undefined ? {} : { conversation_id: this.#conversationId };
    return JSON.stringify({ message: this.#question, provider: 'auto', include_memory_context: true, ...conversation });
  }

  #read(data: string, out: AdapterHost['out']): void {
    const { action, facts } = readBrainEvent(data, this.#turns, out, this.#host.context());
    if (action === 'turn_end') {
      this.#conversationId = idOf(facts?.conversation_id, 128) ?? this.#conversationId;
      this.#end({ ok: true, value: { conversationId: this.#conversationId } });
    } else if (action === 'show_error') {
      this.#end(refused('upstream-failed', textOf(facts?.message) ?? 'the brain failed'));
    }
  }

  #end(outcome: Outcome<unknown>): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#turns.close('myca', 'brain', this.#host.out, this.#host.context());
    this.#line.stop();
    settle?.(outcome);
  }
}

import type { NodeId, Peers } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { SAME_CLOCK_MS } from './read-neighbours.ts';

/** What goes from server to server: a letter wants no answer, a question gets one. */
type Envelope =
  | { readonly is: 'letter'; readonly body: unknown }
  /** `at`: the sender's clock. */
  | { readonly is: 'question'; readonly id: number; readonly body: unknown; readonly at?: unknown }
  | { readonly is: 'answer'; readonly id: number; readonly body: unknown };

function isEnvelope(message: unknown): message is Envelope {
  if (typeof message !== 'object' || message === null || !('is' in message)) return false;
  if (message.is === 'letter') return true;
  return (message.is === 'question' || message.is === 'answer') && 'id' in message && Number.isSafeInteger(message.id);
}

interface Question {
  readonly id: number;
  readonly body: unknown;
  readonly route: () => NodeId | undefined | null;
  readonly mayMove: boolean;
  readonly done: (answer: unknown) => void;
  to: NodeId | undefined | null;
  triesLeft: number;
  cancel: () => void;
}

const TRIES = 2;
/** Answers that are kept for a question that comes again because its answer was lost. */
const KEPT_ANSWERS = 1_024;
/** Questions that wait for another server at once. */
const MAX_OPEN = 4_096;

/**
 * Questions between servers, on mail that may be lost: each has a deadline, is sent once more to the same server, which answers a repeated
 * one as it did before, and follows its board when that moves.
 */
export class Post {
  readonly #node: NodeId;
  readonly #peers: Peers;
  readonly #clock: Clock;
  readonly #answerMs: number;
  readonly #open = new Map<number, Question>();
  /** By server and id; undefined: being answered. */
  readonly #answers = new Map<string, { answer: unknown } | undefined>();
  readonly #stop: () => void;
  #lastId = 0;
  /** Questions that got no answer in time, or found no place. */
  unanswered = 0;
  onLetter: (from: NodeId, body: unknown) => void = () => undefined;
  /** False: not for this server (any more); it will not be answered. `aheadMs`: how far our clock is ahead of the asking server's. */
  onQuestion: (from: NodeId, body: unknown, reply: (answer: unknown) => void, aheadMs: number) => boolean = () => false;

  constructor(node: NodeId, peers: Peers, clock: Clock, answerMs: number) {
    this.#node = node;
    this.#peers = peers;
    this.#clock = clock;
    this.#answerMs = answerMs;
    this.#stop = peers.onMail((from, message) => {
      // Other parts, and servers of another version, write mail too.
      if (isEnvelope(message)) this.#came(from, message);
    });
  }

  tell(to: NodeId, body: unknown): void {
    this.#peers.mail(to, { is: 'letter', body } satisfies Envelope);
  }

  /**
   * `route` says where to; undefined while nobody knows, null when there is nobody to ask (any more). `mayMove`: asking a second server does no harm even if the first one had heard it.
   * `done` gets undefined when there was no answer in time; `tries`: how often it is sent.
   */
  ask(question: Pick<Question, 'body' | 'route' | 'mayMove' | 'done'>, tries = TRIES): void {
    if (this.#open.size >= MAX_OPEN) {
      this.unanswered++;
      question.done(undefined);
      return;
    }
    const open: Question = {
      ...question,
      id: ++this.#lastId,
      to: undefined,
      triesLeft: tries,
      cancel: () => undefined,
    };
    this.#open.set(open.id, open);
    this.#send(open);
  }

  /** Somebody's home may have changed. */
  recheck(): void {
    for (const open of [...this.#open.values()]) {
      const to = open.route();
      if (to === open.to) continue;
      if (to === null || (open.to !== undefined && !open.mayMove)) this.#end(open, undefined);
      else {
        open.triesLeft = Math.max(open.triesLeft, 1);
        this.#send(open);
      }
    }
  }

  close(): void {
    this.#stop();
    for (const open of [...this.#open.values()]) this.#end(open, undefined);
  }

  #send(open: Question): void {
    open.cancel();
    if (open.triesLeft === 0 || open.route() === null) {
      this.#end(open, undefined);
      return;
    }
    open.triesLeft--;
    open.to = open.route();
    open.cancel = this.#clock.schedule(this.#answerMs, () => this.#send(open));
    // What was another server's became ours.
    if (open.to === this.#node) this.onQuestion(this.#node, open.body, (answer) => this.#end(open, answer), 0);
    else if (open.to !== undefined && open.to !== null)
      this.#peers.mail(open.to, {
        is: 'question',
        id: open.id,
        body: open.body,
        at: this.#clock.now(),
      } satisfies Envelope);
  }

  #end(open: Question, answer: unknown): void {
    open.cancel();
    if (!this.#open.delete(open.id)) return;
    if (answer === undefined) this.unanswered++;
    open.done(answer);
  }

  #came(from: NodeId, envelope: Envelope): void {
    switch (envelope.is) {
      case 'letter':
        this.onLetter(from, envelope.body);
        return;
      case 'answer': {
        const open = this.#open.get(envelope.id);
        if (open?.to === from) this.#end(open, envelope.body);
        return;
      }
      case 'question':
        this.#answer(from, envelope);
    }
  }

  #answer(from: NodeId, { id, body, at }: Extract<Envelope, { is: 'question' }>): void {
    const key = `${from} ${id}`;
    const reply = (answer: unknown): void =>
      this.#peers.mail(from, { is: 'answer', id, body: answer } satisfies Envelope);
    if (this.#answers.has(key)) {
      const known = this.#answers.get(key);
      if (known !== undefined) reply(known.answer);
      return;
    }
    this.#answers.set(key, undefined);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= KEPT_ANSWERS) break;
      this.#answers.delete(oldest);
    }
    const apartMs = typeof at === 'number' && Number.isFinite(at) ? Math.round(this.#clock.now() - at) : 0;
    const answered = (answer: unknown): void => {
      this.#answers.set(key, { answer });
      reply(answer);
    };
    const isOurs = this.onQuestion(from, body, answered, Math.abs(apartMs) > SAME_CLOCK_MS ? apartMs : 0);
    if (!isOurs) this.#answers.delete(key);
  }
}

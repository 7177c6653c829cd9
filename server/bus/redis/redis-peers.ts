import type { Clock } from '../../clock.ts';
import type { NodeId, Peers } from '../bus.ts';
import type { RedisLink } from './link.ts';
import { peerNames } from './names.ts';
import { LOST_MS } from './presence-scripts.ts';
import { beatScript, leaveScript } from './script.ts';

const BEAT_MS = 1_000;

/** The servers on one Redis: each says once a second that it is alive, and has a mailbox. */
export class RedisPeers implements Peers {
  readonly #node: NodeId;
  readonly #link: RedisLink;
  readonly #clock: Clock;
  readonly #names: ReturnType<typeof peerNames>;
  readonly #onOwn: (lagMs: number) => void;
  #alive: ReadonlySet<NodeId>;
  readonly #mailHooks = new Set<(from: NodeId, message: unknown) => void>();
  readonly #lostHooks = new Set<(node: NodeId) => void>();
  /** Before it nobody is missed: after an outage the others need time to say that they are there. On a clock that never jumps. */
  #patientUntil = 0;
  #cancelBeat: () => void = () => undefined;
  #isClosed = false;

  constructor(node: NodeId, prefix: string, link: RedisLink, clock: Clock, onOwn: (lagMs: number) => void) {
    this.#node = node;
    this.#link = link;
    this.#clock = clock;
    this.#names = peerNames(prefix);
    this.#onOwn = onOwn;
    this.#alive = new Set([node]);
    // Kept for when there is a connection.
    for (const topic of [this.#names.left, this.#names.mail(node)]) link.subscribe(topic).catch(() => undefined);
    void this.#beat();
  }

  alive(): ReadonlySet<NodeId> {
    return this.#alive;
  }

  mail(to: NodeId, message: unknown): void {
    if (this.#isClosed) return;
    const text = JSON.stringify({ from: this.#node, message });
    // At most once: whoever needs an answer has a deadline.
    this.#link.publish(this.#names.mail(to), text).catch(() => undefined);
  }

  onMail(told: (from: NodeId, message: unknown) => void): () => void {
    this.#mailHooks.add(told);
    return () => this.#mailHooks.delete(told);
  }

  onLost(told: (node: NodeId) => void): () => void {
    this.#lostHooks.add(told);
    return () => this.#lostHooks.delete(told);
  }

  /** Whether the topic was one of ours. */
  onMessage(topic: string, bytes: Buffer): boolean {
    if (topic === this.#names.left) {
      this.#take(new Set([...this.#alive].filter((node) => node !== bytes.toString())));
      return true;
    }
    if (topic !== this.#names.mail(this.#node)) return false;
    const mail = parseMail(bytes);
    if (mail === undefined) return true;
    if (mail.beatAt !== undefined) this.#onOwn(this.#clock.now() - mail.beatAt);
    else for (const told of this.#mailHooks) told(mail.from, mail.message);
    return true;
  }

  /** The link was away and is back. */
  onUp(): void {
    this.#patientUntil = performance.now() + LOST_MS + BEAT_MS;
    this.#cancelBeat();
    void this.#beat();
  }

  async leave(): Promise<void> {
    this.#isClosed = true;
    this.#cancelBeat();
    try {
      await this.#link.run(leaveScript, [this.#names.alive], [this.#node, this.#names.left]);
    } catch {
      // Redis is away: the others notice the silence.
    }
  }

  async #beat(): Promise<void> {
    if (this.#isClosed) return;
    this.#cancelBeat();
    this.#cancelBeat = this.#clock.schedule(BEAT_MS, () => void this.#beat());
    try {
      const reply = await this.#link.run(beatScript, [this.#names.alive], [this.#node]);
      // Time from here to here through Redis, also while nothing else is published.
      const beat = JSON.stringify({ from: this.#node, beatAt: this.#clock.now() });
      this.#link.publish(this.#names.mail(this.#node), beat).catch(() => undefined);
      if (Array.isArray(reply)) this.#take(new Set(reply.map(String)));
    } catch {
      // Redis is away: nobody is declared lost for that.
    }
  }

  #take(alive: ReadonlySet<NodeId>): void {
    if (this.#isClosed) return;
    const isPatient = performance.now() < this.#patientUntil;
    const lost = [...this.#alive].filter((node) => !alive.has(node) && node !== this.#node);
    this.#alive = new Set([this.#node, ...alive, ...(isPatient ? lost : [])]);
    if (!isPatient) for (const node of lost) for (const told of this.#lostHooks) told(node);
  }
}

interface Mail {
  readonly from: NodeId;
  readonly message?: unknown;
  readonly beatAt?: number;
}

function parseMail(bytes: Buffer): Mail | undefined {
  try {
    const mail = JSON.parse(bytes.toString()) as Partial<Mail> | null;
    return typeof mail?.from === 'string' ? (mail as Mail) : undefined;
  } catch {
    return undefined;
  }
}

import type { CommandUpdate } from '../../src/contract/board-command.ts';
import { boardChannel, type Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { Bus, NodeId } from '../bus/bus.ts';
import { payloadOf } from '../bus/encode.ts';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS, type Limits } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { boardStatus } from '../live/raw-client.ts';
import { type BoardMessage, Relay } from './relay.ts';
import type { BoardVerb, Session } from './session.ts';

/** Several servers on one bus in one process, with a clock that moves when it is told; for tests. */
export class Lab {
  readonly clock = new FakeClock();
  readonly limits: Limits;
  readonly #shared: Bus;
  readonly #servers = new Map<NodeId, LabServer>();
  /** Mail that is lost on its way. */
  loses: (from: NodeId, to: NodeId, message: unknown) => boolean = () => false;
  readonly mails: { readonly from: NodeId; readonly to: NodeId; readonly message: unknown }[] = [];

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    // No window: a turn of the event loop is all that a publication waits.
    this.#shared = makeMemoryBus(this.limits, this.clock, new Pulse({ windowMs: 0 }));
  }

  get bus(): Bus {
    return this.#shared;
  }

  async start(...nodes: NodeId[]): Promise<LabServer[]> {
    const servers = nodes.map((node) => {
      const server = new LabServer(node, this, this.#shared);
      this.#servers.set(node, server);
      return server;
    });
    for (const server of servers) await server.relay.start();
    return servers;
  }

  alive(): Set<NodeId> {
    return new Set([...this.#servers.values()].filter(({ isDead }) => !isDead).map(({ node }) => node));
  }

  /** A server vanishes in the middle of whatever it does; the others notice later, by {@link notice}. */
  kill(server: LabServer): void {
    server.isDead = true;
  }

  notice(server: LabServer): Promise<void> {
    for (const other of this.#servers.values()) if (!other.isDead) other.hearLost(server.node);
    return this.settle();
  }

  mail(from: NodeId, to: NodeId, message: unknown): void {
    this.mails.push({ from, to, message });
    if (this.loses(from, to, message) || this.#servers.get(from)?.degraded) return;
    // What goes by mail is text.
    const copy: unknown = JSON.parse(JSON.stringify(message));
    setImmediate(() => this.#servers.get(to)?.hearMail(from, copy));
  }

  /** Until nothing is under way any more but what waits for the clock. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** Everything that was told about commands of a board. */
  async updates(board: string): Promise<CommandUpdate[]> {
    await this.settle();
    const { channel } = await this.#shared.openLog(boardChannel(board, 'commands'));
    const updates: CommandUpdate[] = [];
    for (let seq = channel.firstSeq; seq < channel.nextSeq; seq++) {
      const entry = channel.entry(seq);
      if (entry?.is === 'events') updates.push(...JSON.parse(payloadOf(entry).toString()).records);
    }
    return updates;
  }

  /** The board's record on the bus. */
  async record(board: string): Promise<Record<string, unknown> | undefined> {
    await this.settle();
    const { channel } = await this.#shared.openState('boards');
    return channel.get(board) as Record<string, unknown> | undefined;
  }
}

export class LabServer {
  readonly node: NodeId;
  readonly relay: Relay;
  isDead = false;
  /** Its clock is ahead of the others'. */
  aheadMs = 0;
  /** Its bus is cut off: it hears nothing of the others, see {@link cutOff}. */
  degraded = false;
  /** What it did, and what it would have heard, while it was cut off. */
  #waiting: (() => void)[] = [];
  #isCutOff = false;
  readonly #mail = new Set<(from: NodeId, message: unknown) => void>();
  readonly #lost = new Set<(node: NodeId) => void>();

  constructor(node: NodeId, lab: Lab, shared: Bus) {
    this.node = node;
    const ifAlive =
      <A extends unknown[]>(act: (...args: A) => void) =>
      (...args: A): void => {
        if (this.isDead) return;
        if (this.#isCutOff) this.#waiting.push(() => act(...args));
        else act(...args);
      };
    const bus: Bus = {
      ...shared,
      node,
      health: () => ({ degraded: this.degraded ? { since: 1, reason: 'cut off' } : undefined, lagMs: undefined }),
      publish: ifAlive(shared.publish),
      put: ifAlive(shared.put),
      del: ifAlive(shared.del),
      drop: ifAlive(shared.drop),
      openState: async (name) => {
        const { channel, close } = await shared.openState(name);
        const onChange = (wake: () => void) => channel.onChange(ifAlive(wake));
        return {
          channel: new Proxy(channel, { get: (it, key) => (key === 'onChange' ? onChange : bound(it, key)) }),
          close,
        };
      },
      peers: {
        alive: () => lab.alive(),
        mail: ifAlive((to: NodeId, message: unknown) => lab.mail(node, to, message)),
        onMail: (told) => listen(this.#mail, told),
        onLost: (told) => listen(this.#lost, told),
      },
    };
    const clock = { now: () => lab.clock.now() + this.aheadMs, schedule: lab.clock.schedule };
    this.relay = new Relay(lab.limits, bus, clock);
  }

  /** Nothing goes to the others, nothing comes from them: all of it waits until {@link mend}, but for mail, which is lost. */
  cutOff(): void {
    this.degraded = true;
    this.#isCutOff = true;
  }

  mend(): void {
    this.degraded = false;
    this.#isCutOff = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const act of waiting) act();
  }

  hearMail(from: NodeId, message: unknown): void {
    if (!this.isDead && !this.#isCutOff) for (const told of this.#mail) told(from, message);
  }

  hearLost(node: NodeId): void {
    for (const told of this.#lost) told(node);
  }

  client(name: string, may: (verb: BoardVerb) => boolean = () => true): LabClient {
    return new LabClient(this, name, may);
  }
}

const bound = (target: object, key: string | symbol): unknown => {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === 'function' ? value.bind(target) : value;
};

function listen<T>(set: Set<T>, told: T): () => void {
  set.add(told);
  return () => set.delete(told);
}

/** One connection of a client. The same name again is the same client. */
export class LabClient implements Session {
  readonly client: string;
  name: string;
  readonly principal = 'open';
  readonly got: FromRelay[] = [];
  readonly server: Pick<LabServer, 'relay' | 'isDead'>;
  readonly #may: (verb: BoardVerb) => boolean;

  constructor(server: Pick<LabServer, 'relay' | 'isDead'>, name: string, may: (verb: BoardVerb) => boolean) {
    this.client = name;
    this.name = name;
    this.server = server;
    this.#may = may;
  }

  may(verb: BoardVerb): boolean {
    return this.#may(verb);
  }

  send(message: FromRelay): void {
    if (!this.server.isDead) this.got.push(message);
  }

  say(message: BoardMessage): void {
    if (!this.server.isDead) this.server.relay.handle(this, message);
  }

  answer(rid: number): Extract<FromRelay, { t: 'answer' }> | undefined {
    for (const message of this.got) if (message.t === 'answer' && message.rid === rid) return message;
    return undefined;
  }

  offer(board: string, rid: number, life = 'life-1'): void {
    this.say({ t: 'offer', rid, board, status: boardStatus(board), life });
  }

  lease(
    board: string,
    rid: number,
    action: 'take' | 'renew' | 'release' | 'take-back' | 'take-over',
    reason?: string,
  ): void {
    this.say({ t: 'lease', rid, board, action, reason });
  }

  /** Fence of the answer to a lease. */
  fence(rid: number): number {
    const answer = this.answer(rid);
    return (answer?.ok && answer.lease?.fence) || 0;
  }

  command(board: string, rid: number, id: string, fence: number, more: { name?: string; deadline: number }): void {
    const request = { id, board, name: 'status', params: {}, by: 'me', ...more };
    this.say({ t: 'command', rid, request, fence });
  }

  /** Ids of the commands that this owner was handed, each time. */
  get ran(): string[] {
    return this.got.flatMap((message) => (message.t === 'run-command' ? [message.request.id] : []));
  }

  done(board: string, id: string, cursor?: Cursor): void {
    const update = { id, board, name: 'status', params: {}, by: 'x', at: 1 } as const;
    const state = { is: 'done', acknowledged: true, rttMs: 1, answer: 'OK' } as const;
    this.say({ t: 'command-update', cursor, update: { ...update, state } });
  }

  leave(): void {
    if (!this.server.isDead) this.server.relay.left(this);
  }
}

import type { Clock } from '../../clock.ts';
import { type RedisAddress, type RedisArg, RedisRefusal, type Reply } from './connection.ts';
import { type NodeHooks, RedisNode } from './node.ts';
import type { Script } from './script.ts';
import { parseSlots, slotOf } from './slots.ts';

export interface LinkHooks {
  /** A server can be used again, or has become another's successor: read what it has, send what waits. */
  readonly onUp: (isConcerned: (topic: string) => boolean) => void;
  readonly onAway: (isConcerned: (topic: string) => boolean) => void;
  readonly onMessage: (topic: string, message: Buffer) => void;
}

/** While a server of a cluster is away its successor is looked for this often, ms. */
const REFRESH_MS = 500;
/** Names whose slot is remembered. */
const MAX_NAMES = 16_384;

/** The way to Redis: one server, or a cluster of them; the seed tells which. Every name finds its server by its slot. */
export class RedisLink {
  readonly #address: RedisAddress;
  readonly #clock: Clock;
  readonly #hooks: LinkHooks;
  readonly #seed: RedisNode;
  readonly #nodes = new Map<string, RedisNode>();
  /** Of a cluster. */
  #slots: (RedisNode | undefined)[] | undefined;
  readonly #slotsOfNames = new Map<string, number>();
  /** Topics and where they are subscribed to. */
  readonly #topics = new Map<string, RedisNode | undefined>();
  #isRefreshing = false;
  #cancelRefresh: () => void = () => undefined;
  #isClosed = false;

  constructor(address: RedisAddress, clock: Clock, hooks: LinkHooks) {
    this.#address = address;
    this.#clock = clock;
    this.#hooks = hooks;
    this.#seed = this.#makeNode(address.url);
    this.#tick();
  }

  /** Which server has what is called so; undefined while the cluster is not known. */
  nodeOf(name: string): RedisNode | undefined {
    if (this.#slots !== undefined) return this.#slots[this.#slot(name)];
    return this.#seed.isCluster ? undefined : this.#seed;
  }

  /** Asked for at every publication. */
  #slot(name: string): number {
    const known = this.#slotsOfNames.get(name);
    if (known !== undefined) return known;
    if (this.#slotsOfNames.size >= MAX_NAMES) this.#slotsOfNames.clear();
    const slot = slotOf(name);
    this.#slotsOfNames.set(name, slot);
    return slot;
  }

  /** Why a name's server cannot be used; undefined: it can, or will be in a moment. */
  awayOf(name: string): RedisNode['away'] {
    return (this.nodeOf(name) ?? this.#seed).away;
  }

  /** Of all servers that are away, the one that is so the longest. */
  get away(): RedisNode['away'] {
    return [...this.#nodes.values()].map((node) => node.away).filter((away) => away !== undefined)[0];
  }

  get isUp(): boolean {
    return [...this.#nodes.values()].every((node) => node.isUp) && this.nodeOf('') !== undefined;
  }

  canSend(name: string): boolean {
    return this.nodeOf(name)?.canSend ?? false;
  }

  /** @throws RedisRefusal, or any other Error when the connection is gone. `keys[0]` finds the server. */
  async run(script: Script, keys: readonly string[], args: readonly RedisArg[]): Promise<Reply> {
    return await this.#on(keys[0] ?? '', (node) => node.run(script, keys, args));
  }

  async publish(topic: string, message: string): Promise<void> {
    await this.#on(topic, (node) => node.send([node.isSharded ? 'SPUBLISH' : 'PUBLISH', topic, message]));
  }

  async field(key: string, name: string): Promise<string | undefined> {
    const reply = await this.#on(key, (node) => node.send(['HGET', key, name]));
    return reply === null ? undefined : String(reply);
  }

  /** Rejects when it cannot be listened to now; `onUp` follows when it can. */
  async subscribe(topic: string): Promise<void> {
    const node = this.nodeOf(topic);
    this.#topics.set(topic, node);
    if (node === undefined) throw new Error('the cluster is not known yet');
    await node.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.#topics.get(topic)?.unsubscribe(topic);
    this.#topics.delete(topic);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRefresh();
    for (const node of this.#nodes.values()) node.close();
    this.#seed.close();
  }

  async #on<R>(name: string, act: (node: RedisNode) => Promise<R>): Promise<R> {
    const node = this.nodeOf(name);
    if (node === undefined) throw new Error('the cluster is not known yet');
    try {
      return await act(node);
    } catch (error) {
      if (error instanceof RedisRefusal) {
        if (/^(MOVED|ASK|CLUSTERDOWN|TRYAGAIN)/.test(error.message)) void this.#refresh();
        // A primary that became a replica, or lost its own: its address may lead to another one now.
        if (/\b(READONLY|MASTERDOWN|NOAUTH)\b/.test(error.message)) node.renew(error.message);
      }
      throw error;
    }
  }

  #makeNode(url: string): RedisNode {
    const hooks: NodeHooks = {
      onUp: (node) => {
        if (node.isCluster && this.#slots === undefined) void this.#refresh();
        else this.#hooks.onUp((topic) => this.nodeOf(topic) === node);
      },
      onAway: (node) => this.#hooks.onAway((topic) => (this.nodeOf(topic) ?? this.#seed) === node),
      onMessage: this.#hooks.onMessage,
      onTopicMoved: () => void this.#refresh(),
    };
    const node = new RedisNode({ ...this.#address, url }, this.#clock, hooks);
    this.#nodes.set(new URL(url).host, node);
    return node;
  }

  /** Looks who has which slots, while somebody is missing. */
  #tick(): void {
    this.#cancelRefresh = this.#clock.schedule(REFRESH_MS, () => this.#tick());
    const isWhole = [...this.#nodes.values()].every((node) => node.canSend);
    if (this.#slots !== undefined ? !isWhole : this.#seed.isCluster) void this.#refresh();
  }

  async #refresh(): Promise<void> {
    if (this.#isRefreshing || this.#isClosed) return;
    this.#isRefreshing = true;
    for (const node of this.#nodes.values()) {
      if (!node.canSend || !node.isCluster) continue;
      try {
        const reply = await node.send(['CLUSTER', 'SLOTS']);
        if (!this.#isClosed) this.#take(reply, node);
        break;
      } catch {
        // This one cannot tell now; another may, or a later refresh.
      }
    }
    this.#isRefreshing = false;
  }

  #take(reply: Reply, asked: RedisNode): void {
    const slots: (RedisNode | undefined)[] = new Array(16_384);
    const used = new Set<RedisNode>();
    const base = new URL(asked.address.url);
    for (const { from, to, host, port } of parseSlots(reply, base.hostname)) {
      const url = new URL(base);
      url.hostname = host.includes(':') ? `[${host}]` : host;
      url.port = String(port);
      const node = this.#nodes.get(url.host) ?? this.#makeNode(url.href);
      used.add(node);
      slots.fill(node, from, to + 1);
    }
    const before = this.#slots;
    this.#slots = slots;
    for (const [host, node] of this.#nodes) {
      if (used.has(node)) continue;
      node.close();
      this.#nodes.delete(host);
    }
    const moved = new Set<string>();
    for (const [topic, node] of this.#topics) {
      const now = slots[slotOf(topic)];
      if (now === node) continue;
      moved.add(topic);
      node?.unsubscribe(topic);
      this.#topics.set(topic, now);
      // A failure is the connection's: `onUp` of that server follows.
      now?.subscribe(topic).then(
        () => this.#hooks.onUp((one) => one === topic),
        () => undefined,
      );
    }
    if (before === undefined) this.#hooks.onUp((topic) => slots[slotOf(topic)]?.isUp ?? false);
  }
}

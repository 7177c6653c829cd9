import type { Clock } from '../../clock.ts';
import { type RedisAddress, type RedisArg, type RedisConnection, RedisRefusal, type Reply } from './connection.ts';
import { Lifeline } from './lifeline.ts';
import { SCRIPTS, type Script } from './script.ts';

/** So long a Redis may be unreachable before this is told: a connection that is simply made again is no outage. */
const GRACE_MS = 250;

export interface NodeHooks {
  /** Both connections are there, after whatever was missed: everything that is open must be read again. */
  readonly onUp: (node: RedisNode) => void;
  /** It cannot be used, and that is not over in a moment. */
  readonly onAway: (node: RedisNode) => void;
  readonly onMessage: (topic: string, message: Buffer) => void;
  readonly onTopicMoved: (topic: string) => void;
}

/** One Redis server: a connection for commands, and one that only listens, so that a slow listener holds up no command. */
export class RedisNode {
  readonly address: RedisAddress;
  readonly #clock: Clock;
  readonly #hooks: NodeHooks;
  readonly #commands: Lifeline;
  readonly #listener: Lifeline;
  readonly #topics = new Set<string>();
  #listening: RedisConnection | undefined;
  #cancelGrace: (() => void) | undefined;
  #downReason = 'not connected yet';
  #isUp = false;
  #isClosed = false;
  /** Set while it is unreachable beyond the grace time. */
  away: { readonly since: number; readonly reason: string } | undefined;
  /** Of this life of the server. */
  runId = '';
  /** 7.2 is 702. */
  version = 0;
  isCluster = false;

  constructor(address: RedisAddress, clock: Clock, hooks: NodeHooks) {
    this.address = address;
    this.#clock = clock;
    this.#hooks = hooks;
    const { onMessage, onTopicMoved } = hooks;
    const common = {
      onUp: () => this.#changed(),
      onDown: (reason: string) => this.#down(reason),
      onMessage,
      onTopicMoved,
    };
    this.#commands = new Lifeline(address, clock, { ...common, prepare: (connection) => this.#greet(connection) });
    this.#listener = new Lifeline(address, clock, {
      ...common,
      prepare: (connection) => this.#listenAgain(connection),
    });
    this.#startGrace();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether commands can be sent, even if nothing can be heard. */
  get canSend(): boolean {
    return this.#commands.connection !== undefined;
  }

  /** Before Redis 7 a cluster tells every message to all its nodes. */
  get isSharded(): boolean {
    return this.isCluster && this.version >= 700;
  }

  /** @throws RedisRefusal, or any other Error when the connection is gone. */
  async send(args: readonly RedisArg[]): Promise<Reply> {
    const { connection } = this.#commands;
    if (connection === undefined) throw new Error(this.#downReason);
    return await connection.send(args);
  }

  /** Runs a script; the life of the server is always its first argument, and how to wake readers its second. */
  async run(script: Script, keys: readonly string[], args: readonly RedisArg[]): Promise<Reply> {
    const { runId } = this;
    const tail = [String(keys.length), ...keys, runId, this.isSharded ? 'SPUBLISH' : 'PUBLISH', ...args];
    try {
      return await this.send(['EVALSHA', script.sha, ...tail]);
    } catch (error) {
      if (!(error instanceof RedisRefusal) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await this.send(['EVAL', script.text, ...tail]);
    }
  }

  /** Listens from now on, over every reconnect. Rejects when there is no connection now: `onUp` follows when there is. */
  async subscribe(topic: string): Promise<void> {
    this.#topics.add(topic);
    if (this.#listening === undefined) throw new Error(this.#downReason);
    await this.#listening.subscribe([topic], this.isSharded);
  }

  unsubscribe(topic: string): void {
    // A connection that is gone listens to nothing any more.
    if (this.#topics.delete(topic)) this.#listening?.unsubscribe(topic, this.isSharded).catch(() => undefined);
  }

  /** It turned out not to be what it was: connect anew. */
  renew(reason: string): void {
    this.#commands.renew(reason);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelGrace?.();
    this.#commands.close();
    this.#listener.close();
  }

  async #greet(connection: RedisConnection): Promise<void> {
    const info = String(await connection.send(['INFO', 'server']));
    const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
    const [major = 0, minor = 0] = (field('redis_version') ?? '0').split('.').map(Number);
    this.version = major * 100 + minor;
    // Valkey has the second name.
    this.isCluster = (field('redis_mode') ?? field('server_mode')) === 'cluster';
    const runId = field('run_id');
    if (!this.isCluster && /^role:slave/m.test(String(await connection.send(['INFO', 'replication']))))
      throw new Error('this Redis is a replica and cannot be written: connect to its primary');
    if (runId === undefined) throw new Error('INFO server tells no run_id: the Redis user needs the right +info');
    await Promise.all(SCRIPTS.map((script) => connection.send(['SCRIPT', 'LOAD', script.text])));
    this.runId = runId;
  }

  async #listenAgain(connection: RedisConnection): Promise<void> {
    // How to listen depends on what the other connection learns.
    if (this.version === 0 && this.#topics.size > 0) throw new Error(this.#downReason);
    // What is subscribed to while this waits goes to the same connection.
    this.#listening = connection;
    await connection.subscribe([...this.#topics], this.isSharded);
  }

  #changed(): void {
    if (this.#commands.connection === undefined || this.#listener.connection === undefined) return;
    this.#isUp = true;
    this.#cancelGrace?.();
    this.#cancelGrace = undefined;
    this.away = undefined;
    this.#hooks.onUp(this);
  }

  #down(reason: string): void {
    this.#downReason = reason;
    this.#isUp = false;
    if (this.away !== undefined) this.away = { ...this.away, reason };
    else if (this.#cancelGrace === undefined) this.#startGrace();
  }

  #startGrace(): void {
    const since = this.#clock.now();
    this.#cancelGrace = this.#clock.schedule(GRACE_MS, () => {
      this.#cancelGrace = undefined;
      if (this.#isUp || this.#isClosed) return;
      this.away = { since, reason: this.#downReason };
      this.#hooks.onAway(this);
    });
  }
}

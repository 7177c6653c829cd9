import { createClient, ErrorReply, RESP_TYPES } from 'redis';
import type { Clock } from '../../clock.ts';

/** Where a Redis is, and as whom to speak to it. */
export interface RedisAddress {
  /** `redis[s]://[user[:password]@]host[:port][/db]` */
  readonly url: string;
  /** PEM of who signed the certificate of a `rediss://` server, if the system does not know them. */
  readonly ca?: string | undefined;
}

/** Anything Redis answers here; texts come as bytes. */
export type Reply = string | number | null | Buffer | readonly Reply[];

export type RedisArg = string | Buffer;

/** Redis said no. Everything else that fails a command is the connection. */
export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal';
}

interface ConnectionHooks {
  /** Called once; nothing is answered after it. */
  readonly onDead: (reason: string) => void;
  readonly onMessage: (topic: string, message: Buffer) => void;
  /** A cluster moved a subscribed slot to another node. */
  readonly onTopicMoved: (topic: string) => void;
}

const AS_BYTES = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };
const CONNECT_MS = 1_500;
/** A connection is dead when this many beats in a row brought nothing. Counted in beats, so that a stall of our own is not blamed on Redis. */
const BEAT_MS = 250;
const SILENT_BEATS = 5;

/**
 * One connection with one life: opened, used, dead. Who wants another opens another, so that what must follow a reconnect cannot be
 * forgotten. It asks for a sign of life four times a second: a half-open connection or a stopped Redis shows within 1.5 s.
 */
export class RedisConnection {
  readonly #client: ReturnType<typeof makeClient>;
  readonly #hooks: ConnectionHooks;
  #isDead = false;
  #silentBeats = 0;
  #isPinging = false;
  #cancelBeat: () => void = () => undefined;

  /** Rejects when it cannot be opened in time. */
  static async open(address: RedisAddress, clock: Clock, hooks: ConnectionHooks): Promise<RedisConnection> {
    const connection = new RedisConnection(address, hooks);
    const cancel = clock.schedule(CONNECT_MS, () => connection.#die('no answer to the first greeting'));
    try {
      await connection.#client.connect();
    } catch (error) {
      connection.destroy();
      throw error;
    } finally {
      cancel();
    }
    connection.#beat(clock);
    return connection;
  }

  private constructor(address: RedisAddress, hooks: ConnectionHooks) {
    this.#hooks = hooks;
    this.#client = makeClient(address);
    this.#client.on('error', (error: Error) => this.#die(error.message || error.name));
    this.#client.on('end', () => this.#die('the connection ended'));
    this.#client.on('sharded-channel-moved', (topic: string) => hooks.onTopicMoved(topic));
  }

  /** @throws RedisRefusal when Redis says no, any other Error when the connection is gone (it may have been done all the same). */
  async send(args: readonly RedisArg[]): Promise<Reply> {
    this.#mustLive();
    try {
      const reply = await this.#client.sendCommand<Reply>([...args], AS_BYTES);
      this.#silentBeats = 0;
      return reply;
    } catch (error) {
      if (error instanceof ErrorReply) throw new RedisRefusal(error.message, { cause: error });
      throw error;
    }
  }

  async subscribe(topics: readonly string[], sharded: boolean): Promise<void> {
    if (topics.length === 0) return;
    this.#mustLive();
    // Topics of different slots cannot share a command.
    if (sharded) await Promise.all(topics.map((topic) => this.#client.sSubscribe(topic, this.#onMessage, true)));
    else await this.#client.subscribe([...topics], this.#onMessage, true);
  }

  async unsubscribe(topic: string, sharded: boolean): Promise<void> {
    this.#mustLive();
    if (sharded) await this.#client.sUnsubscribe(topic, this.#onMessage, true);
    else await this.#client.unsubscribe(topic, this.#onMessage, true);
  }

  /** Lets go without a word to the hooks. Commands that wait are failed. */
  destroy(): void {
    this.#isDead = true;
    this.#cancelBeat();
    try {
      this.#client.destroy();
    } catch {
      // Never opened: there is nothing to let go of.
    }
  }

  /** A client that was let go of would keep what it is told for ever, and never answer. */
  #mustLive(): void {
    if (this.#isDead) throw new Error('the connection is gone');
  }

  readonly #onMessage = (message: Buffer, topic: Buffer): void => {
    this.#silentBeats = 0;
    if (!this.#isDead) this.#hooks.onMessage(topic.toString(), message);
  };

  #beat(clock: Clock): void {
    if (this.#isDead) return;
    this.#cancelBeat = clock.schedule(BEAT_MS, () => this.#beat(clock));
    if (!this.#isPinging) {
      this.#silentBeats = 0;
      this.#isPinging = true;
      // A failure is told by the connection itself; a refusal (no right to ping, still loading) is an answer too.
      const done = () => {
        this.#isPinging = false;
      };
      this.#client.sendCommand(['PING']).then(done, done);
    } else if (++this.#silentBeats >= SILENT_BEATS) this.#die(`no answer for ${(SILENT_BEATS * BEAT_MS) / 1_000} s`);
  }

  #die(reason: string): void {
    if (this.#isDead) return;
    this.destroy();
    this.#hooks.onDead(reason);
  }
}

function makeClient({ url, ca }: RedisAddress) {
  const socket = { connectTimeout: CONNECT_MS, reconnectStrategy: false as const, keepAlive: true };
  const { protocol } = new URL(url);
  return createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    // Both ask for rights that the user needs for nothing else.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: protocol === 'rediss:' ? { ...socket, tls: true, ...(ca === undefined ? {} : { ca }) } : socket,
  });
}

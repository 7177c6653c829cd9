import { readFile } from 'node:fs/promises';
import { createClient, RESP_TYPES } from 'redis';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import { maskAddresses } from '../../gateway/mask-addresses.ts';

/** What Redis answers; texts are bytes. */
export type Reply = Buffer | string | number | null | Error | readonly Reply[];
type Client = ReturnType<typeof makeClient>;

export interface RedisAddress {
  readonly url: string;
  readonly db?: number | undefined;
  readonly caFile?: string | undefined;
}

/** A connection while it lives. */
export interface OpenLink {
  readonly client: Client;
  /** Aborted when the connection is lost or let go; `reason` is an Error that says why. */
  readonly signal: AbortSignal;
  /** Everything this connection is for has begun: the next failure is a new one. */
  up(): void;
  send(args: readonly string[]): Promise<Reply>;
}

export interface LinkOptions {
  readonly address: RedisAddress;
  readonly clock: Clock;
  /** Uses a connection until it ends. Throwing lets go of it. */
  readonly run: (link: OpenLink) => Promise<void>;
  readonly onConnecting: () => void;
  /** `heardAt`: when Redis last answered, if it did since the link was made. */
  readonly onLost: (why: string, isRefusal: boolean, retryAt: EpochMs, heardAt: EpochMs | undefined) => void;
}

const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 30_000;
const CONNECT_MS = 5_000;
const PING_MS = 5_000;
const MAX_UNANSWERED = 2;
const AS_BYTES = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };
/** In Redis's words: asking again will not help until somebody changes something there or here. */
const REFUSAL = /^(?:NOAUTH|WRONGPASS|NOPERM|WRONGTYPE|ERR invalid password|ERR AUTH|ERR DB index)/;

export const isRefusal = (why: string): boolean => REFUSAL.test(why);

/**
 * Keeps one connection to a foreign Redis: each is used for one life, and a lost one is followed by another, 0.5 s later, doubling to
 * 30 s, without end. A PING every 5 s finds the dead ones: two unanswered end the connection.
 */
export class RedisLink {
  readonly #options: LinkOptions;
  readonly #closing = new AbortController();
  #heardAt: EpochMs | undefined;
  #attempt = 0;
  readonly #done: Promise<void>;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#done = this.#keep();
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('closed'));
    await this.#done;
  }

  async #keep(): Promise<void> {
    const { clock, onConnecting, onLost } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      onConnecting();
      const why = await this.#live();
      if (signal.aborted) return;
      const waitMs = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#attempt++, 10));
      onLost(why, isRefusal(why), clock.now() + waitMs, this.#heardAt);
      await sleep(clock, waitMs, signal);
    }
  }

  /** One connection's life. Resolves with why it ended. */
  async #live(): Promise<string> {
    const life = new AbortController();
    const end = (why: unknown) => life.abort(why instanceof Error ? why : new Error(String(why)));
    const onClosing = () => end(this.#closing.signal.reason);
    this.#closing.signal.addEventListener('abort', onClosing, { once: true });
    let client: Client | undefined;
    try {
      client = makeClient(this.#options.address, await caOf(this.#options.address));
      const opened = client;
      opened.on('error', end);
      opened.on('end', () => end('the connection ended'));
      await Promise.race([opened.connect(), untilAborted(life.signal)]);
      this.#watch(opened, life.signal, end);
      const link: OpenLink = {
        client: opened,
        signal: life.signal,
        up: () => {
          this.#attempt = 0;
        },
        send: async (args) => {
          const reply = await opened.sendCommand<Reply>([...args], AS_BYTES);
          this.#heardAt = this.#options.clock.now();
          return reply;
        },
      };
      await Promise.race([this.#options.run(link), untilAborted(life.signal)]);
      return 'the connection ended';
    } catch (error) {
      return reasonOf(life.signal.aborted ? life.signal.reason : error);
    } finally {
      this.#closing.signal.removeEventListener('abort', onClosing);
      end('let go');
      if (client !== undefined) destroy(client);
    }
  }

  #watch(client: Client, signal: AbortSignal, end: (why: string) => void): void {
    const { clock } = this.#options;
    let unanswered = 0;
    let cancel: () => void = () => undefined;
    signal.addEventListener('abort', () => cancel(), { once: true });
    const tick = () => {
      if (signal.aborted) return;
      if (unanswered >= MAX_UNANSWERED) return end(`no answer for ${(PING_MS * MAX_UNANSWERED) / 1_000} s`);
      unanswered++;
      const answered = () => {
        unanswered = 0;
        this.#heardAt = clock.now();
      };
      // That it may not be asked is an answer too; a lost connection is told by the client itself.
      client.ping().then(answered, (error: unknown) => isRefusal(reasonOf(error)) && answered());
      cancel = clock.schedule(PING_MS, tick);
    };
    tick();
  }
}

async function caOf({ caFile }: RedisAddress): Promise<string | undefined> {
  return caFile === undefined ? undefined : await readFile(caFile, 'utf8');
}

function makeClient({ url, db }: RedisAddress, ca?: string) {
  const socket = { connectTimeout: CONNECT_MS, reconnectStrategy: false as const, keepAlive: true };
  return createClient({
    url,
    ...(db === undefined ? {} : { database: db }),
    // Works with every Redis, and PING is allowed beside subscriptions.
    RESP: 2,
    disableOfflineQueue: true,
    // Both ask for rights that reading does not need.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: url.startsWith('rediss:') ? { ...socket, tls: true as const, ...(ca === undefined ? {} : { ca }) } : socket,
  });
}

function destroy(client: Client): void {
  try {
    client.destroy();
  } catch {
    // It was closed already, or never opened.
  }
}

/** Without addresses: what people are shown must not tell where inner servers are. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (maskAddresses(error.message.slice(0, 200)) || error.name);
}

/** Rejects when aborted. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Resolves after `ms`, or when aborted. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const cancel = clock.schedule(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    function onAbort(): void {
      cancel();
      resolve();
    }
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

import { matchesPattern } from '../../../src/upstreams/mycorrhizae/pattern.ts';
import type { SimHost, SimStream } from '../simulator.ts';
import type { Published } from './messages.ts';

const COMMENT_MS = 15_000;
const PING_MS = 30_000;
/** The loop over there had been up for a while. */
const UPTIME_S = 918_273;

/** One stream: CRLF, `id` before `event` before `data`, a comment every 15 s, a ping after 30 s without a message, no history. */
export class Subscriber {
  readonly #host: SimHost;
  readonly #stream: SimStream;
  readonly #pattern: string;
  readonly #startedAt: number;
  readonly #stops: readonly (() => void)[];
  #lastAt: number;

  constructor(host: SimHost, stream: SimStream, pattern: string) {
    this.#host = host;
    this.#stream = stream;
    this.#pattern = pattern;
    this.#startedAt = host.now();
    this.#lastAt = this.#startedAt;
    this.#block('connected', { subscription_id: crypto.randomUUID(), channel_pattern: pattern });
    this.#stops = [
      host.every(COMMENT_MS, () => {
        stream.raw(
          `: ping - ${new Date(host.now()).toISOString().replace('T', ' ').replace('Z', '000+00:00')}\r\n\r\n`,
        );
      }),
      host.every(1_000, () => this.#pingWhenIdle()),
    ];
  }

  take({ channel, id, text }: Published): void {
    if (!matchesPattern(this.#pattern, channel)) return;
    this.#lastAt = this.#host.now();
    const block = `${id === '' ? '' : `id: ${id}\r\n`}event: message\r\ndata: ${text}\r\n`;
    if (!this.#host.fault('cut-block')) {
      this.#stream.raw(`${block}\r\n`);
      return;
    }
    this.#stream.raw(block.slice(0, block.length >> 1));
    this.#stream.end();
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #pingWhenIdle(): void {
    const now = this.#host.now();
    if (now - this.#lastAt < PING_MS) return;
    this.#lastAt = now;
    this.#block('ping', { ts: UPTIME_S + (now - this.#startedAt) / 1_000 });
  }

  #block(event: string, data: object): void {
    this.#stream.raw(`event: ${event}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`);
  }
}

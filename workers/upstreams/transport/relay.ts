import { approximateBytes } from '../../../src/lib/approximate-bytes.ts';
import type { RelayChannels } from '../adapter.ts';
import type { RelayLine, RelayOptions } from '../line.ts';
import type { Attempt } from './attempt.ts';
import { LineCore } from './line-core.ts';
import type { LineEnv, Owned } from './line-env.ts';

/** Our own server is asked again by its own connection; this one only waits for it. */
const WAIT_MS = 30_000;

/** A channel of our own server as a connection: it is open while the server is reached, and lost with it. */
export const relayLine = (env: LineEnv, relay: RelayChannels, options: RelayOptions): RelayLine & Owned =>
  new RelayTransport(env, relay, options);

class RelayTransport extends LineCore implements RelayLine {
  readonly #relay: RelayChannels;
  readonly #options: RelayOptions;
  #trouble: string | undefined;
  #attempt: Attempt | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(env: LineEnv, relay: RelayChannels, options: RelayOptions) {
    super(env, options, 'relay');
    this.#relay = relay;
    this.#options = options;
    this.goesTo(options.channel);
  }

  /** Our server's own connection tells when it is back; waiting longer than that would be for nothing. */
  override start(): void {
    super.start();
    this.#stopWatching ??= this.#relay.watch((reached) => {
      if (reached) this.nudge();
    });
  }

  override stop(): void {
    this.#unwatch();
    super.stop();
  }

  override close(): void {
    this.#unwatch();
    super.close();
  }

  #unwatch(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  trouble(why: string | undefined): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    if (why === undefined) this.nudge();
    else this.#attempt?.lost(why, { retryAfterMs: WAIT_MS, why });
  }

  protected connect(attempt: Attempt): () => void {
    this.#attempt = attempt;
    let stopReading: (() => void) | undefined;
    const stopWatching = this.#relay.watch((reached, why) => {
      if (!reached) attempt.lost(why, { retryAfterMs: WAIT_MS, why });
      else if (stopReading === undefined) stopReading = this.#read(attempt);
    });
    return () => {
      stopWatching();
      stopReading?.();
      if (this.#attempt === attempt) this.#attempt = undefined;
    };
  }

  #read(attempt: Attempt): (() => void) | undefined {
    if (this.#trouble !== undefined) {
      attempt.lost(this.#trouble, { retryAfterMs: WAIT_MS, why: this.#trouble });
      return undefined;
    }
    attempt.opened();
    const { channel, after, onRecords } = this.#options;
    return this.#relay.read(
      channel,
      (records, gap, change, next) => {
        const bytes = approximateBytes(records);
        attempt.heard(bytes);
        const data = attempt.isTapped ? JSON.stringify(records) : '';
        attempt.frame({ form: 'text', bytes, data, meta: { channel } }, (out) =>
          onRecords({ records, gap, change, next }, out),
        );
      },
      after?.(),
    );
  }
}

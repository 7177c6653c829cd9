const LATENCIES = 128;

/** What one upstream's traffic was, since the start. Numbers only grow, but for `streams` and `sockets`. */
export class UpstreamStats {
  /** Questions of browsers. */
  requests = 0;
  /** Answered with what was kept, within its cadence. */
  fresh = 0;
  /** Answered together with somebody who asked just before. */
  coalesced = 0;
  /** Answered with what was kept, older than it should be. */
  stale = 0;
  /** Asked of the upstream. */
  asked = 0;
  /** Of those, failed. */
  failed = 0;
  /** Open now. */
  streams = 0;
  sockets = 0;
  opened = 0;
  messagesIn = 0;
  messagesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Refusals and drops by reason. */
  readonly refused = new Map<string, number>();
  readonly #latencies = new Float64Array(LATENCIES);
  #taken = 0;

  refuse(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** From a question to the head of its answer. */
  latency(ms: number): void {
    this.#latencies[this.#taken++ % LATENCIES] = ms;
  }

  latencyMs(): { readonly p50: number; readonly p99: number } | undefined {
    const taken = Math.min(this.#taken, LATENCIES);
    if (taken === 0) return undefined;
    const sorted = this.#latencies.slice(0, taken).sort();
    const at = (part: number): number => Math.round((sorted[Math.floor((taken - 1) * part)] ?? 0) * 10) / 10;
    return { p50: at(0.5), p99: at(0.99) };
  }

  describe() {
    const { requests, fresh, coalesced, stale, asked, failed, streams, sockets, opened } = this;
    const { messagesIn, messagesOut, bytesIn, bytesOut } = this;
    return {
      ...{ requests, fresh, coalesced, stale, asked, failed, streams, sockets, opened },
      ...{ messagesIn, messagesOut, bytesIn, bytesOut },
      refused: Object.fromEntries(this.refused),
      latencyMs: this.latencyMs(),
    };
  }
}

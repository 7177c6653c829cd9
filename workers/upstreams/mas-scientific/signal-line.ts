import { FCI_BATCH_MS, FCI_STALE_MS } from '../../../src/contract/upstream/mas-scientific.ts';
import { type FciAck, FciStream } from '../../../src/upstreams/mas-scientific/fci-stream.ts';
import { SCIENTIFIC_SOCKETS } from '../../../src/upstreams/mas-scientific/scientific.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import type { AdapterHost } from '../adapter.ts';
import type { WebSocketLine } from '../line.ts';
import { isOpen, type MasTimings, masSocket } from '../mas/socket-options.ts';

const MAX_FRAME_BYTES = 262_144;
const ACK_MS = 5_000;
const MAX_WAITING = 8;

/** What became of something that was said to a device. `silent`: no answer came, it may have acted all the same. */
export type Acked =
  | { readonly is: 'answered'; readonly ack: FciAck }
  | { readonly is: 'silent' }
  | { readonly is: 'not-open' }
  | { readonly is: 'busy' };

interface Waiting {
  readonly type: FciAck['type'];
  readonly done: (result: Acked) => void;
}

/** The connection to one device's signal: open while somebody looks at it, its samples made into batches. */
export class SignalLine {
  readonly #host: AdapterHost;
  readonly #line: WebSocketLine;
  #stream: FciStream;
  #rateHz: number | undefined;
  #out: Out | undefined;
  #isFlushDue = false;
  #wantsFiltered = false;
  #waiting: readonly Waiting[] = [];

  constructor(host: AdapterHost, device: string, timings: MasTimings) {
    this.#host = host;
    this.#stream = new FciStream(device);
    this.#line = host.websocket({
      ...masSocket(timings),
      name: `fci-${device}`,
      path: () => {
        const path = SCIENTIFIC_SOCKETS.fci + encodeURIComponent(device);
        return this.#rateHz === undefined ? path : `${path}?sample_rate=${this.#rateHz}`;
      },
      staleMs: FCI_STALE_MS,
      maxBytes: MAX_FRAME_BYTES,
      // Counts of quality are of one connection.
      onOpen: () => {
        this.#stream = new FciStream(device);
      },
      onMessage: (data, out) => this.#heard(data, out),
      onClose: () => this.#settleAll({ is: 'silent' }),
    });
  }

  /** @param filtered the curve behind the filters is looked at too */
  want(wanted: boolean, filtered: boolean): void {
    this.#wantsFiltered = filtered;
    if (wanted) this.#line.start();
    else this.#line.stop();
  }

  setRate(rateHz: number): void {
    if (rateHz === this.#rateHz) return;
    this.#rateHz = rateHz;
    const { is } = this.#line.state;
    if (isOpen(this.#line.state) || is === 'connecting' || is === 'retrying')
      this.#line.restart(`${rateHz} samples a second`);
  }

  /** Says something and waits for its answer. Answers carry no name of their question: they come in order. */
  ask(message: object, ackType: FciAck['type']): Promise<Acked> {
    if (this.#waiting.length >= MAX_WAITING) return Promise.resolve({ is: 'busy' });
    if (!isOpen(this.#line.state) || !this.#line.send(JSON.stringify(message)))
      return Promise.resolve({ is: 'not-open' });
    return new Promise((resolve) => {
      const waiting: Waiting = {
        type: ackType,
        done: (result) => {
          cancel();
          this.#waiting = this.#waiting.filter((one) => one !== waiting);
          resolve(result);
        },
      };
      const cancel = this.#host.schedule(ACK_MS, () => waiting.done({ is: 'silent' }));
      this.#waiting = [...this.#waiting, waiting];
    });
  }

  #heard(data: string | ArrayBuffer, out: Out): void {
    this.#out = out;
    const ack = this.#stream.frame(data, this.#wantsFiltered, out, this.#host.context());
    if (ack) this.#waiting.find(({ type }) => type === ack.type || ack.type === 'error')?.done({ is: 'answered', ack });
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#host.schedule(FCI_BATCH_MS, () => {
      this.#isFlushDue = false;
      this.#stream.flush(this.#host.now(), this.#out ?? this.#host.out);
    });
  }

  #settleAll(result: Acked): void {
    for (const waiting of this.#waiting) waiting.done(result);
  }
}

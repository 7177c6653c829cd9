import type { EpochMs } from '../../../src/contract/time.ts';
import { TAP_TEXT_CHARS, type TapRecord, type TapResult } from '../../../src/contract/upstream/status.ts';
import { toHex } from '../../../src/decode/hex.ts';
import type { TapSink } from './line-env.ts';

/** What went over the wire. */
export type FrameData = string | ArrayBuffer | Uint8Array;

export interface Frame {
  readonly form: TapRecord['form'];
  readonly bytes: number;
  readonly data: FrameData;
  /** Only shown: left out while nobody taps. */
  readonly meta?: Readonly<Record<string, string>> | undefined;
}

/** Shows somebody everything that goes over one connection. Costs a comparison while nobody looks. */
export class LineTap {
  #sink: TapSink | undefined;
  #seq = 0;
  /** What the frame that is being read became so far. */
  #results: TapResult[] | undefined;

  get isOn(): boolean {
    return this.#sink !== undefined;
  }

  set(sink: TapSink | undefined): void {
    this.#sink = sink;
  }

  /** From here to `show` results belong to one frame. */
  begin(): void {
    this.#results = this.#sink && [];
  }

  get collects(): boolean {
    return this.#results !== undefined;
  }

  result(result: TapResult): void {
    this.#results?.push(result);
  }

  show(at: EpochMs, dir: TapRecord['dir'], frame: Frame): void {
    // What is sent or changes while a frame is read is not the frame.
    const results = (dir === 'in' && this.#results) || [];
    if (dir === 'in') this.#results = undefined;
    const record = { at, dir, form: frame.form, bytes: frame.bytes, text: textOf(frame.data), meta: frame.meta ?? {} };
    try {
      this.#sink?.({ seq: ++this.#seq, ...record, results });
    } catch {
      // Whoever looked is gone; the connection goes on.
      this.#sink = undefined;
    }
  }
}

function textOf(data: FrameData): string {
  if (typeof data === 'string') return data.slice(0, TAP_TEXT_CHARS);
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  return toHex(bytes.subarray(0, TAP_TEXT_CHARS / 2));
}

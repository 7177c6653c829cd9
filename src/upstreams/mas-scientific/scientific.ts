import type { FailedAnswer } from '../mas/answer.ts';
import { readFrame } from '../mas/frame.ts';
import type { Out, ReadContext } from '../out.ts';
import { DataStream } from './data-stream.ts';
import { FciSignals } from './fci-signals.ts';
import { LabTables } from './lab-tables.ts';
import { ScientificRest } from './rest.ts';
import { TypedStream } from './typed-stream.ts';

export const SCIENTIFIC_SOCKETS = {
  /** A: typed events, each of which must be asked for after every open. */
  typed: '/ws/scientific',
  /** C: raw records. */
  data: '/ws/scientific/data',
  /** B: the same records, and it ends when it is told something that it does not understand. Never beside C. */
  dataFallback: '/api/stream/scientific/live',
  /** The signal of one device. */
  fci: '/api/fci/ws/stream/',
} as const;

/** Everything that MAS says of the lab, in one picture. Signals of devices are `FciStream`s of their own. */
export class Scientific {
  readonly #tables = new LabTables();
  readonly #typed = new TypedStream(this.#tables, new FciSignals());
  readonly #data = new DataStream();
  readonly #rest = new ScientificRest(this.#tables);

  /** A frame of socket A. Gives the events to ask for, when MAS says them. */
  typed(data: string | ArrayBuffer, out: Out, context: ReadContext): readonly string[] | undefined {
    const message = readFrame(data, out);
    return message && this.#typed.read(message, out, context);
  }

  /** A frame of socket B or C. */
  record(data: string | ArrayBuffer, out: Out, context: ReadContext): void {
    const message = readFrame(data, out);
    if (message) this.#data.read(message, out, context);
  }

  answer(path: string, value: unknown, out: Out, context: ReadContext): boolean {
    return this.#rest.read(path, value, out, context);
  }

  failed(path: string, answer: FailedAnswer | undefined, why: string, out: Out, context: ReadContext): string {
    return this.#rest.failed(path, answer, why, out, context);
  }

  commanded(path: string, value: unknown, out: Out, context: ReadContext): boolean {
    return this.#rest.commanded(path, value, out, context);
  }
}

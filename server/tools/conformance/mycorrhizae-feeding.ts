import { createParser, type EventSourceParser } from 'eventsource-parser';
import { FEEDS, type Feed } from './feeds.ts';
import type { VectorLine } from './ndjson-file.ts';

export interface FedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** What came out of one piece of a stream. */
export interface Fed {
  readonly events: readonly FedEvent[];
  readonly comments: number;
  /** Fields of a block that did not end. */
  readonly isCut: boolean;
  /** A line that is no field of the format. */
  readonly isOther: boolean;
}

/** Whole, byte by byte, and cut at random. */
export const CUTS: readonly Feed[] = FEEDS.slice(0, 4);

/** An event stream in the pieces of one cut. One stream runs through all lines of a file; an end begins it anew. */
export class FedStream {
  readonly #cut: Feed;
  #decoder = new TextDecoder();
  #parser: EventSourceParser;
  #events: FedEvent[] = [];
  #comments = 0;
  #other = false;
  /** Of the block that has not ended. */
  #block = '';

  constructor(cut: Feed) {
    this.#cut = cut;
    this.#parser = this.#open();
  }

  feed(pieces: readonly Uint8Array[]): Fed {
    this.#events = [];
    this.#comments = 0;
    this.#other = false;
    for (const piece of pieces) {
      for (const part of this.#cut.cut(piece)) {
        const text = this.#decoder.decode(part, { stream: true });
        this.#block += text;
        this.#parser.feed(text);
      }
    }
    const open = this.#block.split(/\r\n\r\n|\n\n|\r\r/).at(-1) ?? '';
    this.#block = open;
    const isOther = this.#other || (open !== '' && !/^(?:\uFEFF?(?:id|event|data|retry)\s*(?::|$)|:)/m.test(open));
    return { events: this.#events, comments: this.#comments, isCut: open.trim() !== '', isOther };
  }

  /** The connection ended: what is not complete is gone. */
  end(): void {
    this.#decoder = new TextDecoder();
    this.#parser = this.#open();
    this.#block = '';
  }

  #open(): EventSourceParser {
    return createParser({
      onEvent: ({ event, id, data }) => {
        this.#events.push({ event: event ?? '', id, data });
      },
      onComment: () => {
        this.#comments += 1;
      },
      onError: () => {
        this.#other = true;
      },
    });
  }
}

/** The bytes of a line, in its pieces. */
export function piecesOf(line: VectorLine): readonly Uint8Array[] {
  const encoder = new TextEncoder();
  if (typeof line.wireB64 === 'string') return [Buffer.from(line.wireB64, 'base64')];
  if (Array.isArray(line.wireParts)) return line.wireParts.map((part) => encoder.encode(String(part)));
  return [encoder.encode(String(line.wire ?? ''))];
}

export const textOfLine = (line: VectorLine): string => Buffer.concat(piecesOf(line)).toString();

/** When it is pretended to arrive: as the line says, else a moment after any time it carries. */
export function arrivalOf(line: VectorLine, text: string, otherwise: number): number {
  if (typeof line.recvAt === 'string') return Date.parse(line.recvAt);
  const stamp = /"timestamp"\s*:\s*"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?/.exec(text);
  if (stamp === null) return otherwise;
  const zone = stamp[2] ?? 'Z';
  return Date.parse(`${stamp[1]?.replace(' ', 'T')}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`) + 500;
}

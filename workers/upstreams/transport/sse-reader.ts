import { createParser } from 'eventsource-parser';
import type { ServerEvent } from '../line.ts';

export interface SseReaderOptions {
  /** Of one event, in characters. */
  readonly maxBytes: number;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onComment?: (text: string) => void;
  /** The last id that was told, for `Last-Event-ID`. */
  readonly onId?: (id: string) => void;
  /** How long the server wants us to stay away after a break, ms. */
  readonly onRetry?: (ms: number) => void;
  /** An event is larger than is taken; nothing more is read. */
  readonly onTooLarge: () => void;
}

/** Bytes of an event stream → events, however the bytes are cut. What is not ended by an empty line is no event. */
export function readSse(options: SseReaderOptions): (bytes: Uint8Array) => void {
  // The parser itself takes the one BOM away that may be there.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let isEnded = false;
  const tooLarge = (): void => {
    if (isEnded) return;
    isEnded = true;
    options.onTooLarge();
  };
  const parser = createParser({
    maxBufferSize: options.maxBytes,
    onEvent: ({ event, id, data }) => {
      if (isEnded) return;
      // One that came in a single piece was never in the parser's buffer.
      if (data.length > options.maxBytes) tooLarge();
      else options.onEvent({ event: event ?? 'message', id, data });
    },
    onComment: (text) => {
      if (!isEnded) options.onComment?.(text);
    },
    onId: (id) => options.onId?.(id),
    onRetry: (ms) => options.onRetry?.(ms),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') tooLarge();
    },
  });
  return (bytes) => {
    if (!isEnded) parser.feed(decoder.decode(bytes, { stream: true }));
  };
}

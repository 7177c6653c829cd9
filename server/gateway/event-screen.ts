import { createParser, type EventSourceParser } from 'eventsource-parser';
import { maskAddresses } from './mask-addresses.ts';
import type { GatewayPreset } from './preset.ts';
import { looksLikeJson, screenText } from './screening.ts';

/** Of one event; a longer one ends the stream. */
const MAX_EVENT_CHARS = 1_048_576;

/** Takes an event stream apart, screens the data of each event, and writes it again: names, ids, comments and `retry` stay. */
export class EventScreen {
  readonly #parser: EventSourceParser;
  #out = '';
  #tooLong = false;

  /** @param count told what did not pass, by reason. */
  constructor(screen: GatewayPreset['screen'], path: string, count: (reason: string) => void) {
    this.#parser = createParser({
      maxBufferSize: MAX_EVENT_CHARS,
      onEvent: ({ event, id, data }) => {
        const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
        const shown = screenText(screen, path, data);
        if (shown.is === 'pass') this.#out += head + dataLines(shown.text);
        else if (shown.is === 'bad-json' && !looksLikeJson(data)) this.#out += head + dataLines(maskAddresses(data));
        else {
          count(shown.is);
          // The cursor moves on all the same: an event without data is not dispatched.
          if (id !== undefined) this.#out += `id: ${id}\n\n`;
        }
      },
      onComment: (comment) => {
        this.#out += `:${comment === '' ? '' : ` ${maskAddresses(comment)}`}\n`;
      },
      onRetry: (ms) => {
        this.#out += `retry: ${ms}\n`;
      },
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#tooLong = true;
        else count(error.type);
      },
    });
  }

  /** What may be sent on now; undefined: an event is too long, and nothing after it can be read. */
  push(text: string): string | undefined {
    this.#parser.feed(text);
    const out = this.#out;
    this.#out = '';
    return this.#tooLong ? undefined : out;
  }
}

const dataLines = (data: string): string =>
  `${data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;

import { createParser, type EventSourceParser } from 'eventsource-parser';
import { RECORD_END, RecordSplitter } from '../../src/decode/signalr/record-splitter.ts';
import { maskAddresses } from './mask-addresses.ts';
import type { GatewayPreset } from './preset.ts';
import { looksLikeJson, screenText } from './screening.ts';

/** Of one event; a longer one ends the stream. */
const MAX_EVENT_CHARS = 1_048_576;

/** Takes an event stream apart, screens the data of each event, and writes it again: names, ids, comments and `retry` stay. */
export class EventScreen {
  readonly #parser: EventSourceParser;
  readonly #records: RecordSplitter | undefined;
  #out = '';
  #tooLong = false;

  /**
   * @param count told what did not pass, by reason.
   * @param isHub its events are pieces of a SignalR hub's records, wherever those are cut.
   */
  constructor(screen: GatewayPreset['screen'], path: string, count: (reason: string) => void, isHub = false) {
    this.#records = isHub ? new RecordSplitter(MAX_EVENT_CHARS) : undefined;
    this.#parser = createParser({
      maxBufferSize: MAX_EVENT_CHARS,
      onEvent: ({ event, id, data: said }) => {
        const data = this.#whole(said);
        if (data === undefined) return;
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

  /** Of a hub, the records that are whole by now; undefined: none is. */
  #whole(said: string): string | undefined {
    if (this.#records === undefined) return said;
    const { records, tooLarge } = this.#records.push(said);
    if (tooLarge) this.#tooLong = true;
    return records.length === 0 ? undefined : records.map((record) => record + RECORD_END).join('');
  }

  /** What may be sent on now; undefined: an event is too long, and nothing after it can be read. */
  push(text: string): string | undefined {
    // The parser throws once it was told too much, and what was on its way still comes.
    if (this.#tooLong) return undefined;
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

import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { ChannelName } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { EventStreamText } from './event-stream-text.ts';
import { type Link, type LinkSink, numbersOfRows, SILENT_MS } from './link.ts';

/** Rows as `/sse` sends them. */
interface SseSamples {
  readonly t: 'samples';
  readonly channel: ChannelName;
  readonly epoch: string;
  readonly offset: number;
  readonly series: readonly string[];
  readonly times: readonly number[];
  readonly columns: readonly (readonly (number | null)[])[];
}

/** A `/sse` connection, as an `EventSource` holds one: all it remembers is the last event's id. */
export class SseLink implements Link {
  readonly #sink: LinkSink;
  readonly #request: ClientRequest;
  readonly #watch: NodeJS.Timeout;
  #heardAt = performance.now();
  #isClosed = false;

  constructor(
    port: number,
    channels: readonly ChannelName[],
    lastEventId: string | undefined,
    onId: (id: string) => void,
    sink: LinkSink,
  ) {
    this.#sink = sink;
    const query = channels.map((channel) => `channel=${encodeURIComponent(channel)}`).join('&');
    const headers = { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
    const where = { host: '127.0.0.1', port, path: `/sse?${query}`, agent: false as const, headers };
    this.#request = get(where, (response) => this.#read(response, onId));
    this.#request.on('error', (error) => this.close(error.message));
    this.#watch = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENT_MS) this.close('silent');
    }, 1_000);
  }

  refill(): boolean {
    return false;
  }

  close(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#watch);
    this.#request.destroy();
    this.#sink.closed(why);
  }

  #read(response: IncomingMessage, onId: (id: string) => void): void {
    response.on('error', (error) => this.close(error.message));
    response.on('close', () => this.close('ended'));
    if (response.statusCode !== 200) {
      response.resume();
      this.close(`HTTP ${response.statusCode}`);
      return;
    }
    response.setEncoding('utf8');
    const read = (data: string): void => {
      if (this.#isClosed) return;
      const message = JSON.parse(data) as FromRelay | SseSamples;
      if (message.t === 'samples') {
        const { channel, epoch, offset, series, columns, times } = message;
        this.#sink.rows({ channel, epoch, offset, items: numbersOfRows(series, columns, times.length) });
      } else this.#sink.message(message);
    };
    const parser = new EventStreamText(read, (id) => !this.#isClosed && onId(id));
    response.on('data', (text: string) => {
      this.#heardAt = performance.now();
      parser.feed(text);
    });
  }
}

/** The cursors in an event's id: `CHANNEL=EPOCH:OFFSET`, separated by spaces. */
export function parseEventId(
  id: string,
): ReadonlyMap<ChannelName, { readonly epoch: string; readonly offset: number }> {
  return new Map(
    (id === '' ? [] : id.split(' ')).map((part) => {
      const [channel = '', place = ''] = part.split('=');
      const colon = place.lastIndexOf(':');
      return [channel, { epoch: place.slice(0, colon), offset: Number(place.slice(colon + 1)) }];
    }),
  );
}

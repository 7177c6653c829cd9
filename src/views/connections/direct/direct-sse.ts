import { createParser } from 'eventsource-parser';
import type { DirectConnection, DirectEvents, DirectOptions } from './direct.ts';
import { note, textFrame } from './frames.ts';
import { whyFetchFailed } from './why-fetch-failed.ts';

/** An event stream, read by fetch so that headers can be sent and the answer's status is seen. */
export function directSse({ url, headers }: DirectOptions, events: DirectEvents): DirectConnection {
  const ended = new AbortController();
  let lastId: string | undefined;
  events.state({ is: 'connecting' });
  void read();
  return { send: () => 'an event stream takes nothing', close: () => ended.abort() };

  async function read(): Promise<void> {
    try {
      const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: ended.signal });
      const type = response.headers.get('content-type') ?? 'no content type';
      events.frame(note(`${response.status} ${response.statusText} · ${type}`));
      if (!response.ok || response.body === null || !type.includes('event-stream')) {
        events.frame(textFrame('in', 'response', (await response.text()).slice(0, 4_096), String(response.status)));
        events.state({ is: 'closed', why: `it answered ${response.status} with ${type}, which is no event stream` });
        return;
      }
      events.state({ is: 'open' });
      const parser = createParser({
        onEvent: ({ event, id, data }) => {
          events.frame(textFrame('in', 'event', data, event ?? 'message'));
          lastId = id ?? lastId;
        },
        onComment: (text) => events.frame(note(`: ${text}`)),
      });
      const decoder = new TextDecoder();
      for await (const chunk of chunksOf(response.body)) parser.feed(decoder.decode(chunk, { stream: true }));
      events.state({
        is: 'closed',
        why: lastId === undefined ? 'it ended the stream' : `it ended the stream after id ${lastId}`,
      });
    } catch (cause) {
      events.state({ is: 'closed', why: ended.signal.aborted ? 'closed here' : await whyFetchFailed(url, cause) });
    }
  }
}

/** Not every browser lets a stream be iterated. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
  } finally {
    reader.releaseLock();
  }
}

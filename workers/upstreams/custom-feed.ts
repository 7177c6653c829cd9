import type { CustomFeed } from '../../src/contract/upstream/custom-feed.ts';
import { FeedCurves } from '../../src/upstreams/custom/feed-curves.ts';
import { FEED_PARTS, readFeedMessage } from '../../src/upstreams/custom/read-item.ts';
import type { Out } from '../../src/upstreams/out.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';

const POLL_EVERY_MS = 10_000;
/** A feed of which nothing is known may be silent for long; a connection that is dead for this long is made anew. */
const SILENT_MS = 15 * 60_000;

/** An adapter for a feed that a person described: which transport, what to say, which field is what. */
export function customFeedKind(feed: CustomFeed): AdapterKind {
  return { id: feed.id, name: feed.name, parts: FEED_PARTS, start: (host) => startFeed(feed, host) };
}

function startFeed(feed: CustomFeed, host: AdapterHost): Adapter {
  const curves = new FeedCurves();
  const read = (message: unknown, out: Out): void => readFeedMessage(feed, message, host.context(), out, curves);
  const readText = (text: string, out: Out): void => {
    const message = parse(text);
    if (message === undefined) out.count('dropped', 'bad-json', text.slice(0, 80));
    else read(message, out);
  };
  const common = { name: 'feed', staleMs: feed.staleMs, silentMs: Math.max(SILENT_MS, 3 * feed.staleMs) };
  const { listen = [], hello = [] } = feed;
  openLine().start();
  return {};

  function openLine() {
    switch (feed.transport) {
      case 'websocket':
        return host.websocket({
          ...common,
          path: feed.url,
          onOpen: (line) => {
            for (const text of hello) line.send(text);
          },
          onMessage: (data, out) => readText(typeof data === 'string' ? data : new TextDecoder().decode(data), out),
        });
      case 'sse':
        return host.sse({
          ...common,
          path: feed.url,
          onEvent: ({ event, data }, out) => {
            if (listen.length === 0 || listen.includes(event)) readText(data, out);
            else out.count('filtered', event);
          },
        });
      case 'poll':
        return host.poll({ ...common, path: feed.url, everyMs: feed.everyMs ?? POLL_EVERY_MS, onAnswer: read });
      case 'signalr':
        return host.signalr({
          ...common,
          path: feed.url,
          on: Object.fromEntries(
            listen.map((target) => [target, (args, out) => read(args.length === 1 ? args[0] : args, out)]),
          ),
          onOpen: async (line) => {
            for (const text of hello) {
              const { method, args } = invocationOf(text);
              await line.invoke(method, ...args);
            }
          },
        });
    }
  }
}

/** A method's name, or `["Method", argument, …]`. */
function invocationOf(text: string): { readonly method: string; readonly args: readonly unknown[] } {
  const value = parse(text);
  if (!Array.isArray(value) || typeof value[0] !== 'string') return { method: text, args: [] };
  return { method: value[0], args: value.slice(1) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller counts it.
    return undefined;
  }
}

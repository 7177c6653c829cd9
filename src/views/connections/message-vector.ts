import type { LineStatus } from '../../contract/upstream/status.ts';
import type { Message } from './message.ts';

/** One line of NDJSON for a folder of vectors: what came, and what this build made of it. */
export function asVector(
  message: Message,
  source: { readonly name: string; readonly line: LineStatus | undefined },
): string {
  const { line } = source;
  const wire =
    message.form === 'binary'
      ? { hex: message.text }
      : line === undefined
        ? { json: message.value ?? message.text }
        : { wire: message.text };
  return JSON.stringify({
    id: `${source.name.replace(/[^A-Za-z0-9]+/g, '-')}-${message.at}`,
    ...(line === undefined ? { channel: source.name } : { via: line.transport, endpoint: pathOf(line.url) }),
    dir: message.dir === 'out' ? 'c2s' : 's2c',
    form: message.form,
    ...(Object.keys(message.meta).length > 0 && { meta: message.meta }),
    ...wire,
    recvAt: new Date(message.at).toISOString(),
    expect: { results: message.results },
  });
}

/** Without the host: a vector is about the protocol, not about where it was seen. Without the query: keys may be in it. */
function pathOf(url: string): string {
  return URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost').pathname : url;
}

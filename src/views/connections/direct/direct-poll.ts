import type { DirectConnection, DirectEvents, DirectOptions } from './direct.ts';
import { note, textFrame } from './frames.ts';
import { whyFetchFailed } from './why-fetch-failed.ts';

const LEAST_MS = 1_000;

/** The same question again and again; each answer with its status and how long it took. */
export function directPoll({ url, headers, everyMs }: DirectOptions, events: DirectEvents): DirectConnection {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  events.state({ is: 'connecting' });
  void ask();
  return {
    send: () => 'a question that is repeated takes nothing',
    close: () => {
      clearTimeout(timer);
      ended.abort();
      events.state({ is: 'closed', why: 'closed here' });
    },
  };

  async function ask(): Promise<void> {
    const from = performance.now();
    try {
      const response = await fetch(url, { headers: { accept: 'application/json', ...headers }, signal: ended.signal });
      const text = await response.text();
      const took = `${(performance.now() - from).toFixed(0)} ms`;
      events.state({ is: 'open' });
      events.frame(textFrame('in', 'response', text, `${response.status} · ${took}`));
    } catch (cause) {
      if (ended.signal.aborted) return;
      events.frame(note(await whyFetchFailed(url, cause)));
    }
    timer = setTimeout(() => void ask(), Math.max(LEAST_MS, everyMs));
  }
}

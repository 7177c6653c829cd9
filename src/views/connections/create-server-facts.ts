import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js';
import { pageShown } from '../../components/page-shown.ts';
import type { ServerFacts } from './facts.ts';
import { readServerAnswer } from './server-answer.ts';

const EVERY_MS = 2_000;
/** Whoever is told no is not asked all the time. */
const AFTER_NO_MS = 30_000;
const ANSWER_MS = 5_000;
const LIMIT = 50;

/** The server's own view, asked every two seconds while somebody can see it. Lives as long as its owner. */
export function createServerFacts(): Accessor<ServerFacts> {
  const [facts, setFacts] = createSignal<ServerFacts>({ is: 'asking' });
  createEffect(() => {
    if (!pageShown()) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const next = await askServer(ending.signal);
      if (ending.signal.aborted) return;
      setFacts(next);
      timer = setTimeout(ask, next.is === 'not-allowed' ? AFTER_NO_MS : EVERY_MS);
    };
    void ask();
    onCleanup(() => {
      clearTimeout(timer);
      ending.abort();
    });
  });
  return facts;
}

async function askServer(signal: AbortSignal): Promise<ServerFacts> {
  try {
    const response = await fetch(`/api/connections?limit=${LIMIT}`, {
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    if (response.status === 401 || response.status === 403) return { is: 'not-allowed' };
    // A plain file server answers with a page.
    if (!response.ok || !response.headers.get('Content-Type')?.startsWith('application/json'))
      return { is: 'away', why: `HTTP ${response.status}` };
    const answer = readServerAnswer(await response.json());
    return answer === undefined ? { is: 'away', why: 'unreadable' } : { is: 'known', answer, at: Date.now() };
  } catch (cause) {
    return { is: 'away', why: String(cause) };
  }
}

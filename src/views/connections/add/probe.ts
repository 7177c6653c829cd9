import { readNegotiation } from '../../../decode/signalr/negotiation.ts';
import type { DirectTransport } from '../direct/direct.ts';
import { whyFetchFailed } from '../direct/why-fetch-failed.ts';

/** One thing that was tried, and what came back. */
export interface ProbeStep {
  readonly tried: 'upgrade' | 'get' | 'negotiate';
  readonly found: boolean;
  readonly said: string;
}

export interface ProbeResult {
  /** undefined: nothing that can be read was found. */
  readonly transport: DirectTransport | undefined;
  readonly url: string;
  readonly steps: readonly ProbeStep[];
}

const ANSWER_MS = 8_000;

/**
 * Finds out how an endpoint speaks: an upgrade for `ws:`, else a plain question that an event stream, JSON or a hub answer each in its own
 * way. Nothing is sent but these questions.
 */
export async function probe(url: string, onStep: (step: ProbeStep) => void): Promise<ProbeResult> {
  const steps: ProbeStep[] = [];
  const tell = (step: ProbeStep): boolean => {
    steps.push(step);
    onStep(step);
    return step.found;
  };
  const result = (transport: DirectTransport | undefined): ProbeResult => ({ transport, url, steps });

  if (/^wss?:/.test(url)) return result(tell(await tryUpgrade(url)) ? 'websocket' : undefined);
  const { step, transport } = await tryGet(url);
  tell(step);
  if (transport !== undefined) return result(transport);
  if (tell(await tryNegotiate(url))) return result('signalr');
  return result(tell(await tryUpgrade(url)) ? 'websocket' : undefined);
}

async function tryGet(url: string): Promise<{ step: ProbeStep; transport?: DirectTransport }> {
  const ended = new AbortController();
  try {
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(ANSWER_MS)]);
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream, application/json;q=0.9, */*;q=0.1' },
      signal,
    });
    const type = response.headers.get('content-type') ?? 'no content type';
    const said = `${response.status}, ${type}`;
    if (response.ok && type.includes('event-stream'))
      return { step: { tried: 'get', found: true, said }, transport: 'sse' };
    if (response.ok && isJson(await response.text()))
      return { step: { tried: 'get', found: true, said }, transport: 'poll' };
    return { step: { tried: 'get', found: false, said } };
  } catch (cause) {
    return { step: { tried: 'get', found: false, said: await whyFetchFailed(url, cause) } };
  } finally {
    // The stream itself is read by whoever shows it.
    ended.abort();
  }
}

async function tryNegotiate(url: string): Promise<ProbeStep> {
  const place = new URL(url);
  place.pathname = `${place.pathname.replace(/\/$/, '')}/negotiate`;
  place.search = '?negotiateVersion=1';
  try {
    const response = await fetch(place, { method: 'POST', signal: AbortSignal.timeout(ANSWER_MS) });
    const text = await response.text();
    const read = readNegotiation(isJson(text) ? JSON.parse(text) : undefined);
    return read.is === 'negotiated'
      ? { tried: 'negotiate', found: true, said: read.negotiation.transports.join(', ') }
      : { tried: 'negotiate', found: false, said: `${response.status}` };
  } catch (cause) {
    return { tried: 'negotiate', found: false, said: await whyFetchFailed(place.href, cause) };
  }
}

function tryUpgrade(url: string): Promise<ProbeStep> {
  return new Promise((resolve) => {
    const done = (found: boolean, said: string): void => {
      clearTimeout(timer);
      socket?.close();
      resolve({ tried: 'upgrade', found, said });
    };
    let socket: WebSocket | undefined;
    const timer = setTimeout(() => done(false, `no answer in ${ANSWER_MS / 1000} s`), ANSWER_MS);
    try {
      socket = new WebSocket(url.replace(/^http/, 'ws'));
    } catch (cause) {
      done(false, cause instanceof Error ? cause.message : String(cause));
      return;
    }
    socket.onopen = () => done(true, 'it takes WebSockets');
    socket.onclose = ({ code }) => done(false, `refused (${code})`);
  });
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' || typeof value === 'number';
  } catch {
    return false;
  }
}

import { readHubHandshake, readHubRecord } from '../../../decode/signalr/hub-record.ts';
import { readNegotiation } from '../../../decode/signalr/negotiation.ts';
import { RECORD_END, RecordSplitter } from '../../../decode/signalr/record-splitter.ts';
import type { DirectConnection, DirectEvents, DirectOptions } from './direct.ts';
import { note, textFrame } from './frames.ts';
import { whyFetchFailed } from './why-fetch-failed.ts';

const PING_MS = 15_000;

/** A hub as it really speaks: negotiation, handshake, every record. Over WebSocket, since both ways are to be seen. */
export function directSignalr({ url, headers }: DirectOptions, events: DirectEvents): DirectConnection {
  const ended = new AbortController();
  let socket: WebSocket | undefined;
  let pings: ReturnType<typeof setInterval> | undefined;
  let ready = false;
  let nextId = 1;
  events.state({ is: 'connecting' });
  void begin();

  return {
    send(text) {
      if (!ready || socket?.readyState !== WebSocket.OPEN) return 'it is not open';
      const invocation = invocationOf(text);
      if (invocation === undefined) return 'a method’s name, or ["Method", argument, …]';
      const record = JSON.stringify({ type: 1, invocationId: String(nextId++), ...invocation });
      socket.send(record + RECORD_END);
      events.frame(textFrame('out', 'invocation', record, invocation.target));
      return undefined;
    },
    close() {
      clearInterval(pings);
      ended.abort();
      socket?.close(1000);
      if (socket === undefined) events.state({ is: 'closed', why: 'closed here' });
    },
  };

  async function begin(): Promise<void> {
    const negotiate = `${url.replace(/\/$/, '')}/negotiate?negotiateVersion=1`;
    try {
      const response = await fetch(negotiate, { method: 'POST', headers, signal: ended.signal });
      const answer: unknown = await response.json().catch(() => undefined);
      const read = readNegotiation(answer);
      if (read.is !== 'negotiated') {
        const why =
          read.is === 'rejected'
            ? read.error
            : read.is === 'redirect'
              ? `it sends you to ${read.url}`
              : `it answered ${response.status}`;
        events.state({ is: 'closed', why: `no SignalR hub: ${why}` });
        return;
      }
      events.frame(note(`negotiated: ${read.negotiation.transports.join(', ')}`));
      open(`${url.replace(/^http/, 'ws').replace(/\/$/, '')}?${read.negotiation.connectQuery}`);
    } catch (cause) {
      if (!ended.signal.aborted) events.state({ is: 'closed', why: await whyFetchFailed(negotiate, cause) });
    }
  }

  function open(address: string): void {
    const records = new RecordSplitter();
    const opened = new WebSocket(address);
    socket = opened;
    opened.binaryType = 'arraybuffer';
    opened.onopen = () => opened.send(`{"protocol":"json","version":1}${RECORD_END}`);
    opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      for (const text of records.push(data).records) take(text, opened);
    };
    opened.onclose = ({ code, reason }) => {
      clearInterval(pings);
      ready = false;
      events.state({ is: 'closed', why: `${code} ${reason}`.trim() });
    };
  }

  function take(text: string, from: WebSocket): void {
    if (!ready) {
      const answer = readHubHandshake(text);
      if (answer.is !== 'accepted') {
        events.state({ is: 'closed', why: answer.is === 'rejected' ? answer.error : 'it did not shake hands' });
        from.close();
        return;
      }
      ready = true;
      pings = setInterval(() => from.send(`{"type":6}${RECORD_END}`), PING_MS);
      events.state({ is: 'open' });
      return;
    }
    const record = readHubRecord(text);
    if (record.is === 'ping') return;
    const label =
      record.is === 'invocation'
        ? record.target
        : record.is === 'completion'
          ? `completion ${record.invocationId}`
          : record.is;
    const frame = textFrame('in', 'invocation', text, label);
    events.frame(
      record.is === 'invocation' ? { ...frame, json: record.args.length === 1 ? record.args[0] : record.args } : frame,
    );
  }
}

function invocationOf(text: string): { readonly target: string; readonly arguments: readonly unknown[] } | undefined {
  if (/^[A-Za-z_]\w*$/.test(text.trim())) return { target: text.trim(), arguments: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(value) && typeof value[0] === 'string'
    ? { target: value[0], arguments: value.slice(1) }
    : undefined;
}

// The other side of `transport.bench.ts`, in a process of its own so that its work is not in the numbers: sends records when it is told.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { PretendHub } from '../transport/pretend-hub.ts';

/** Told by the bench: send so many records over this. */
export interface Flood {
  readonly over: 'websocket' | 'sse' | 'signalr';
  readonly records: number;
}

/** Told to the bench, once. */
export interface PeerReady {
  readonly url: string;
  readonly hubUrl: string;
  readonly pageRecords: number;
}

const PAGE_RECORDS = 1_000;
/** So many are written before the sockets get their turn. */
const RUN = 500;

const recordOf = (index: number): string =>
  JSON.stringify({
    type: 'agent_status',
    agent: `agent-${index % 250}`,
    status: 'active',
    tasks: index % 7,
    cpu: 0.25,
    at: 1_767_225_600_000 + index,
    note: 'a few words, as they come with most records',
  });
const records = Array.from({ length: PAGE_RECORDS }, (_, index) => recordOf(index));
const page = `[${records.join()}]`;

const sockets = new Set<WebSocket>();
const streams = new Set<ServerResponse>();
const server = createServer((request, response) => {
  if (request.url === '/page') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(page);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
});
new WebSocketServer({ server }).on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});
const hub = await PretendHub.start();

const SEND: Readonly<Record<Flood['over'], (record: string) => void>> = {
  websocket: (record) => {
    for (const socket of sockets) socket.send(record);
  },
  sse: (record) => {
    for (const stream of streams) stream.write(`data: ${record}\n\n`);
  },
  signalr: (record) => hub.sendRaw(`{"type":1,"target":"Status","arguments":[${record}]}\x1e`),
};

process.on('message', ({ over, records: count }: Flood) => {
  let sent = 0;
  const run = (): void => {
    const end = Math.min(count, sent + RUN);
    for (; sent < end; sent++) SEND[over](records[sent % PAGE_RECORDS] ?? '');
    if (sent < count) setImmediate(run);
  };
  run();
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.send?.({ url, hubUrl: hub.url, pageRecords: PAGE_RECORDS } satisfies PeerReady);
});

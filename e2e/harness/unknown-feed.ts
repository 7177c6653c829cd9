import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

/** An endpoint nobody wrote an adapter for: an event stream at `/stream`, JSON at `/latest`, an echoing WebSocket at `/echo`. */
export async function unknownFeed() {
  const streams = new Set<ServerResponse>();
  let n = 0;
  const reading = () => ({
    ts: new Date().toISOString(),
    sensor: 'incubator-3',
    reading: { co2: 600 + 80 * Math.sin(n / 10), temp: 27 + Math.sin(n / 7) },
  });
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*');
    if (request.url === '/latest') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(reading()));
    } else if (request.url === '/stream' && request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      streams.add(response);
      request.on('close', () => streams.delete(response));
    } else {
      response.statusCode = request.method === 'OPTIONS' ? 204 : 404;
      response.end();
    }
  });
  const sockets = new WebSocketServer({ server, path: '/echo' });
  sockets.on('connection', (socket) =>
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  const timer = setInterval(() => {
    n += 1;
    for (const stream of streams) stream.write(`event: reading\ndata: ${JSON.stringify(reading())}\n\n`);
  }, 200);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    clearInterval(timer);
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: (path: '/stream' | '/latest' | '/echo', scheme: 'http' | 'ws' = 'http') =>
      `${scheme}://127.0.0.1:${port}${path}`,
    readers: () => streams.size,
  };
}

// better-sse as its guide shows it: one channel, every session registered, `broadcast`. Publishers speak WebSocket.
import { createServer } from 'node:http';
import { createChannel, createSession } from 'better-sse';
import { WebSocketServer } from 'ws';

const channel = createChannel();
const http = createServer((request, response) => {
  createSession(request, response).then(
    (session) => channel.register(session),
    (cause: unknown) => response.destroy(cause instanceof Error ? cause : undefined),
  );
});
const publishers = new WebSocketServer({ server: http, perMessageDeflate: false });
publishers.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data: Buffer) => channel.broadcast(JSON.parse(data.toString())));
});
http.listen(Number(process.env.PORT), '127.0.0.1');

// socket.io as its guide shows it: `pub` goes to everybody in a room. With REDIS_PORT through its Redis adapter.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
  // The load generator answers no heartbeat.
  pingInterval: 600_000,
});
if (process.env.REDIS_PORT) {
  const publisher = createClient({ url: `redis://127.0.0.1:${process.env.REDIS_PORT}` });
  const subscriber = publisher.duplicate();
  for (const client of [publisher, subscriber]) client.on('error', (cause) => console.error(cause));
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createAdapter(publisher, subscriber));
}
io.on('connection', (socket) => {
  if (socket.handshake.query.sub) void socket.join('subscribers');
  socket.on('pub', (message: unknown) => io.to('subscribers').emit('b', message));
});
http.listen(Number(process.env.PORT), '127.0.0.1');

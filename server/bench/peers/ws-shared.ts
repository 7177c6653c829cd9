// Plain `ws`, written with care: each message is framed once and every client is sent that frame. With REDIS_PORT the messages
// come from a Redis channel instead.
import { createServer } from 'node:http';
import { createClient } from 'redis';
import * as wsModule from 'ws';

/** `ws` has had this class for years and socket.io lives on it, but its types leave it out. */
interface FrameSender {
  sendFrame(frame: readonly Buffer[]): void;
}
const { WebSocketServer } = wsModule;
const { Sender } = wsModule as unknown as {
  readonly Sender: { frame(data: Buffer, options: object): Buffer[] };
};

const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });
const subscribers = new Set<FrameSender>();

function sendToAll(data: Buffer): void {
  const frame = [Buffer.concat(Sender.frame(data, { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }))];
  for (const subscriber of subscribers) subscriber.sendFrame(frame);
}

sockets.on('connection', (socket, request) => {
  socket.on('error', () => socket.terminate());
  if (request.url === '/pub') {
    socket.on('message', (data: Buffer) => sendToAll(data));
    return;
  }
  const sender = (socket as unknown as { readonly _sender: FrameSender })._sender;
  subscribers.add(sender);
  socket.on('close', () => subscribers.delete(sender));
});

if (process.env.REDIS_PORT) {
  const redis = createClient({ url: `redis://127.0.0.1:${process.env.REDIS_PORT}` });
  redis.on('error', (cause) => console.error(cause));
  await redis.connect();
  await redis.subscribe('b', sendToAll, true);
}
http.listen(Number(process.env.PORT), '127.0.0.1');

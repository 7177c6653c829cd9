// Publishes as fast as the server takes it, and nobody subscribes. The bytes are made once: the generator must not be what is
// measured. A ping after each batch, answered in order, says that the batch was taken.
// Arguments: port, seconds, records per message. Prints { messages, records, seconds } of the measured time.
import { connect } from 'node:net';
import { CONTRACT_VERSION } from '../../../src/contract/version.ts';
import { payload } from '../payload.ts';

const CONNECTIONS = 8;
const MESSAGES_IN_FLIGHT = 16;
const WARM_MS = 700;
const port = Number(process.argv[2]);
const seconds = Number(process.argv[3]);
const recordsPerMessage = Number(process.argv[4]);
const PONG = Buffer.from('"t":"pong"');
const REFUSALS = [Buffer.from('"t":"refused"'), Buffer.from('"ok":false')];

let batches = 0;
for (let at = 0; at < CONNECTIONS; at++) openPublisher(at);
await new Promise((resolve) => setTimeout(resolve, WARM_MS));
const before = batches;
const started = performance.now();
console.log(JSON.stringify({ warm: true }));
await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const messages = (batches - before) * MESSAGES_IN_FLIGHT;
const took = (performance.now() - started) / 1_000;
console.log(JSON.stringify({ messages, records: messages * recordsPerMessage, seconds: took }));
process.exit(0);

function openPublisher(index: number): void {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.write(
    `GET /live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: hyphae.v1\r\n' +
      `Authorization: ${process.env.AUTHORIZATION}\r\n\r\n`,
  );
  const client = { id: `bench-ingest-${index}-0000`, name: 'ingest' };
  const hello = { t: 'hello', contract: CONTRACT_VERSION, build: 'bench', client };
  const batch = batchOf(index);
  let isOpen = false;
  let tail = Buffer.alloc(0);
  socket.on('data', (data) => {
    const text = Buffer.concat([tail, data]);
    if (!isOpen) {
      if (!text.includes('\r\n\r\n')) {
        tail = text;
        return;
      }
      isOpen = true;
      tail = Buffer.alloc(0);
      if (!text.includes(' 101 ')) fail(text);
      // Two batches are on their way, so that the server never waits for us.
      socket.write(Buffer.concat([masked(JSON.stringify(hello)), batch, batch]));
      return;
    }
    if (REFUSALS.some((refusal) => text.includes(refusal))) fail(text);
    let end = 0;
    for (let at = text.indexOf(PONG); at >= 0; at = text.indexOf(PONG, at + PONG.length)) {
      batches++;
      end = at + PONG.length;
      socket.write(batch);
    }
    tail = text.subarray(Math.max(end, text.length - PONG.length));
  });
  socket.on('close', () => fail(tail));
  socket.on('error', (cause) => fail(Buffer.from(cause.message)));
}

function batchOf(index: number): Buffer {
  const messages = Array.from({ length: MESSAGES_IN_FLIGHT }, (_, message) => {
    const records = Array.from({ length: recordsPerMessage }, (_, at) =>
      payload(index, message * recordsPerMessage + at),
    );
    return masked(`{"t":"publish","channel":"events/b","records":[${records.join(',')}]}`);
  });
  return Buffer.concat([...messages, masked('{"t":"ping","at":1}')]);
}

/** A text frame with a mask of zeros, which leaves the bytes as they are. */
function masked(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, 0x80 | body.length]) : Buffer.from([0x81, 0xfe, 0, 0]);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

function fail(why: Buffer): never {
  console.error(`the server does not take it: ${why.toString().slice(-400)}`);
  process.exit(1);
}

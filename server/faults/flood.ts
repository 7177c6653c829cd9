import type { ChannelName } from '../../src/contract/channel.ts';
import { until } from './until.ts';
import { WsLink } from './ws-link.ts';

/** Publishers of what only fills buffers have numbers from here on; theirs are checked like any others. */
const FIRST_FLOOD = 9_000;

let floods = 0;

/** Publishes `records` records of `bytes` each, as fast as the socket takes them, and does not ask what became of them. */
export async function flood(port: number, channel: ChannelName, records: number, bytes: number): Promise<void> {
  const p = FIRST_FLOOD + floods++;
  let isOpen = false;
  let isClosed = false;
  let isAnswered = false;
  const link = new WsLink(port, `flood-${p}`, [], {
    message: (message) => {
      if (message.t === 'welcome') isOpen = true;
      if (message.t === 'pong') isAnswered = true;
    },
    rows: () => undefined,
    closed: () => {
      isClosed = true;
    },
  });
  await until(() => isOpen || isClosed, 5_000);
  const x = 'x'.repeat(bytes);
  for (let n = 1; n <= records; n++) link.send({ t: 'publish', channel, records: [{ p, n, c: 1, x }] });
  link.send({ t: 'ping', at: 0 });
  // The answer to what was sent last says that the server has read all of it.
  await until(() => isAnswered || isClosed, 5_000);
  link.close('done');
}

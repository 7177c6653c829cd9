import type { ChannelName } from '../../src/contract/channel.ts';
import { until } from './until.ts';
import { WsLink } from './ws-link.ts';

/** The publisher of what only fills buffers; its numbers are checked like any others. */
export const FLOOD_PUBLISHER = 9_000;

let connections = 0;

/** Publishes `records` records of `bytes` each, as fast as the socket takes them, and does not ask what became of them. */
export async function flood(port: number, channel: ChannelName, records: number, bytes: number): Promise<void> {
  const c = ++connections;
  let isOpen = false;
  let isClosed = false;
  let isAnswered = false;
  const link = new WsLink(port, `flood-${c}`, [], {
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
  for (let n = 1; n <= records; n++) link.send({ t: 'publish', channel, records: [{ p: FLOOD_PUBLISHER, n, c, x }] });
  link.send({ t: 'ping', at: 0 });
  // The answer to what was sent last says that the server has read all of it.
  await until(() => isAnswered || isClosed, 5_000);
  link.close('done');
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelName } from '../../src/contract/channel.ts';
import { until } from './until.ts';
import { WsLink } from './ws-link.ts';

/** Nothing more came for so long: the snapshot is whole. */
const QUIET_MS = 300;

/** A state channel as a new reader of a server sees it. Throws when the server gives none. */
export async function readState(port: number, channel: ChannelName): Promise<ReadonlyMap<string, unknown>> {
  const map = new Map<string, unknown>();
  let hasSnapshot = false;
  const subscription = { channel, since: undefined };
  const link = new WsLink(port, 'truth', [subscription], {
    message: (message) => {
      if (message.t !== 'state') return;
      hasSnapshot = true;
      for (const [key, record] of message.puts) map.set(key, record);
      for (const key of message.dels) map.delete(key);
    },
    rows: () => undefined,
    closed: () => undefined,
  });
  const came = await until(() => hasSnapshot, 5_000);
  await sleep(QUIET_MS);
  link.close('done');
  if (!came) throw new Error(`no snapshot of ${channel} on port ${port}`);
  return map;
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  hasFastApi,
  MYCORRHIZAE_KEY,
  type MycorrhizaePeer,
  startRealMycorrhizae,
} from '../../e2e/peers/mycorrhizae/peer.ts';
import { parseGatewayFile } from '../../server/gateway/read-config.ts';
import type { MycorrhizaeMessage } from '../../src/contract/upstream/mycorrhizae.ts';
import { type TapRecord, tapChannelOf, type UpstreamsRecord } from '../../src/contract/upstream/status.ts';
import { mycorrhizaeAdapter } from './mycorrhizae.ts';
import { look, WayLab } from './redis/test-way.ts';

let peer: MycorrhizaePeer;
let lab: WayLab;

beforeEach(async (context) => {
  if (!hasFastApi()) context.skip('python3-fastapi and python3-uvicorn are not installed');
  process.env.HYPHAE_TEST_MYCO_KEY = MYCORRHIZAE_KEY;
  peer = await startRealMycorrhizae({ commentS: 0.2, pingS: 0.4 });
  lab = new WayLab();
  const upstreams = { mycorrhizae: { url: peer.url, secret: { env: 'HYPHAE_TEST_MYCO_KEY' } } };
  await lab.startServer(undefined, parseGatewayFile(JSON.stringify({ upstreams }), 'test', process.env));
});
afterEach(async () => {
  if (!hasFastApi()) return;
  await lab.close();
  await peer.stop();
  delete process.env.HYPHAE_TEST_MYCO_KEY;
});

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

test('the key stays on our server: a browser listens without one, and sees no other', async () => {
  const channels = lab.openHub([mycorrhizaeAdapter]);
  const status = look<UpstreamsRecord>(channels, 'upstreams');
  const messages = look<MycorrhizaeMessage>(channels, 'events/up/mycorrhizae/messages');
  await until(() => expect(status.state.get('mycorrhizae/all')).toMatchObject({ state: { is: 'connected-no-data' } }));
  const tap = look<TapRecord>(channels, tapChannelOf('mycorrhizae/all'));
  // The tap is there once the status has been told again.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await peer.publish('device.MB-7.command', { relay: 1 });
  await peer.publish('device.MB-7.telemetry', { temperature: 21.5 });
  await until(() =>
    expect(messages.records).toMatchObject([{ channel: 'device.MB-7.telemetry', provenance: 'measured' }]),
  );
  await until(() => expect(tap.records.some(({ text }) => text.includes('MB-7.telemetry'))).toBe(true));
  const seen = JSON.stringify([...status.state.values(), tap.records, messages.records]);
  for (const secret of [MYCORRHIZAE_KEY, 'api_key_id', 'MB-7.command']) expect(seen).not.toContain(secret);
  expect((await peer.connections()).open).toBe(1);
});

test('two hubs are two streams, none is left when they are gone', async () => {
  for (const _ of [1, 2]) lab.openHub([mycorrhizaeAdapter]);
  await until(async () => expect((await peer.connections()).open).toBe(2));
  for (const hub of lab.hubs) hub.close();
  await until(async () => expect((await peer.connections()).open).toBe(0));
});

test('signs of life come through the gateway, and an end is seen and mended', async () => {
  const channels = lab.openHub([mycorrhizaeAdapter]);
  const status = look<UpstreamsRecord>(channels, 'upstreams');
  await until(() => expect(status.state.get('mycorrhizae/all')).toMatchObject({ connects: 1 }));
  const bytes = (): number => {
    const line = status.state.get('mycorrhizae/all');
    return line?.t === 'line' ? line.bytesIn : 0;
  };
  const before = bytes();
  await until(() => expect(bytes()).toBeGreaterThan(before + 50));
  await peer.end();
  await until(() => expect(status.state.get('mycorrhizae/all')).toMatchObject({ connects: 2 }));
});

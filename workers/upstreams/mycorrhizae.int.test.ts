import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  hasFastApi,
  MYCORRHIZAE_KEY,
  type MycorrhizaePeer,
  startRealMycorrhizae,
  startSimulatedMycorrhizae,
} from '../../e2e/peers/mycorrhizae/peer.ts';
import type { MycorrhizaeDevice, MycorrhizaeMessage } from '../../src/contract/upstream/mycorrhizae.ts';
import { openKeyDoor } from './mycorrhizae/key-door.ts';
import { mycorrhizaeAdapter } from './mycorrhizae.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';
import { until } from './transport/test-env.ts';

const PEERS = [
  { name: 'the simulator', start: startSimulatedMycorrhizae, isThere: true },
  {
    name: 'FastAPI on uvicorn',
    start: () => startRealMycorrhizae({ commentS: 0.2, pingS: 0.3 }),
    isThere: hasFastApi(),
  },
];

describe.each(PEERS)('Mycorrhizae by $name', ({ start, isThere }) => {
  let peer: MycorrhizaePeer;
  let door: Awaited<ReturnType<typeof openKeyDoor>>;
  let lab: AdapterLab;
  let key: string | undefined;

  beforeAll(async () => {
    if (!isThere) return;
    peer = await start();
    door = await openKeyDoor(peer.url, () => key);
  });
  beforeEach((context) => {
    if (!isThere) context.skip('python3-fastapi and python3-uvicorn are not installed');
    key = MYCORRHIZAE_KEY;
  });
  afterEach(async () => {
    if (!isThere) return;
    lab.close();
    expect(lab.timers).toBe(0);
    await streams(0);
    await peer.mode('open');
  });
  afterAll(async () => {
    door?.close();
    await peer?.stop();
  });

  const streams = (count: number) =>
    expect.poll(async () => (await peer.connections()).open, { timeout: 15_000 }).toBe(count);
  const open = (): void => {
    lab = new AdapterLab(mycorrhizaeAdapter, door.url);
  };
  const state = () => lab.status('all').state;
  const messages = () => lab.events<MycorrhizaeMessage>('messages');
  const counted = (name: string): number => lab.out.counts.get(name) ?? 0;
  const connected = () => until(() => state().is === 'connected-no-data' || state().is === 'live', 'it is connected');
  const publish = (channel: string, payload: object, more?: object) => peer.publish(channel, payload, more);

  test('connected is not live; a message is, and becomes a device with its readings and curves', async () => {
    open();
    await until(() => state().is === 'connected-no-data');
    await publish(
      'device.MB-7.telemetry',
      { temperature: 21.5, humidity: 'wet', door: true },
      { device_serial: 'MB-7' },
    );
    await until(() => state().is === 'live');
    expect(messages()[0]).toMatchObject({
      channel: 'device.MB-7.telemetry',
      entity: 'MB-7',
      kind: 'telemetry',
      shape: 'flat',
      readings: [{ name: 'temperature', value: 21.5, unit: '°C' }],
      dropped: ['humidity'],
      attributes: { door: 'true' },
      atFrom: 'source',
    });
    expect(lab.record<MycorrhizaeDevice>('devices', 'MB-7')).toMatchObject({ readings: [{ name: 'temperature' }] });
    expect(lab.out.rowsSeen[0]?.series).toEqual(['MB-7.temperature']);
    expect(JSON.stringify(messages())).not.toContain('api_key_id');
    expect((await peer.connections()).open, 'one stream for everything').toBe(1);
  });

  test('an envelope that comes again under another id is the same one', async () => {
    open();
    await connected();
    const envelope = {
      hdr: { deviceId: 'MB-8', msgId: 'm1' },
      seq: 4,
      ts: new Date().toISOString(),
      pack: [{ id: 'temp', v: 20 }],
    };
    await publish('device.MB-8.telemetry', envelope);
    await publish('device.MB-8.telemetry', envelope);
    await publish('alert.critical', { title: 'Room 2 over 35 °C' }, { message_type: 'event' });
    await until(() => lab.events('alerts').length === 1);
    expect(messages().map(({ key }) => key)).toEqual(['MB-8/4/m1', expect.any(String)]);
    expect(counted('deduped:message')).toBe(1);
    expect(lab.events<MycorrhizaeMessage>('alerts')[0]?.text).toBe('Room 2 over 35 °C');
  });

  test('commands and stimuli for devices go no further', async () => {
    open();
    await connected();
    await publish('device.MB-7.command', { relay: 1 }, { message_type: 'command' });
    await publish('device.MB-7.telemetry', { command: 'stimulate', parameters: { waveform: 'square' }, safety: {} });
    await publish('device.MB-7.telemetry', { temperature: 20 });
    await until(() => messages().length === 1);
    expect(counted('withheld:device-command')).toBe(1);
    expect(counted('withheld:stimulus-command')).toBe(1);
  });

  test.each([
    ['bad-key', 'Invalid or inactive key'],
    ['key-expired', 'Key has expired'],
    ['no-scopes', 'Missing required scopes'],
  ] as const)('%s: refused, in the words of the service, and not tried again', async (mode, words) => {
    await peer.mode(mode);
    open();
    await until(() => state().is === 'refused');
    expect(state()).toMatchObject({ why: expect.stringContaining(words) });
    expect(lab.status('all').attempts).toBe(1);
  });

  test('a missing and an ill-formed key are refused', async () => {
    key = undefined;
    open();
    await until(() => state().is === 'refused');
    expect(state()).toMatchObject({ why: expect.stringMatching(/422.*x-api-key/i) });
    lab.close();
    key = 'mcr_old';
    open();
    await until(() => state().is === 'refused');
    expect(state()).toMatchObject({ why: 'Invalid key format' });
  });

  test('too many connections, said as 403: the next minute, not for ever', async () => {
    await peer.mode('rate-minute');
    open();
    await until(() => state().is === 'retrying');
    const now = state();
    const waitMs = now.is === 'retrying' ? now.nextAt - now.since : 0;
    expect(waitMs).toBeGreaterThan(500);
    expect(waitMs).toBeLessThan(70_000);
    expect(now).toMatchObject({ why: 'Rate limit exceeded (per minute)' });
  });

  test('a store of keys that fails is told from a bad key, by the health of the service', async () => {
    await peer.mode('keys-failing');
    open();
    await until(() => state().is === 'refused' && /store of keys/.test(JSON.stringify(state())));
  });

  test('not up yet: tried again, and then it is there', async () => {
    await peer.mode('starting');
    open();
    await until(() => state().is === 'retrying');
    await peer.mode('open');
    await connected();
  });

  test('a stream that ends is opened again; what was said meanwhile is lost, what comes then is not', async () => {
    open();
    await connected();
    await peer.end();
    await until(() => lab.status('all').connects === 2);
    await connected();
    await publish('device.MB-7.telemetry', { temperature: 22 });
    await until(() => messages().length === 1);
    expect(lab.status('all').lastDrop?.why).toBeDefined();
  });

  test('patterns: refused before anything is sent, added, bounded, taken away', async () => {
    open();
    await connected();
    for (const pattern of ['device.(*', '', 'a b', 'x'.repeat(201)])
      expect(await lab.call('subscribe', { pattern })).toMatchObject({ ok: false, error: { code: 'bad-message' } });
    expect(await lab.call('subscribe', { pattern: 'device.*.telemetry' })).toMatchObject({ ok: true });
    await streams(2);
    await publish('device.MB-7.telemetry', { temperature: 22 });
    await until(() => counted('deduped:message') === 1, 'the second stream brings the same message');
    expect(messages()).toHaveLength(1);
    await lab.call('subscribe', { pattern: 'alert.*' });
    await lab.call('subscribe', { pattern: 'system.*' });
    expect(await lab.call('subscribe', { pattern: 'agent.#' })).toMatchObject({ ok: false });
    expect(await lab.call('unsubscribe', { pattern: 'alert.*' })).toMatchObject({ ok: true });
    await streams(3);
  });

  test('publishing: what it says of storing is not believed, and devices are not commanded', async () => {
    open();
    await connected();
    expect(await lab.call('publish', { channel: 'device.MB-9.telemetry', payload: { temperature: 20 } })).toMatchObject(
      {
        ok: true,
        value: { channel: 'device.MB-9.telemetry', notified: 1, flags: ['persisted-not-trusted'] },
      },
    );
    expect(await lab.call('publish', { channel: 'device.MB-9.command', payload: {} })).toMatchObject({ ok: false });
    expect(await lab.call('publish', { channel: 'no.such', payload: {} })).toMatchObject({
      ok: false,
      error: { code: 'upstream-refused', message: expect.stringContaining('Channel not found') },
    });
  });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulators, startSimulators } from '../../server/simulators/host.ts';
import { mycorrhizaeSimulator } from '../../server/simulators/mycorrhizae.ts';
import type { MycorrhizaeDevice, MycorrhizaeMessage } from '../../src/contract/upstream/mycorrhizae.ts';
import { mycorrhizaeAdapter } from './mycorrhizae.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';
import { readSse } from './transport/sse-reader.ts';
import { until } from './transport/test-env.ts';

let simulators: Simulators;
let lab: AdapterLab;

beforeEach(async () => {
  simulators = await startSimulators({ kinds: [mycorrhizaeSimulator] });
  simulators.setDial('mycorrhizae', 'everyMs', 100);
  lab = new AdapterLab(mycorrhizaeAdapter, simulators.url('mycorrhizae'));
});
afterEach(async () => {
  lab.close();
  expect(lab.timers).toBe(0);
  await until(() => simulators.state()[0]?.streams === 0, 'the stream is closed');
  await simulators.close();
});

const fault = (name: string, on = true) => simulators.setFault('mycorrhizae', name, on);
const counted = (name: string): number => lab.out.counts.get(name) ?? 0;
const state = () => lab.status('all').state.is;
const messages = () => lab.events<MycorrhizaeMessage>('messages');
const devices = () => [...(lab.out.states.get('devices')?.values() ?? [])] as MycorrhizaeDevice[];

test('all kinds of payload become devices, and each says that it is simulated', async () => {
  await until(() => new Set(messages().map(({ shape }) => shape)).size >= 6);
  expect(new Set(messages().map(({ shape }) => shape))).toEqual(
    new Set(['flat', 'envelope', 'gateway', 'fci', 'v1', 'ack']),
  );
  expect(devices().map(({ entity }) => entity)).toEqual(
    expect.arrayContaining(['MB-0A41', 'MB-0A42', 'GW-2', 'FCI-3', 'SIM-4']),
  );
  expect(new Set(devices().map(({ provenance }) => provenance))).toEqual(new Set(['simulated']));
  expect(messages().find(({ shape }) => shape === 'fci')?.dropped).toEqual(['bioelectric[3]']);
  await until(() => lab.events('alerts').length > 0);
  expect(state()).toBe('live');
});

test.each([
  ['repeated', 'deduped:message'],
  ['bad-json', 'dropped:bad-json'],
  ['expired', 'expired:message'],
  ['unknown-words', 'unknown:source-type'],
  ['commands', 'withheld:stimulus-command'],
  ['duplicates', 'deduped:message'],
])('%s: counted as %s, and the stream goes on', async (name, count) => {
  await fault(name);
  await until(() => counted(count) > 2);
  const before = messages().length;
  await until(() => messages().length > before + 5);
  expect(lab.status('all').connects).toBe(1);
});

test('bare NaN costs one reading, not the message', async () => {
  await fault('nan');
  await until(() => messages().some(({ flags }) => flags.includes('nan-repaired')));
  expect(messages().find(({ flags }) => flags.includes('nan-repaired'))).toMatchObject({
    dropped: ['temperature'],
    readings: [{ name: 'humidity', value: 60 }],
  });
});

test('signatures that do not fit are shown as untrusted', async () => {
  await fault('untrusted');
  await until(() => devices().some(({ trust }) => trust === 'untrusted'));
});

test('a clock three hours ahead is told, and is neither an expiry nor a lag; what comes is placed by its arrival', async () => {
  await until(() => messages().length > 0);
  await fault('clock-3h');
  await fault('close-1000');
  await fault('close-1000', false);
  await until(() => messages().some(({ flags }) => flags.includes('clock-skew')));
  const before = messages().length;
  await until(() => messages().length > before + 20);
  expect(messages().at(-1)).toMatchObject({ atFrom: 'arrival', flags: expect.arrayContaining(['clock-skew']) });
  expect(counted('late:behind') + counted('expired:message')).toBe(0);
});

test('a stream that ends in the middle of a block: nothing is made of the half, and it is opened again', async () => {
  await until(() => messages().length > 0);
  await fault('cut-block');
  await until(() => lab.status('all').lastDrop !== undefined);
  await fault('cut-block', false);
  const before = messages().length;
  await until(() => messages().length > before);
  expect(counted('dropped:bad-json')).toBe(0);
  expect(lab.status('all').connects).toBeGreaterThan(1);
});

test('devices asleep: connected, and honest about it', async () => {
  await fault('asleep');
  const before = messages().length;
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(messages().length - before).toBeLessThan(8);
  expect(lab.status('all').attempts).toBe(1);
});

test("the website's invented telemetry is told from the service's, whatever was asked for", async () => {
  const response = await fetch(`${simulators.url('mycorrhizae')}/api/mycorrhizae/stream?channel=system.*`);
  const heard: string[] = [];
  const feed = readSse({
    maxBytes: 65_536,
    onEvent: ({ event, data }) => heard.push(`${event} ${data}`),
    onComment: () => undefined,
    onId: () => undefined,
    onRetry: () => undefined,
    onTooLarge: () => undefined,
  });
  const reader = response.body?.getReader();
  while (heard.length < 2) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    if (value !== undefined) feed(value);
  }
  await reader?.cancel();
  expect(heard[0]).toContain('"message":"Connected"');
  expect(heard[1]).toContain('"tags":["simulation","telemetry"]');
});

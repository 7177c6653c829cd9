import { afterEach, expect, test } from 'vitest';
import { openPtyCable, type PtyCable } from '../../e2e/harness/cable.ts';
import { closePort } from '../../src/serial/open-port.ts';
import { classifyOpenError } from '../../src/serial/port-errors.ts';
import { readPort } from '../../src/serial/read-loop.ts';
import { makeWriteQueue } from '../../src/serial/write-queue.ts';
import { NodePort } from './node-port.ts';
import { whyNoBoards } from './pty-needs.ts';
import { loadSerialLibrary } from './serial-library.ts';

const onPty = test.skipIf((await whyNoBoards(openPtyCable)) !== undefined);
const OPTIONS = { baudRate: 115_200, bufferSize: 4_096 };
const LINUX = { os: 'linux', openedBefore: true } as const;

const cables: PtyCable[] = [];
afterEach(async () => {
  await Promise.all(cables.splice(0).map((cable) => cable.pull()));
});

async function plug() {
  const cable = await openPtyCable();
  cables.push(cable);
  const heard: number[] = [];
  cable.onBytes((bytes) => heard.push(...bytes));
  return { cable, heard, port: await portAt(cable.path) };
}

const portAt = async (path: string): Promise<NodePort> =>
  new NodePort(await loadSerialLibrary(), { path, usb: {}, baudRate: undefined });

const openedBy = (cable: PtyCable) => new Promise<void>((resolve) => cable.onOpen((open) => open && resolve()));
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (cause: unknown) => classifyOpenError(cause, LINUX).code,
  );

onPty('every byte passes in both directions, until the plug is pulled', async () => {
  const { cable, heard, port } = await plug();
  await port.open(OPTIONS);
  await openedBy(cable);
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const read: number[] = [];
  const allRead = Promise.withResolvers<void>();
  const end = readPort(port, {
    signal: new AbortController().signal,
    onBytes: (bytes) => {
      read.push(...bytes);
      if (read.length === all.length) allRead.resolve();
    },
    onReadError: () => undefined,
  });
  const writes = makeWriteQueue(port);
  await Promise.all([writes.write(all), writes.write(all)]);
  cable.send(all);
  await allRead.promise;
  expect(read).toEqual([...all]);
  expect(heard).toEqual([...all, ...all]);

  await cable.pull();
  expect(await end).toMatchObject({ is: 'lost', error: { code: 'port-lost' } });
  await expect(writes.write(all)).rejects.toThrow();
  await writes.close('over');
  expect(await closePort(port)).toBeUndefined();
  expect(await failureOf(port.open(OPTIONS))).toBe('port-lost');
});

onPty('a board that takes nothing does not keep its port from being closed and opened again', async () => {
  const { cable, port } = await plug();
  await port.open(OPTIONS);
  await openedBy(cable);
  const writer = port.writable?.getWriter();
  // Nobody reads at the other end: more than all that is in between can hold.
  const writes = Array.from({ length: 16 }, () => writer?.write(new Uint8Array(65_536)));
  const last = expect(writes.at(-1)).rejects.toBe('over');
  for (const write of writes) write?.catch(() => undefined);
  await writer?.abort('over');
  await last;
  writer?.releaseLock();
  expect(await closePort(port)).toBeUndefined();
  await port.open(OPTIONS);
  expect(port.isOpen).toBe(true);
  await closePort(port);
});

onPty('why a port does not open is told as a browser would', async () => {
  const { cable, port } = await plug();
  await port.open(OPTIONS);
  expect(await failureOf(port.open(OPTIONS))).toBe('port-in-use');
  expect(await failureOf((await portAt(cable.path)).open(OPTIONS))).toBe('port-in-use');
  expect(await failureOf((await portAt(`${cable.path}0000`)).open(OPTIONS))).toBe('port-lost');
  expect(await failureOf((await portAt('/dev/null')).open(OPTIONS))).toBe('port-open-failed');
  await closePort(port);
  await (await portAt(cable.path)).open(OPTIONS);
});

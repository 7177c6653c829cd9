import { describe, expect, test } from 'vitest';
import { FakeCdcDevice, FakeUsb } from './fake-usb.ts';
import { closePort } from './open-port.ts';
import { readPort } from './read-loop.ts';
import { makeWebUsbSerial } from './webusb-port.ts';
import { makeWriteQueue } from './write-queue.ts';

const OPEN = { baudRate: 115_200, bufferSize: 65_536 };
const SET_LINE_CODING = 0x20;
const SET_CONTROL_LINE_STATE = 0x22;
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

async function onePort() {
  const usb = new FakeUsb();
  const device = usb.plug(new FakeCdcDevice());
  const serial = makeWebUsbSerial(usb);
  const [port] = await serial.getPorts();
  if (!port) throw new Error('no port');
  return { usb, device, serial, port };
}

describe('WebUSB as Web Serial', () => {
  test('the same device is the same port, with its ids', async () => {
    const { serial, port } = await onePort();
    expect((await serial.getPorts())[0]).toBe(port);
    expect(port.getInfo()).toEqual({ usbVendorId: 0x303a, usbProductId: 0x1001 });
    expect(port.connected).toBe(true);
  });

  test('a bridge chip, which is not CDC-ACM, is no port', async () => {
    const usb = new FakeUsb();
    usb.plug(new FakeCdcDevice(0x10c4, 0xea60, 0xff));
    const serial = makeWebUsbSerial(usb);
    expect(await serial.getPorts()).toEqual([]);
    await expect(serial.requestPort?.({})).rejects.toThrow('no CDC-ACM');
  });

  test('opening sets 115200 8N1 and nothing of RTS; twice is an error, as in Web Serial', async () => {
    const { device, port } = await onePort();
    expect(port.readable).toBeNull();
    await port.open(OPEN);
    expect(device.control.find(({ request }) => request === SET_LINE_CODING)?.bytes).toEqual([0, 0xc2, 1, 0, 0, 0, 8]);
    expect(device.control.filter(({ request }) => request === SET_CONTROL_LINE_STATE).map((c) => c.value)).toEqual([1]);
    await expect(port.open(OPEN)).rejects.toMatchObject({ name: 'InvalidStateError' });
    expect(await closePort(port)).toBeUndefined();
    await expect(port.setSignals({ requestToSend: true })).rejects.toMatchObject({ name: 'InvalidStateError' });
  });

  test('bytes go both ways; the empty packet after a full one is read over', async () => {
    const { device, port } = await onePort();
    await port.open(OPEN);
    const stop = new AbortController();
    const got: number[] = [];
    const errors: string[] = [];
    const end = readPort(port, {
      signal: stop.signal,
      onBytes: (bytes) => got.push(...bytes),
      onReadError: (error) => errors.push(error.message),
    });
    const full = Array.from({ length: 64 }, (_, index) => index);
    device.send(full);
    device.send([]);
    device.send([1, 2, 3]);
    await settle();
    expect({ got, errors }).toEqual({ got: [...full, 1, 2, 3], errors: [] });

    const queue = makeWriteQueue(port);
    await queue.write(Uint8Array.from([9, 8, 7]));
    expect(device.received).toEqual([9, 8, 7]);
    await queue.close('done');
    stop.abort();
    expect(await end).toEqual({ is: 'stopped' });
    expect(await closePort(port)).toBeUndefined();
  });

  test('a babble is a read error that a new reader mends', async () => {
    const { device, port } = await onePort();
    await port.open(OPEN);
    const stop = new AbortController();
    const got: number[] = [];
    const codes: string[] = [];
    const end = readPort(port, {
      signal: stop.signal,
      onBytes: (bytes) => got.push(...bytes),
      onReadError: (error) => codes.push(error.code),
    });
    await settle();
    device.send([], 'babble');
    await settle();
    device.send([5]);
    await settle();
    expect({ got, codes }).toEqual({ got: [5], codes: ['port-read-error'] });
    stop.abort();
    await end;
  });

  test('an unplug ends the read, and the events name the port, as in Web Serial', async () => {
    const { usb, device, serial, port } = await onePort();
    const events: unknown[] = [];
    const { signal } = new AbortController();
    for (const type of ['connect', 'disconnect'] as const) {
      serial.addEventListener(type, (event) => events.push(type, Object.is(event.target, port)), { signal });
    }
    await port.open(OPEN);
    const end = readPort(port, { signal, onBytes: () => {}, onReadError: () => {} });
    await settle();
    usb.unplug(device);
    expect(await end).toMatchObject({ is: 'lost' });
    expect(events).toEqual(['disconnect', true]);
    expect(port.connected).toBe(false);
    expect(port.readable).toBeNull();
    usb.plug(new FakeCdcDevice());
    expect(events).toEqual(['disconnect', true, 'connect', false]);
  });
});

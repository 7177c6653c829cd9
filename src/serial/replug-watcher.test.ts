import { describe, expect, test } from 'vitest';
import { FakeSerial } from './fake-serial.ts';
import { type ReplugWatcher, watchReplugs } from './replug-watcher.ts';

const ESPRESSIF = { usbVendorId: 0x303a, usbProductId: 0x1001 };
const PHANTOM = { usbVendorId: 0x046b, usbProductId: 0xffb0 };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function watching(bus = new FakeSerial()) {
  const log: string[] = [];
  const stop = new AbortController();
  let keys = 0;
  const watcher: ReplugWatcher = watchReplugs({
    serial: bus,
    signal: stop.signal,
    newKey: () => `k${++keys}`,
    accept: async (usb) => usb.usbVendorId !== PHANTOM.usbVendorId,
    onFound: (key) => log.push(`found ${key}`),
    onBack: (key, _port, sure) => log.push(`back ${key}${sure ? '' : ' presumed'}`),
    onGone: (key) => log.push(`gone ${key}`),
    onFailure: (cause) => log.push(String(cause)),
  });
  return { bus, log, stop, watcher };
}

describe('replug watcher', () => {
  test('finds what is there, what comes, and nothing twice', async () => {
    const { bus, log, watcher } = watching();
    bus.plug(ESPRESSIF);
    await Promise.all([watcher.rescan(), watcher.rescan()]);
    bus.plug({ usbVendorId: 0x10c4 });
    await settle();
    expect(log).toEqual(['found k1', 'found k2']);
  });

  test('passes over what is not ours', async () => {
    const { bus, log, watcher } = watching();
    bus.plug(PHANTOM);
    await watcher.rescan();
    expect(log).toEqual([]);
  });

  test('a replug, another object, has the same key', async () => {
    const { bus, log } = watching();
    const port = bus.plug(ESPRESSIF);
    await settle();
    bus.unplug(port);
    bus.plug(ESPRESSIF);
    await settle();
    expect(log).toEqual(['found k1', 'gone k1', 'back k1']);
  });

  test('of two alike, the one that is missing comes back', async () => {
    const { bus, log } = watching();
    bus.plug(ESPRESSIF);
    const second = bus.plug(ESPRESSIF);
    await settle();
    bus.unplug(second);
    bus.plug(ESPRESSIF);
    await settle();
    expect(log).toEqual(['found k1', 'found k2', 'gone k2', 'back k2']);
  });

  test('two alike that were both away are told apart by their order, and it says so', async () => {
    const { bus, log } = watching();
    const ports = [bus.plug(ESPRESSIF), bus.plug(ESPRESSIF)];
    await settle();
    for (const port of ports.reverse()) bus.unplug(port);
    bus.plug(ESPRESSIF);
    bus.plug(ESPRESSIF);
    await settle();
    expect(log.slice(2)).toEqual(['gone k2', 'gone k1', 'back k1 presumed', 'back k2 presumed']);
  });

  test('another kind of port does not take a missing one’s place', async () => {
    const { bus, log } = watching();
    const port = bus.plug(ESPRESSIF);
    await settle();
    bus.unplug(port);
    bus.plug({ usbVendorId: 0x10c4 });
    await settle();
    expect(log).toEqual(['found k1', 'gone k1', 'found k2']);
  });

  test('an unplug that no event told is noticed at the next look', async () => {
    const { bus, log, watcher } = watching();
    const port = bus.plug(ESPRESSIF);
    await settle();
    await port.forget();
    await watcher.rescan();
    expect(log).toEqual(['found k1', 'gone k1']);
  });

  test('a browser that refuses to list ports is told, and asked again next time', async () => {
    const { bus, log, watcher } = watching();
    bus.refuses = new DOMException('no', 'SecurityError');
    await watcher.rescan();
    bus.refuses = undefined;
    bus.plug(ESPRESSIF);
    await settle();
    expect(log).toEqual(['SecurityError: no', 'found k1']);
  });

  test('after the end nothing is heard', async () => {
    const { bus, log, stop, watcher } = watching();
    const port = bus.plug(ESPRESSIF);
    await settle();
    stop.abort();
    bus.unplug(port);
    bus.plug(ESPRESSIF);
    await watcher.rescan();
    expect(log).toEqual(['found k1']);
  });
});

import { expect, test } from 'vitest';
import { type AddressBus, type Addressed, addressedPort } from './addressed-port.ts';

/** A BroadcastChannel with everybody in one place: unlike a real one it also speaks to itself. */
function makeBus(): AddressBus & { close(): void; readonly said: readonly Addressed[] } {
  const listeners = new Set<(event: { readonly data: unknown }) => void>();
  const said: Addressed[] = [];
  let closed = false;
  return {
    said,
    postMessage(message) {
      if (closed) throw new Error('Channel is closed');
      said.push(message as Addressed);
      for (const listener of listeners) listener({ data: message });
    },
    addEventListener: (_, listener) => void listeners.add(listener),
    removeEventListener: (_, listener) => void listeners.delete(listener),
    close: () => {
      closed = true;
    },
  };
}

test('each end hears what is said to it by its peer on its lane, and nothing else', () => {
  const bus = makeBus();
  const heard: unknown[] = [];
  const hub = addressedPort(bus, 'hub', 'tab', 'data');
  hub.addEventListener('message', ({ data }) => heard.push(data));
  addressedPort(bus, 'tab', 'hub', 'data').postMessage('for the hub');
  addressedPort(bus, 'tab', 'hub', 'rpc').postMessage('another lane');
  addressedPort(bus, 'other', 'hub', 'data').postMessage('another tab');
  addressedPort(bus, 'tab', 'other', 'data').postMessage('another hub');
  bus.postMessage('no address');
  expect(heard).toEqual(['for the hub']);
});

test('after its end a port neither speaks nor hears, even when the bus is closed too', () => {
  const bus = makeBus();
  const heard: unknown[] = [];
  const tab = addressedPort(bus, 'tab', 'hub', 'data');
  tab.addEventListener('message', ({ data }) => heard.push(data));
  tab.close();
  addressedPort(bus, 'hub', 'tab', 'data').postMessage('too late');
  const said = bus.said.length;
  bus.close();
  tab.postMessage('too late as well');
  expect(heard).toEqual([]);
  expect(bus.said.length).toBe(said);
});

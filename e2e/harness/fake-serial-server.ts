import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Cable } from './cable.ts';

/** The other end of `fake-serial.ts`: the ports it sees, and the boards behind them. */
export interface FakeSerialServer {
  /** For `installFakeSerial`. */
  readonly base: string;
  plug(info: { readonly usbVendorId: number; readonly usbProductId: number }): Cable;
  close(): Promise<void>;
}

interface FakeDevice {
  readonly id: string;
  readonly info: { readonly usbVendorId: number; readonly usbProductId: number };
  open(socket: WebSocket): void;
}

export async function startFakeSerialServer(): Promise<FakeSerialServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const devices = new Map<string, FakeDevice>();
  const watchers = new Set<WebSocket>();
  let plugged = 0;
  server.on('connection', (socket, request) => {
    if (request.url === '/ctl') {
      watchers.add(socket);
      socket.on('close', () => watchers.delete(socket));
      socket.send(JSON.stringify({ init: [...devices.values()].map(({ id, info }) => ({ id, info })) }));
      return;
    }
    const device = devices.get(request.url?.replace('/port/', '') ?? '');
    if (device) device.open(socket);
    else socket.close();
  });
  const tellAll = (told: unknown) => {
    for (const watcher of watchers) watcher.send(JSON.stringify(told));
  };
  return {
    base: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plug(info) {
      const id = String(plugged++);
      const { open, cable } = makeFakeCable(() => {
        if (devices.delete(id)) tellAll({ remove: id });
      });
      devices.set(id, { id, info, open });
      tellAll({ add: { id, info } });
      return cable;
    },
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

function makeFakeCable(onPull: () => void): { readonly open: (socket: WebSocket) => void; readonly cable: Cable } {
  let host: WebSocket | undefined;
  let held = false;
  let waiting: Uint8Array[] = [];
  const byteListeners: ((bytes: Uint8Array) => void)[] = [];
  const openListeners: ((open: boolean) => void)[] = [];
  const tellOpen = (open: boolean) => {
    for (const listener of openListeners) listener(open);
  };
  const sendWaiting = () => {
    for (const bytes of waiting) host?.send(bytes);
    waiting = [];
  };
  function open(socket: WebSocket): void {
    // One program at a time, whichever page it is in.
    if (host) {
      socket.close();
      return;
    }
    host = socket;
    held = false;
    waiting = [];
    socket.send('open');
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        for (const listener of byteListeners) listener(data);
        socket.send('sent');
        return;
      }
      const told = JSON.parse(data.toString()) as { readonly held?: boolean };
      held = told.held ?? held;
      if (!held) sendWaiting();
    });
    socket.on('close', () => {
      host = undefined;
      tellOpen(false);
    });
    tellOpen(true);
  }
  const cable: Cable = {
    send(bytes) {
      if (!host) return;
      waiting.push(bytes);
      if (!held) sendWaiting();
    },
    onBytes: (listener) => void byteListeners.push(listener),
    onOpen(listener) {
      openListeners.push(listener);
      if (host) listener(true);
    },
    async pull() {
      host?.terminate();
      onPull();
    },
  };
  return { open, cable };
}

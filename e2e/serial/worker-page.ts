import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import type { FromHolder, ToHolder } from '../../src/contract/board-link.ts';

/** A page that is nothing but the serial worker and somebody who listens to it in the hub's place. */
export async function serveWorkerPage(folder: string): Promise<{ readonly origin: string }> {
  mkdirSync(folder, { recursive: true });
  const root = join(import.meta.dirname, '..', '..');
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      lib: { entry: join(root, 'workers/serial.worker.ts'), formats: ['es'], fileName: () => 'serial.worker.js' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const worker = readFileSync(join(folder, 'serial.worker.js'));
  const server = createServer(({ url }, response) => {
    if (url === '/serial.worker.js') response.setHeader('content-type', 'text/javascript').end(worker);
    else response.setHeader('content-type', 'text/html').end('<title>serial worker</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}

export interface WorkerProbe {
  /** A new hub takes the old one's place. */
  connectHub(): Promise<void>;
  tell(message: ToHolder): Promise<void>;
  /** What the present hub heard, with the moment; sample buffers as their length. */
  heard(): Promise<readonly { readonly atMs: number; readonly message: FromHolder; readonly bytes: number }[]>;
}

/** Starts the worker in an open page. */
export async function startWorker(page: Page): Promise<WorkerProbe> {
  const handle = await page.evaluateHandle(() => {
    const worker = new Worker('/serial.worker.js', { type: 'module' });
    let heard: unknown[] = [];
    let hub: MessagePort | undefined;
    const connect = () => {
      const { port1, port2 } = new MessageChannel();
      hub?.close();
      hub = port1;
      heard = [];
      port1.onmessage = ({ data }) => {
        heard.push({ atMs: Date.now(), message: data, bytes: data.buffer?.byteLength ?? 0 });
      };
      worker.postMessage({ t: 'hub-port' }, [port2]);
    };
    connect();
    return { connect, tell: (message: unknown) => hub?.postMessage(message), heard: () => heard };
  });
  return {
    connectHub: () => handle.evaluate(({ connect }) => connect()),
    tell: (message) => handle.evaluate(({ tell }, one) => tell(one), message as unknown),
    heard: () => handle.evaluate(({ heard }) => heard()) as ReturnType<WorkerProbe['heard']>,
  };
}

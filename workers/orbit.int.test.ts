import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';
import config from '../vite.config.ts';

const bundleOf = async (entry: string): Promise<string> => {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    resolve: config.resolve ?? {},
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ['es'], fileName: 'out' },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !('output' in output)) throw new Error('nothing was built');
  return output.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('\n');
};

test('the orbit worker is small, and has nothing of Node or WASM in it', async () => {
  const code = await bundleOf('./orbit.worker.ts');
  expect(code).not.toMatch(/node:|worker_threads|WebAssembly/);
  expect(gzipSync(code).length).toBeLessThan(16_000);
}, 60_000);

test('the adapter, and so the hub, carries no SGP4', async () => {
  const code = await bundleOf('./upstreams/crep.ts');
  expect(code).not.toMatch(/jdsatepoch|sgp4/i);
}, 60_000);

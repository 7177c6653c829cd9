import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NO_REDIS, REDIS_SERVER, startRedis } from '../bus/redis/redis-process.ts';
import { makeHyphae } from './hyphae-process.ts';

test('a server starts while Redis stands still, and says that it is not well', async (context) => {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-start-'));
  const redis = await startRedis();
  const server = await makeHyphae(0, folder, { REDIS_URL: redis.url, HYPHAE_LOG: 'silent' });
  context.onTestFinished(async () => {
    await server.stop();
    await redis.close();
    rmSync(folder, { recursive: true, force: true });
  });
  redis.pause();
  await server.start();
  expect(await server.readyz()).toBe(503);
  expect(server.crashes()).toBe(0);
});

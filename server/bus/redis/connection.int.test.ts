import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { RedisConnection } from './connection.ts';
import { NO_REDIS, REDIS_SERVER, startRedis } from './redis-process.ts';

test('a connection that is gone refuses at once, whatever it is asked', async (context) => {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const redis = await startRedis();
  context.onTestFinished(() => redis.close());
  const dead = Promise.withResolvers<string>();
  const hooks = { onDead: dead.resolve, onMessage: () => undefined, onTopicMoved: () => undefined };
  const connection = await RedisConnection.open({ url: redis.url }, systemClock, hooks);
  context.onTestFinished(() => connection.destroy());
  await connection.subscribe(['before'], false);
  await redis.kill();
  await dead.promise;
  await expect(connection.send(['PING'])).rejects.toThrow('gone');
  await expect(connection.subscribe(['after'], false)).rejects.toThrow('gone');
  await expect(connection.unsubscribe('before', false)).rejects.toThrow('gone');
});

/** A server that was not heard of for so long is lost. Measured by the clock of Redis, so that no server's own clock matters. */
export const LOST_MS = 3_000;

/** Says that a server is alive; answers all that are. KEYS 1 alive · ARGV 1–2 unused, 3 node */
export const BEAT = `
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ${LOST_MS}))
redis.call('PEXPIRE', KEYS[1], 60000)
return redis.call('ZRANGE', KEYS[1], 0, -1)
`;

/** Says goodbye: the others are told at once. KEYS 1 alive · ARGV 2 how to wake, 3 node, 4 topic */
export const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[3])
return redis.call(ARGV[2], ARGV[4], ARGV[3])
`;

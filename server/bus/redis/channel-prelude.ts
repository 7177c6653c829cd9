/**
 * What every script on a channel begins with. Redis may have come back without its last writes, and would then give the same offsets
 * again: so the channel remembers in which life of the server it was written, and begins a new epoch in another one. Its offsets go on.
 *
 * KEYS 1 meta, 2 log or state · ARGV 1 life of the server, 2 how to wake, 3 name of a new epoch, should one begin
 */
export const PRELUDE = `
local meta, data = KEYS[1], KEYS[2]
local kept = redis.call('HMGET', meta, 'epoch', 'life', 'next', 'k', 'start')
local epoch, offset, k, start = kept[1], tonumber(kept[3] or 0), tonumber(kept[4] or 0), kept[5]
local function whole(n) return string.format('%.0f', n) end
local function place() return whole(offset) .. '-' .. whole(k) end
local function begin()
  epoch, start = ARGV[3], place()
  redis.call('HSET', meta, 'epoch', epoch, 'life', ARGV[1], 'next', whole(offset), 'k', whole(k), 'start', start)
end
if not epoch then
  redis.call('DEL', data)
  begin()
elseif kept[2] ~= ARGV[1] then
  begin()
end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
`;

/** For scripts that write: collects entries and wakes readers with them. ARGV 4 topic, 5 node. See `entry.ts` for the form. */
export const WAKE = `
local woken = {}
local function entry(kind, count, num, at, body)
  k = k + 1
  local text = table.concat({kind, epoch, whole(offset), whole(k), whole(count), num, at, whole(now), ARGV[5], #body}, ' ') .. '\\n' .. body
  local id = place()
  if count > 0 then offset, k = offset + count, 0 end
  woken[#woken + 1] = text
  return text, id
end
local function wake()
  redis.call('HSET', meta, 'next', whole(offset), 'k', whole(k))
  if #woken > 0 then redis.call(ARGV[2], ARGV[4], table.concat(woken)) end
end
`;

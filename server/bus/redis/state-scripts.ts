import { PRELUDE, WAKE } from './channel-prelude.ts';

const BATCH_MS = 600_000;
/** A state channel without a key is forgotten after this. */
const EMPTY_META_MS = 86_400_000;

/** If Redis let the keys go (memory was short), readers must not go on as if they were there. */
const CHECK_SIZE = `
local size = redis.call('HLEN', data)
if size ~= tonumber(redis.call('HGET', meta, 'size') or 0) then begin() end
`;
const KEEP_SIZE = `
redis.call('HSET', meta, 'size', size)
if size == 0 then redis.call('PEXPIRE', meta, ${EMPTY_META_MS}) else redis.call('PERSIST', meta) end
`;

/**
 * Changes keys of a state channel, in order. A batch that was sent before is answered as it was then.
 *
 * KEYS 1 meta, 2 state, 3 last batch of this node, 4 ends
 * ARGV 1–3 see prelude, 4 topic, 5 node, 6 number of the batch, 7 at, 8 most keys
 *      then for each change: p put, d delete, x delete all · key · JSON or '' · ms to live or '' · offset of its last change or ''
 *
 * Answers `epoch answer answer …`: the offset after the change, `!` for a conflict, `#` for too many keys.
 */
export const CHANGE = `
local before = redis.call('GET', KEYS[3])
if before then
  local number, answer = string.match(before, '^(%d+) (.*)$')
  if number == ARGV[6] then return answer end
  -- It lay in a connection that its sender has given up since; what came after it is here already.
  if tonumber(number) > tonumber(ARGV[6]) then return redis.error_reply('STALE batch') end
end
${PRELUDE}${WAKE}${CHECK_SIZE}
local answer = {epoch}
for i = 9, #ARGV, 5 do
  local kind, key, body = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local old = kind ~= 'x' and redis.call('HGET', data, key)
  local said
  if ARGV[i + 4] ~= '' and (not old or string.match(old, '^%d+') ~= ARGV[i + 4]) then
    said = '!'
  elseif kind == 'p' and not old and size >= tonumber(ARGV[8]) then
    said = '#'
  elseif kind == 'x' then
    redis.call('DEL', data, KEYS[4])
    redis.call('HDEL', meta, 'used')
    size = 0
    entry(kind, 1, ARGV[6], ARGV[7], '')
  elseif kind == 'p' then
    redis.call('HSET', meta, 'used', 1)
    redis.call('HSET', data, key, whole(offset) .. '|' .. body)
    if not old then size = size + 1 end
    if ARGV[i + 3] == '' then redis.call('ZREM', KEYS[4], key)
    else redis.call('ZADD', KEYS[4], whole(now + tonumber(ARGV[i + 3])), key) end
    entry(kind, 1, ARGV[6], ARGV[7], #key .. '\\n' .. key .. body)
  elseif old then
    redis.call('HDEL', data, key)
    redis.call('ZREM', KEYS[4], key)
    size = size - 1
    entry(kind, 1, ARGV[6], ARGV[7], #key .. '\\n' .. key)
  end
  answer[#answer + 1] = said or whole(offset)
end
wake()
${KEEP_SIZE}
local text = table.concat(answer, ' ')
redis.call('SET', KEYS[3], ARGV[6] .. ' ' .. text, 'PX', ${BATCH_MS})
return text
`;

const ANY_LEFT = `#redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '+inf', 'LIMIT', 0, 1)`;

/** Deletes the keys whose time has come. KEYS 1 meta, 2 state, 3 ends · ARGV 1–5 as above, 6 at. Answers 1 if there are others, else 0. */
export const SWEEP = `
local due = redis.call('TIME')
local keys = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', due[1] .. string.sub('00000' .. due[2], -6, -4), 'LIMIT', 0, 256)
if #keys == 0 then return ${ANY_LEFT} end
${PRELUDE}${WAKE}${CHECK_SIZE}
for _, key in ipairs(keys) do
  redis.call('ZREM', KEYS[3], key)
  if redis.call('HDEL', data, key) == 1 then
    size = size - 1
    entry('d', 1, '0', ARGV[6], #key .. '\\n' .. key)
  end
end
wake()
${KEEP_SIZE}
return ${ANY_LEFT}
`;

/**
 * All of a state channel. ARGV 1–3 see prelude, 4 epoch and 5 offset that are known here already, or ''.
 *
 * Answers epoch, next offset, then key, `offset|JSON`, …; only the first two when nothing is new.
 */
export const READ_STATE = `${PRELUDE}${CHECK_SIZE}
redis.call('HSET', meta, 'size', size)
if redis.call('HEXISTS', meta, 'used') == 0 then redis.call('PEXPIRE', meta, ${EMPTY_META_MS}) end
local answer = {epoch, whole(offset)}
if ARGV[4] ~= epoch or ARGV[5] ~= whole(offset) then
  local all = redis.call('HGETALL', data)
  for i = 1, #all do answer[#answer + 1] = all[i] end
end
return answer
`;

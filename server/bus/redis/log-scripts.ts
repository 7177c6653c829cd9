import { KEY_MS } from '../idempotency-keys.ts';
import { PRELUDE, WAKE } from './channel-prelude.ts';

/** Source cursors outlive history: a board may be away for days. */
const META_MS = 7 * 86_400_000;
/** A channel that was only read so far. */
const UNUSED_META_MS = 3_600_000;
/** A batch is recognised for this long when it is sent again. */
const BATCH_MS = KEY_MS;

/**
 * Appends a batch of runs to a log channel; each becomes one entry. A batch that was sent before is answered as it was then.
 *
 * KEYS 1 meta, 2 log, 3 last batch of this node, then idempotency keys
 * ARGV 1–3 see prelude, 4 topic, 5 node, 6 number of the batch, 7 bytes to keep, 8 ms to keep, 9 source cursor or ''
 *      then for each run: kind, count, number of its last publication, at, body, which of KEYS is its idempotency key or 0
 *
 * Answers `epoch place place …`: the offset of each run, or `=epoch:offset` where its key was known. Kinds: e events, s samples, g gap,
 * n nothing (only asks for the place), x drops what is kept.
 */
export const PUBLISH = `
local before = redis.call('GET', KEYS[3])
if before then
  local number, answer = string.match(before, '^(%d+) (.*)$')
  if number == ARGV[6] then return answer end
  -- It lay in a connection that its sender has given up since; what came after it is here already.
  if tonumber(number) > tonumber(ARGV[6]) then return redis.error_reply('STALE batch') end
end
${PRELUDE}${WAKE}
local more = redis.call('HMGET', meta, 'average', 'trimmed')
local average, trimmed = tonumber(more[1] or 0), tonumber(more[2] or 0)
local answer = {epoch}
for i = 10, #ARGV, 6 do
  local kind, count, body, key = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 4], KEYS[tonumber(ARGV[i + 5])]
  local known = key and redis.call('GET', key)
  if known then
    answer[#answer + 1] = '=' .. known
  else
    answer[#answer + 1] = whole(offset)
    if key then redis.call('SET', key, epoch .. ':' .. whole(offset), 'PX', ${KEY_MS}) end
    if kind == 'x' then redis.call('DEL', data) end
    if kind ~= 'n' then
      local text, id = entry(kind, count, ARGV[i + 2], ARGV[i + 3], body)
      average = average == 0 and #text or average + (#text - average) / 64
      local most = math.max(4, math.floor(tonumber(ARGV[7]) / average))
      local added = redis.pcall('XADD', data, 'MAXLEN', '~', most, id, 'e', text)
      if type(added) == 'table' and added.err then
        -- A log that is ahead of its meta was restored without it: it is not what readers know.
        if not string.find(added.err, 'equal or smaller') then return redis.error_reply(added.err) end
        redis.call('DEL', data)
        redis.call('XADD', data, id, 'e', text)
      end
      if kind == 'x' then
        trimmed = 0
        redis.call('HDEL', meta, 'used', 'source')
      else
        redis.call('HSET', meta, 'used', 1)
      end
    end
  end
end
if math.abs(now - trimmed) >= 1000 then
  trimmed = now
  local cut = now - tonumber(ARGV[8])
  for _ = 1, 20 do
    local ids = {}
    for _, one in ipairs(redis.call('XRANGE', data, '-', '+', 'COUNT', 100)) do
      local written = string.match(one[2][2], '^%S+ %S+ %S+ %S+ %S+ %S+ %S+ (%d+)')
      if written and tonumber(written) >= cut then break end
      ids[#ids + 1] = one[1]
    end
    if #ids > 0 then redis.call('XDEL', data, unpack(ids)) end
    if #ids < 100 then break end
  end
  redis.call('PEXPIRE', data, tonumber(ARGV[8]) + 60000)
  redis.call('PEXPIRE', meta, math.max(${META_MS}, 2 * tonumber(ARGV[8])))
end
redis.call('HSET', meta, 'average', average, 'trimmed', whole(trimmed))
if ARGV[9] ~= '' then redis.call('HSET', meta, 'source', ARGV[9]) end
wake()
local text = table.concat(answer, ' ')
redis.call('SET', KEYS[3], ARGV[6] .. ' ' .. text, 'PX', ${BATCH_MS})
return text
`;

/**
 * A page of a log after a place. ARGV 1–3 see prelude, 4 epoch of the place or '' for the beginning, 5 offset, 6 k
 *
 * Answers epoch, where it starts, where it ends now, then entries.
 */
export const READ = `${PRELUDE}
if redis.call('HEXISTS', meta, 'used') == 0 then redis.call('PEXPIRE', meta, ${UNUSED_META_MS}) end
local page = {epoch, start, place()}
local fromOffset, fromK = tonumber(ARGV[5]), tonumber(ARGV[6])
if ARGV[4] ~= epoch then
  -- An epoch may begin at a lower place than the one we know, if what was in between got lost.
  local startOffset, startK = string.match(start, '^(%d+)-(%d+)$')
  startOffset, startK = tonumber(startOffset), tonumber(startK)
  if startOffset < fromOffset or startOffset == fromOffset and startK < fromK then fromOffset, fromK = startOffset, startK end
end
local from = ARGV[4] == '' and '-' or whole(fromOffset) .. '-' .. whole(fromK + 1)
local bytes = 0
for _, one in ipairs(redis.call('XRANGE', data, from, '+', 'COUNT', 256)) do
  page[#page + 1] = one[2][2]
  bytes = bytes + #one[2][2]
  if bytes > 524288 then break end
end
return page
`;

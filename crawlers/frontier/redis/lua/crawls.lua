-- Time, names of keys, and a crawl as its hash has it.
--
-- KEYS[1] is the root of all keys, a hash of its own. Times are microseconds since 1970 by this
-- server's clock, whole numbers below 2^53, always written with int(): Lua's own way keeps 14 digits.
local ROOT = KEYS[1]
local call = redis.call

local function int(number) return string.format('%.0f', number) end

local function now()
  local time = call('TIME')
  return time[1] * 1000000 + time[2]
end

local NOW = now()

local function crawl_key(id) return ROOT .. ':crawl:' .. id end

-- A part of a crawl: seen:N, line:CLASS:HOST:PRIORITY, due:CLASS ...
local function part(crawl, ...) return ROOT .. ':' .. crawl.number .. ':' .. table.concat({...}, ':') end

-- All fields are numbers; the empty ones are bounds that there are not, and nil here.
local function crawl_of(id)
  local found = call('HGETALL', crawl_key(id))
  if #found == 0 then return nil end
  local crawl = {id = id, changed = {}}
  for at = 1, #found, 2 do crawl[found[at]] = tonumber(found[at + 1]) end
  return crawl
end

local function grow(crawl, field, by)
  crawl[field] = crawl[field] + by
  crawl.changed[field] = true
end

local function save(crawl)
  local fields = {}
  for field in pairs(crawl.changed) do
    fields[#fields + 1] = field
    fields[#fields + 1] = int(crawl[field])
  end
  if #fields > 0 then call('HSET', crawl_key(crawl.id), unpack(fields)) end
  crawl.changed = {}
end

local function ends_at(crawl) return crawl.max_us and crawl.opened + crawl.max_us end

-- Whether bytes or time are spent, so that nothing further may be handed out.
local function overspent(crawl)
  if crawl.forgotten == 1 then return true end
  if crawl.max_bytes and crawl.bytes >= crawl.max_bytes then return true end
  return crawl.max_us ~= nil and NOW >= ends_at(crawl)
end

-- The classes of URLs that may be handed out. 'rest' were handed out before and are tried again.
-- What the budget closes stays where it is and counts as set aside: neither costs anything.
local function open_classes(crawl)
  if overspent(crawl) then return {'rest'} end
  if crawl.max_pages and crawl.pages >= crawl.max_pages then return {'rest', 'media'} end
  return {'rest', 'media', 'page'}
end

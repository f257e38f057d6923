-- Hosts: their pace, kept once for all crawls, and what is under way at them.
local WEEK_S = 7 * 24 * 3600

local function host_key(name) return ROOT .. ':host:' .. name end
local function flight_key(name) return ROOT .. ':flight:' .. name end

local function host_of(name)
  local found = call('HMGET', host_key(name), 'asked', 'free', 'delay')
  return {
    name = name,
    asked = tonumber(found[1] or 0),
    free = tonumber(found[2] or 0),
    delay = tonumber(found[3] or 0),
  }
end

-- A host that nobody asked for a week is forgotten; its robots.txt is read again long before.
local function keep(host)
  local key = host_key(host.name)
  call('HSET', key, 'asked', int(host.asked), 'free', int(host.free), 'delay', int(host.delay))
  call('EXPIREAT', key, int(math.ceil(math.max(host.free, NOW) / 1000000) + WEEK_S))
end

local function ask(host, at, delay)
  host.asked = at
  host.free = at + math.max(delay, host.delay)
  keep(host)
end

-- When a host that has all the leases it may have gets one back at the latest; nil when it has not.
local function busy_until(name, at, concurrency)
  local flight, later = flight_key(name), '(' .. int(at)
  if call('ZCOUNT', flight, later, '+inf') < concurrency then return nil end
  local first = call('ZRANGE', flight, later, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
  return tonumber(first[2])
end

-- When this server was found to go on with what another had written, 0 when it never was. The end of
-- that may be lost, and with it that a host was asked just now: so each is taken to have been then.
local function restarted_at()
  local run = string.match(call('INFO', 'server'), 'run_id:(%x+)')
  local known = call('HMGET', ROOT, 'run', 'restarted')
  if known[1] == run then return tonumber(known[2]) end
  local at = known[1] and NOW or 0
  call('HSET', ROOT, 'run', run, 'restarted', int(at))
  return at
end

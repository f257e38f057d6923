-- Leases: a token's record in leases, its end in ends; with the host in flight:HOST, and with the
-- worker in held:WORKER. A record is JSON: [worker, host, item].
local MOST_LOSSES, FEW_LOSSES, LONGEST_WAIT_S = 20, 3, 60

local function held_key(worker) return ROOT .. ':held:' .. worker end
local function letters_key(crawl) return ROOT .. ':letters:' .. crawl.id end

local function hold(crawl, token, worker, host, item, ends)
  grow(crawl, 'leased', 1)
  call('HSET', part(crawl, 'leases'), token, cjson.encode({worker, host, item}))
  call('ZADD', part(crawl, 'ends'), int(ends), token)
  call('ZADD', flight_key(host), int(ends), token)
  call('HSET', held_key(worker), token, crawl.id)
  call('HINCRBY', part(crawl, 'workers'), worker, 1)
end

-- End a lease; return its item and host, or nil when it was lost.
local function let_end(crawl, token)
  local found = call('HGET', part(crawl, 'leases'), token)
  if not found then return nil end
  local worker, host, item = unpack(cjson.decode(found))
  call('HDEL', part(crawl, 'leases'), token)
  call('ZREM', part(crawl, 'ends'), token)
  call('ZREM', flight_key(host), token)
  call('HDEL', held_key(worker), token)
  if call('HINCRBY', part(crawl, 'workers'), worker, -1) <= 0 then
    call('HDEL', part(crawl, 'workers'), worker)
  end
  grow(crawl, 'leased', -1)
  let_go(host)
  return parse(item), host
end

local function bury(crawl, host, item, code, reason)
  grow(crawl, 'dead', 1)
  call('RPUSH', letters_key(crawl), cjson.encode({host, written(item), code, reason}))
  call('HINCRBY', part(crawl, 'failed'), code, 1)
end

-- Queue again, before all others, what was lost with its worker; later and later where it was so
-- again and again: it may be what kills them, or it was there each time by chance.
local function take_back(crawl, host, item)
  local losses = item.handed - item.failures
  if losses >= MOST_LOSSES then
    bury(crawl, host, item, 'worker_lost', int(losses) .. ' workers were lost with it')
  elseif losses >= FEW_LOSSES then
    local wait_s = math.min(2 ^ (losses - FEW_LOSSES), LONGEST_WAIT_S)
    grow(crawl, 'delayed', 1)
    call('ZADD', part(crawl, 'delayed'), int(NOW + wait_s * 1000000), host .. ' ' .. written(item))
  else
    push(crawl, 'rest', host, '+inf', written(item))
  end
end

-- A crawl's queues: for each class of URLs and each host a line a priority, and when the host is due.
--
-- An item is 'SEQUENCE HANDED FAILURES KIND PRIORITY BODY'; KIND is page or media. A host is in
-- due:CLASS while it has items of the class; its score is never later than when it may be asked.
local CLASSES = {'rest', 'media', 'page'}

local function parse(item)
  local sequence, handed, failures, kind, priority, body =
    string.match(item, '^(%d+) (%d+) (%d+) (%a+) (%-?%d+) (.*)$')
  return {
    sequence = tonumber(sequence), handed = tonumber(handed), failures = tonumber(failures),
    kind = kind, priority = priority, body = body,
  }
end

local function written(item)
  return table.concat({
    int(item.sequence), int(item.handed), int(item.failures), item.kind, item.priority, item.body,
  }, ' ')
end

local function push(crawl, class, host, priority, item)
  grow(crawl, class, 1)
  if call('RPUSH', part(crawl, 'line', class, host, priority), item) > 1 then return end
  if call('ZADD', part(crawl, 'lines', class, host), priority, priority) == 1 then
    local free = call('HGET', host_key(host), 'free') or '0'
    call('ZADD', part(crawl, 'due', class), 'NX', free, host)
  end
end

-- The head of a host's queue: the highest priority, then what was discovered first.
local function head(crawl, host, classes)
  local best
  for _, class in ipairs(classes) do
    local top = call('ZRANGE', part(crawl, 'lines', class, host), 0, 0, 'REV', 'WITHSCORES')
    if top[1] then
      local line = part(crawl, 'line', class, host, top[1])
      local item = call('LINDEX', line, 0)
      local found = {
        class = class, priority = top[1], score = tonumber(top[2]), line = line, item = item,
        sequence = tonumber(string.match(item, '^%d+')),
      }
      if not best or found.score > best.score
        or (found.score == best.score and found.sequence < best.sequence) then
        best = found
      end
    end
  end
  return best
end

local function take(crawl, host, found)
  grow(crawl, found.class, -1)
  call('LPOP', found.line)
  if call('EXISTS', found.line) == 1 then return end
  local lines = part(crawl, 'lines', found.class, host)
  call('ZREM', lines, found.priority)
  if call('EXISTS', lines) == 0 then call('ZREM', part(crawl, 'due', found.class), host) end
end

local function set_due(crawl, host, at)
  for _, class in ipairs(CLASSES) do call('ZADD', part(crawl, 'due', class), 'XX', int(at), host) end
end

-- The host that is due first, and when.
local function first_due(crawl, classes)
  local host, due
  for _, class in ipairs(classes) do
    local top = call('ZRANGE', part(crawl, 'due', class), 0, 0, 'WITHSCORES')
    if top[1] and (not due or tonumber(top[2]) < due) then host, due = top[1], tonumber(top[2]) end
  end
  return host, due
end

-- Of the hosts that are due, those due first, the one whose first item goes first; among equals
-- the one that was due first. As the SQLite frontier has it, that many are compared.
local HOSTS_COMPARED = 32

local function best_due(crawl, classes, at)
  local first, due = first_due(crawl, classes)
  if not first or due > at then return nil end
  local dues = {}
  for _, class in ipairs(classes) do
    local found = call('ZRANGE', part(crawl, 'due', class), '-inf', int(at), 'BYSCORE',
      'LIMIT', 0, HOSTS_COMPARED, 'WITHSCORES')
    for place = 1, #found, 2 do
      local known, score = dues[found[place]], tonumber(found[place + 1])
      if not known or score < known then dues[found[place]] = score end
    end
  end
  local best, priority = first, head(crawl, first, classes).score
  for host, since in pairs(dues) do
    local score = host ~= best and head(crawl, host, classes).score
    if score and (score > priority or (score == priority
      and (since < due or (since == due and host < best)))) then
      best, due, priority = host, since, score
    end
  end
  return best
end

-- Crawls that wait for one of a host's leases to end, as its concurrency wants.
local function waiting_key(host) return ROOT .. ':waiting:' .. host end

local function wait_for(crawl, host, at)
  set_due(crawl, host, at)
  call('SADD', waiting_key(host), int(crawl.number))
end

local function let_go(host)
  local waiting = call('SMEMBERS', waiting_key(host))
  if #waiting == 0 then return end
  call('DEL', waiting_key(host))
  local free = call('HGET', host_key(host), 'free') or '0'
  for _, number in ipairs(waiting) do
    for _, class in ipairs(CLASSES) do
      call('ZADD', part({number = number}, 'due', class), 'XX', 'LT', free, host)
    end
  end
end

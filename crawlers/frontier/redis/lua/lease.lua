-- crawl, worker, limit, ttl in us, name: hand out URLs whose hosts may be asked now.
-- Returns the time, 1 when the server was found to have been restarted, else 0, then
-- {token, end, host, item} each; nil: no such crawl.
--
-- Tokens are NAME:1, NAME:2 ...; asked twice by one name, since the answer was lost, it gives the
-- same answer. What it does in one call is bounded, however many URLs and hosts there are.
local MOST_AT_ONCE = 1000

local id, worker, limit, ttl, name = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local crawl = crawl_of(id)
if not crawl then return nil end
local answer = {int(NOW), 0}
if crawl.forgotten == 1 then return answer end

local function given_before()
  while true do
    local token = name .. ':' .. int(#answer - 1)
    local found = call('HGET', part(crawl, 'leases'), token)
    if not found then return #answer > 2 end
    local _, host, item = unpack(cjson.decode(found))
    answer[#answer + 1] = {token, call('ZSCORE', part(crawl, 'ends'), token), host, item}
  end
end

local function take_back_expired()
  local ended = call('ZRANGE', part(crawl, 'ends'), '-inf', int(NOW), 'BYSCORE',
    'LIMIT', 0, MOST_AT_ONCE)
  for _, token in ipairs(ended) do
    local item, host = let_end(crawl, token)
    take_back(crawl, host, item)
  end
end

local function wake_delayed()
  local woken = call('ZRANGE', part(crawl, 'delayed'), '-inf', int(NOW), 'BYSCORE',
    'LIMIT', 0, MOST_AT_ONCE)
  for _, one in ipairs(woken) do
    local host, item = string.match(one, '^(%S*) (.*)$')
    call('ZREM', part(crawl, 'delayed'), one)
    grow(crawl, 'delayed', -1)
    push(crawl, 'rest', host, parse(item).priority, item)
  end
end

local restarted = restarted_at()
if restarted == NOW then answer[2] = 1 end
local settled = 0

-- The host to be asked next, which is free and not busy; those that are not are put off.
local function next_host(classes, at)
  while settled < MOST_AT_ONCE do
    local host_name = best_due(crawl, classes, at)
    if not host_name then return nil end
    local host = host_of(host_name)
    local pace = math.max(crawl.delay, host.delay)
    local free = math.max(host.free, restarted > 0 and restarted + pace or 0)
    local busy = free <= at and busy_until(host_name, at, crawl.concurrency)
    if free > at then
      set_due(crawl, host_name, free)
    elseif busy then
      wait_for(crawl, host_name, busy)
    else
      return host
    end
    settled = settled + 1
  end
  return nil
end

if given_before() then return answer end
take_back_expired()
wake_delayed()
for turn = 0, limit - 1 do
  -- Each has its own moment, so that hosts take turns within one call, too.
  local at = NOW + turn
  local classes = open_classes(crawl)
  local host = next_host(classes, at)
  if not host then break end
  local found = head(crawl, host.name, classes)
  -- First, since a server whose memory is full refuses this, and then all of it.
  ask(host, at, crawl.delay)
  take(crawl, host.name, found)
  set_due(crawl, host.name, host.free)
  local item = parse(found.item)
  if item.kind == 'page' and item.handed == 0 then grow(crawl, 'pages', 1) end
  item.handed = item.handed + 1
  local token = name .. ':' .. int(#answer - 1)
  hold(crawl, token, worker, host.name, written(item), NOW + ttl)
  answer[#answer + 1] = {token, int(NOW + ttl), host.name, written(item)}
end
save(crawl)
return answer

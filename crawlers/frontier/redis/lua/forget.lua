-- crawl: end it and free some of what it holds. Returns 1 while there is more; nil: no such crawl.
local KEYS_AT_ONCE = 1000
local HOSTS_AT_ONCE = 100
local MONTH_S = 30 * 24 * 3600

local crawl = crawl_of(ARGV[1])
if not crawl then return nil end
if crawl.forgotten == 0 then
  for _, token in ipairs(call('HKEYS', part(crawl, 'leases'))) do let_end(crawl, token) end
  for _, class in ipairs(open_classes(crawl)) do grow(crawl, class, -crawl[class]) end
  grow(crawl, 'delayed', -crawl.delayed)
  grow(crawl, 'forgotten', 1)
  call('UNLINK', part(crawl, 'delayed'))
end

local freed = 0
while crawl.buckets > 0 and freed < KEYS_AT_ONCE do
  grow(crawl, 'buckets', -1)
  call('UNLINK', part(crawl, 'seen', int(crawl.buckets)))
  freed = freed + 1
end
for _, class in ipairs(CLASSES) do
  local due = part(crawl, 'due', class)
  for _, host in ipairs(call('ZRANGE', due, 0, HOSTS_AT_ONCE - 1)) do
    local lines = part(crawl, 'lines', class, host)
    for _, priority in ipairs(call('ZRANGE', lines, 0, KEYS_AT_ONCE - 1)) do
      call('UNLINK', part(crawl, 'line', class, host, priority))
      call('ZREM', lines, priority)
    end
    if call('EXISTS', lines) == 0 then call('ZREM', due, host) end
    freed = freed + 1
  end
end
for _, depth in ipairs(call('ZRANGE', part(crawl, 'depths'), 0, KEYS_AT_ONCE - 1)) do
  call('UNLINK', part(crawl, 'deep', depth))
  call('ZREM', part(crawl, 'depths'), depth)
  freed = freed + 1
end
save(crawl)
call('EXPIRE', crawl_key(crawl.id), MONTH_S)
call('EXPIRE', part(crawl, 'failed'), MONTH_S)
return freed > 0 and 1 or 0

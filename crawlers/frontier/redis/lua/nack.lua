-- crawl, token, retry in us or '', code, reason: give a URL back, or up.
-- Returns 1 when the lease was held; nil: no such crawl.
local crawl = crawl_of(ARGV[1])
if not crawl then return nil end
local item, host = let_end(crawl, ARGV[2])
if not item then return 0 end
item.failures = item.failures + 1
local retry = tonumber(ARGV[3])
if retry then
  grow(crawl, 'delayed', 1)
  call('ZADD', part(crawl, 'delayed'), int(NOW + retry), host .. ' ' .. written(item))
else
  bury(crawl, host, item, ARGV[4], ARGV[5])
end
save(crawl)
return 1

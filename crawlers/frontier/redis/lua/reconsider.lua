-- crawl: let in some of what was set aside for its depth, as far as the budget now allows.
-- Returns how many; 0 when there are no more.
local AT_ONCE = 500

local crawl = crawl_of(ARGV[1])
if not crawl or crawl.forgotten == 1 then return 0 end
local deepest = crawl.max_depth and int(crawl.max_depth) or '+inf'
local depth = call('ZRANGE', part(crawl, 'depths'), '-inf', deepest, 'BYSCORE', 'LIMIT', 0, 1)[1]
if not depth then return 0 end
local set_aside = call('LPOP', part(crawl, 'deep', depth), AT_ONCE) or {}
for _, one in ipairs(set_aside) do
  local host, item = string.match(one, '^(%S*) (.*)$')
  push(crawl, 'page', host, parse(item).priority, item)
end
grow(crawl, 'deep', -#set_aside)
if call('EXISTS', part(crawl, 'deep', depth)) == 0 then call('ZREM', part(crawl, 'depths'), depth) end
save(crawl)
return #set_aside

-- crawl, then discoveries: queue those it has not met. Returns how many; nil: no such crawl.
local crawl = crawl_of(ARGV[1])
if not crawl then return nil end
if crawl.forgotten == 1 then return 0 end
local added = add(crawl, 2)
save(crawl)
return added

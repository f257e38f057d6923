-- crawl: name the workers that hold leases. nil: no such crawl.
local crawl = crawl_of(ARGV[1])
if not crawl then return nil end
return call('HKEYS', part(crawl, 'workers'))

-- host, us, crawl delay in us or '': ask a host nothing for a while, and not so often from then on.
local host = host_of(ARGV[1])
local delay = tonumber(ARGV[3])
if delay then host.delay = delay end
host.free = math.max(host.free, NOW + tonumber(ARGV[2]), host.asked + (delay or 0))
keep(host)
return 1

-- ttl in us, then crawl and token each: prolong leases. Returns how many were still held.
local renewed = 0
local ends = int(NOW + tonumber(ARGV[1]))
for at = 2, #ARGV, 2 do
  local number = call('HGET', crawl_key(ARGV[at]), 'number')
  local crawl = number and {number = number}
  local found = crawl and call('HGET', part(crawl, 'leases'), ARGV[at + 1])
  if found then
    call('ZADD', part(crawl, 'ends'), ends, ARGV[at + 1])
    call('ZADD', flight_key(cjson.decode(found)[2]), ends, ARGV[at + 1])
    renewed = renewed + 1
  end
end
return renewed

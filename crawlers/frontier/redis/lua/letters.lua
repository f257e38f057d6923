-- crawl, from, to: some of its dead letters, JSON each: [host, item, code, reason].
-- nil: no such crawl.
local letters = letters_key({id = ARGV[1]})
if call('EXISTS', letters, crawl_key(ARGV[1])) == 0 then return nil end
return call('LRANGE', letters, ARGV[2], ARGV[3])

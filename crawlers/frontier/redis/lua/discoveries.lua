-- Discoveries, in ARGV from some place on, six each: digest, host, kind, priority, depth, body.
local function add(crawl, from)
  local added = 0
  for at = from, #ARGV, 6 do
    if meet(crawl, ARGV[at]) then
      local host, kind, priority, depth = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
      grow(crawl, 'sequence', 1)
      local item = table.concat({int(crawl.sequence), '0 0', kind, priority, ARGV[at + 5]}, ' ')
      if kind == 'page' and crawl.max_depth and tonumber(depth) > crawl.max_depth then
        grow(crawl, 'deep', 1)
        call('ZADD', part(crawl, 'depths'), depth, depth)
        call('RPUSH', part(crawl, 'deep', depth), host .. ' ' .. item)
      else
        push(crawl, kind, host, priority, item)
      end
      added = added + 1
    end
  end
  return added
end

-- worker: take back all that it held, in the order it was queued. Returns how many those were.
local crawls, taken = {}, {}
local held = call('HGETALL', held_key(ARGV[1]))
for at = 1, #held, 2 do
  local token, id = held[at], held[at + 1]
  crawls[id] = crawls[id] or crawl_of(id)
  if crawls[id] then
    local item, host = let_end(crawls[id], token)
    if item then taken[#taken + 1] = {crawl = crawls[id], host = host, item = item} end
  end
end
table.sort(taken, function(one, other)
  local mine, its = tonumber(one.item.priority), tonumber(other.item.priority)
  if mine ~= its then return mine > its end
  return one.item.sequence < other.item.sequence
end)
for _, one in ipairs(taken) do take_back(one.crawl, one.host, one.item) end
for _, crawl in pairs(crawls) do save(crawl) end
call('DEL', held_key(ARGV[1]))
return #taken

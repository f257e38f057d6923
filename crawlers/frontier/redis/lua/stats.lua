-- crawl: count. nil: no such crawl. Returns the time, when the next is due or '', then waiting,
-- leased, over budget, dead, pages, media, bytes, then code and count of each kind of dead letter.
local crawl = crawl_of(ARGV[1])
if not crawl then return nil end
local classes = open_classes(crawl)
local waiting, fresh = crawl.delayed, 0
for _, class in ipairs(classes) do
  waiting = waiting + crawl[class]
  if class ~= 'rest' then fresh = fresh + crawl[class] end
end
local over = crawl.page + crawl.media + crawl.deep - fresh

local due
local function sooner(at)
  if at and (not due or tonumber(at) < due) then due = tonumber(at) end
end
local _, host_due = first_due(crawl, classes)
sooner(host_due)
sooner(call('ZRANGE', part(crawl, 'delayed'), 0, 0, 'WITHSCORES')[2])
sooner(call('ZRANGE', part(crawl, 'ends'), 0, 0, 'WITHSCORES')[2])
if due and not overspent(crawl) then sooner(ends_at(crawl)) end
if waiting + crawl.leased == 0 then due = nil end

local answer = {
  int(NOW), due and int(due) or '', int(waiting), int(crawl.leased), int(over), int(crawl.dead),
  int(crawl.pages_done), int(crawl.media_done), int(crawl.bytes),
}
for _, one in ipairs(call('HGETALL', part(crawl, 'failed'))) do answer[#answer + 1] = one end
return answer

-- crawl, token, bytes, then discoveries: finish a URL and queue what it led to.
-- Returns 1 when the lease was held; nil: no such crawl.
local crawl = crawl_of(ARGV[1])
if not crawl then return nil end
if crawl.forgotten == 1 then return 0 end
local item = let_end(crawl, ARGV[2])
if item then
  grow(crawl, item.kind == 'page' and 'pages_done' or 'media_done', 1)
  grow(crawl, 'bytes', tonumber(ARGV[3]))
end
add(crawl, 4)
save(crawl)
return item and 1 or 0

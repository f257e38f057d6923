-- crawl, delay, concurrency, max_pages, max_depth, max_bytes, max_us: begin, or go on.
-- Returns how many pages were set aside for their depth.
local id = ARGV[1]
local TERMS = {'delay', 'concurrency', 'max_pages', 'max_depth', 'max_bytes', 'max_us'}
local COUNTS = {
  'pages', 'page', 'media', 'rest', 'deep', 'delayed', 'leased', 'pages_done', 'media_done',
  'dead', 'bytes', 'sequence', 'seen', 'forgotten',
}
local fields = {}
local function put(name, value)
  fields[#fields + 1] = name
  fields[#fields + 1] = value
end

if call('HEXISTS', ROOT, 'run') == 0 then restarted_at() end
local crawl = crawl_of(id)
if crawl and crawl.forgotten == 1 then return 0 end
if not crawl then
  for _, name in ipairs(COUNTS) do put(name, 0) end
  put('number', call('HINCRBY', ROOT, 'crawls', 1))
  put('opened', int(NOW))
  put('buckets', 1)
end
for at, name in ipairs(TERMS) do put(name, ARGV[at + 1]) end
call('HSET', crawl_key(id), unpack(fields))
return crawl and crawl.deep or 0

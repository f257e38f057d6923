-- What a crawl has met: 12 bytes of each URL's digest, in buckets that grow with their number.
--
-- Linear hashing (W. Litwin, VLDB 1980): whenever buckets hold more than LOAD each, one of them is
-- split in two. So a bucket stays small enough for Redis's compact form of hashes, at any size.
local LOAD = 96

local function spread(digest)
  local a, b, c, d = string.byte(digest, 1, 4)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function level_of(buckets)
  local level = 1
  while level * 2 <= buckets do level = level * 2 end
  return level
end

local function split_a_bucket(crawl)
  local level = level_of(crawl.buckets)
  local from, to = part(crawl, 'seen', int(crawl.buckets - level)), part(crawl, 'seen', int(crawl.buckets))
  local moving, filled = {}, {}
  for _, digest in ipairs(call('HKEYS', from)) do
    if spread(digest) % (2 * level) == crawl.buckets then
      moving[#moving + 1] = digest
      filled[#filled + 1] = digest
      filled[#filled + 1] = ''
    end
  end
  if #moving > 0 then
    call('HSET', to, unpack(filled))
    call('HDEL', from, unpack(moving))
  end
  grow(crawl, 'buckets', 1)
end

-- Whether a URL is new to the crawl, which it is no longer then.
local function meet(crawl, digest)
  local level, hash = level_of(crawl.buckets), spread(digest)
  local bucket = hash % level
  if bucket < crawl.buckets - level then bucket = hash % (2 * level) end
  if call('HSETNX', part(crawl, 'seen', int(bucket)), digest, '') == 0 then return false end
  grow(crawl, 'seen', 1)
  if crawl.seen > LOAD * crawl.buckets then split_a_bucket(crawl) end
  return true
end

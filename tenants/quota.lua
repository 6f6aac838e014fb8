-- Counts one call against all its limits at once, or against none. See tenants/sliding.py.
-- KEYS: one hash per window; last, if ARGV[2] is not empty, the sorted set of who holds a place.
-- ARGV: cost, holder, most, hold ms; then per window: limit, length in ms.
-- Returns {which window refused, ms to wait}; -1 for the places; {0, 1} if a new place was taken, else {0, 0}.
local PARTS = 12
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local cost, holder, most, hold = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local windows = #KEYS
if holder ~= '' then windows = windows - 1 end

local function counted(key, at, share)
  local flat, counts = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    local part = tonumber(flat[i])
    if part < at - PARTS then
      redis.call('HDEL', key, flat[i])
    else
      local count = tonumber(flat[i + 1])
      if part == at - PARTS then count = count * (1 - share) end
      counts[#counts + 1] = {part, count}
    end
  end
  table.sort(counts, function(a, b) return a[1] < b[1] end)
  return counts
end

local function wait(key, limit, length)
  local width = length / PARTS
  local at = math.floor(now / width)
  local counts = counted(key, at, now / width - at)
  local excess = cost - limit
  for _, each in ipairs(counts) do excess = excess + each[2] end
  if excess <= 1e-6 then return 0 end
  for _, each in ipairs(counts) do
    if each[2] >= excess then
      local begins = math.max((each[1] + PARTS) * width, now)
      local lasts = (each[1] + PARTS + 1) * width - begins
      return math.max(1, math.ceil(begins + lasts * excess / each[2] - now))
    end
    excess = excess - each[2]
  end
  return length
end

for i = 1, windows do
  local ms = wait(KEYS[i], tonumber(ARGV[3 + 2 * i]), tonumber(ARGV[4 + 2 * i]))
  if ms > 0 then return {i, ms} end
end

local fresh = 0
if holder ~= '' then
  local places = KEYS[#KEYS]
  redis.call('ZREMRANGEBYSCORE', places, '-inf', now - hold)
  if not redis.call('ZSCORE', places, holder) then
    if redis.call('ZCARD', places) >= most then
      local oldest = redis.call('ZRANGE', places, 0, 0, 'WITHSCORES')
      return {-1, math.max(1, oldest[2] + hold - now)}
    end
    fresh = 1
  end
  redis.call('ZADD', places, now, holder)
  redis.call('PEXPIRE', places, hold)
end

for i = 1, windows do
  local length = tonumber(ARGV[4 + 2 * i])
  local width = length / PARTS
  redis.call('HINCRBYFLOAT', KEYS[i], math.floor(now / width), cost)
  redis.call('PEXPIRE', KEYS[i], math.ceil(length + width))
end
return {0, fresh}

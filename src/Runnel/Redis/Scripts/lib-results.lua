-- Library: where results are. A result has a key of its own, {queue}:result:ID, or it stands in a pack, the hash {queue}:pack:NAME with the
-- task's id as its field: results of a batch's members, a pack for 128 of them, and those of plain tasks that were submitted within 128 ms of
-- each other and complete together. Only the form of an id decides which pack that may be. A pack expires with its last result.
local PACKED = 128
local FEW = 8 -- so many results of plain tasks cost less memory in keys of their own

local function window_of(number) return string.format('%.0f', math.floor(number / PACKED)) end

-- The pack in which the result of a task is if it has no key of its own; nil where it always has.
local function pack_of(id)
  local ms = string.match(id, '^[rchnl](%d+)%-%d+$')
  if ms then return window_of(ms) end
  local batch, number = string.match(id, '^(.+)%.(%d+)$')
  return batch and batch .. '.' .. window_of(number)
end

-- Stores a pack's results, {id, result, id, result, ...}, for as long as 'keep' (ms); those of fewer than 'least' tasks in keys of their own.
local function store_pack(prefix, name, results, least, keep)
  if #results < 2 * least then
    for i = 1, #results, 2 do redis.call('PSETEX', prefix .. 'result:' .. results[i], keep, results[i + 1]) end
    return
  end
  local key = prefix .. 'pack:' .. name
  redis.call('HSET', key, unpack(results))
  if redis.call('PTTL', key) < tonumber(keep) then redis.call('PEXPIRE', key, keep) end
end

-- Stores results, {id, result, id, result, ...}, of tasks that are plain ('entries': their entry ids) or not (nil).
local function store_results(prefix, results, entries, keep)
  local packs, ms, pack = {}, nil, nil
  local function pack_named(name)
    if not packs[name] then packs[name] = {} end
    return packs[name]
  end
  for i = 1, #results, 2 do
    local id = results[i]
    if entries then
      local entry = entries[(i + 1) / 2]
      local submitted = string.sub(entry, 1, string.find(entry, '-', 1, true) - 1)
      if submitted ~= ms then ms, pack = submitted, pack_named(window_of(submitted)) end -- else it is that of the task before, as often
    else
      pack = pack_named(pack_of(id) or '')
    end
    local n = #pack
    pack[n + 1], pack[n + 2] = id, results[i + 1]
  end
  for name, pack in pairs(packs) do
    store_pack(prefix, name, pack, name == '' and math.huge or string.find(name, '.', 1, true) and 1 or FEW, keep)
  end
end

-- The stored result of a task; false where there is none.
local function result_of(prefix, id)
  local own = redis.call('GET', prefix .. 'result:' .. id)
  local name = not own and pack_of(id)
  return own or name and redis.call('HGET', prefix .. 'pack:' .. name, id) or false
end

local function has_result(prefix, id)
  if redis.call('EXISTS', prefix .. 'result:' .. id) == 1 then return true end
  local name = pack_of(id)
  return name and redis.call('HEXISTS', prefix .. 'pack:' .. name, id) == 1 or false
end

-- Bytes of a stored result; 0 where there is none.
local function size_of_result(prefix, id)
  local own = redis.call('STRLEN', prefix .. 'result:' .. id)
  local name = own == 0 and pack_of(id)
  return name and redis.call('HSTRLEN', prefix .. 'pack:' .. name, id) or own
end

local function drop_result(prefix, id)
  local name = redis.call('UNLINK', prefix .. 'result:' .. id) == 0 and pack_of(id)
  if name then redis.call('HDEL', prefix .. 'pack:' .. name, id) end
end

-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
--
-- What load.py has wrk send: posts in the room that stands after the URL, and now and then a look
-- at who is there and an export. Every other request comes from one client, who asks for more than
-- its share; the rest from thousands. What became of them is a line of JSON, the last.
--
local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("number", #threads)
end

function init(args)
  room = args[1]
  sent = 0
  statuses = {} -- how many of each; as strings, which is what wrk hands over
  posted = {} -- the ids of the messages that were taken
  hasty = 0 -- refusals that do not say when to come again
end

function request()
  sent = sent + 1
  local client = "10.0.0.1"
  if sent % 2 == 0 then
    client = string.format("10.%d.%d.%d", number, math.floor(sent / 256) % 256, sent % 256)
  end
  local from = { ["X-Forwarded-For"] = client }
  if sent % 20 == 10 then
    return wrk.format("GET", "/presence", from)
  elseif sent % 20 == 0 then
    return wrk.format("POST", "/rooms/" .. room .. "/export", from, "")
  end
  return wrk.format("POST", "/rooms/" .. room .. "/messages?author=wrk", from, "message " .. sent)
end

function response(status, headers, body)
  local key = tostring(status)
  statuses[key] = (statuses[key] or 0) + 1
  if status == 201 then
    posted[#posted + 1] = body:match('"id":(%d+)')
  elseif (status == 429 or status == 503) and not headers["Retry-After"] then
    hasty = hasty + 1
  end
end

function done(summary)
  local total, ids, late = {}, {}, 0
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("statuses")) do
      total[status] = (total[status] or 0) + count
    end
    for _, id in ipairs(thread:get("posted")) do
      ids[#ids + 1] = id
    end
    late = late + thread:get("hasty")
  end
  local function object(counts)
    local members = {}
    for key, value in pairs(counts) do
      members[#members + 1] = string.format('"%s":%d', key, value)
    end
    return "{" .. table.concat(members, ",") .. "}"
  end
  local e = summary.errors
  local errors = { connect = e.connect, read = e.read, write = e.write, timeout = e.timeout }
  print(string.format('{"statuses":%s,"errors":%s,"hasty":%d,"posted":[%s]}',
    object(total), object(errors), late, table.concat(ids, ",")))
end

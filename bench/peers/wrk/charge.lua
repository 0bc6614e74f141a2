-- wrk: POST /charge, every request under a key of its own.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

local run, number

function init(args)
  math.randomseed(os.time() + tonumber(tostring({}):sub(8)) % 2 ^ 31)
  run, number = string.format("%06x", math.random(0, 2 ^ 24 - 1)), 0
end

function request()
  number = number + 1
  local body = string.format('{"user_id":%d,"amount":%d,"idempotency_key":"%s%09d"}',
    math.random(1, 100000), math.random(1, 10000), run, number)
  return wrk.format(nil, nil, nil, body)
end

-- Requests, those refused or without an answer, microseconds, and two percentiles in ms.
function done(summary, latency, requests)
  local errors = summary.errors
  local bad = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %d %d %d %.3f %.3f\n", summary.requests, bad, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

-- A charge, all or nothing. ARGV: a number that chooses the user, how many users, the idempotency
-- key, the amount, and when it is released (seconds since 1970; 0: at once).
--   k:<user> hash   the idempotency keys       a:<user> hash   total, withdrawable
--   r:<user> zset   what waits for release     h:<user> list   the transactions
local user = string.format('%012d', tonumber(ARGV[1]) % tonumber(ARGV[2]))
local key, amount, release = ARGV[3], ARGV[4], tonumber(ARGV[5])
if redis.call('HSETNX', 'k:' .. user, key, amount) == 0 then
  return redis.error_reply('DUPLICATE duplicate_request')
end
local id = redis.call('RPUSH', 'h:' .. user, 'charge|' .. amount .. '|' .. release .. '|' .. key)
if release > 0 then
  redis.call('ZADD', 'r:' .. user, release, id)
else
  redis.call('HINCRBY', 'a:' .. user, 'withdrawable', amount)
end
return {id, redis.call('HINCRBY', 'a:' .. user, 'total', amount)}

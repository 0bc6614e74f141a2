# Redis 7 with a charge as a Lua script, by redis-benchmark. See lib.sh.

# shellcheck shell=bash

redis_pid=
redis_charging=
redis_reading=

# Every write is synced before it is answered; nothing else is written meanwhile.
redis_start() {
  redis_port=$(free_port)
  mkdir "$WORK/redis"
  redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$WORK/redis" --appendonly yes \
    --appendfsync always --save '' --auto-aof-rewrite-percentage 0 >"$WORK/redis.log" 2>&1 &
  redis_pid=$!
  await 10 redis-cli -p "$redis_port" ping || fail "Redis did not start: $(cat "$WORK/redis.log")"
  redis_script=$(redis-cli -p "$redis_port" -x script load <"$PEERS/redis/charge.lua")
  redis-cli -p "$redis_port" evalsha "$redis_script" 0 1 100000 first 5 0 | grep -q 5 ||
    fail "Redis does not run the script"
}

redis_stop() {
  stop_process "$redis_pid"
  redis_pid=
  rm -rf "$WORK/redis"
}

# redis_run CLIENTS PIPELINE REQUESTS RANDOM_BELOW COMMAND...: prints rate, p50 and p99 in ms.
redis_run() {
  local clients=$1 pipeline=$2 requests=$3 below=$4
  shift 4
  redis-benchmark -p "$redis_port" -c "$clients" -P "$pipeline" -n "$requests" -r "$below" --csv \
    "$@" | awk -F '","' 'END { print $2, $5, $7 }'
}

# Keys have 15 characters, as the wallet's do. Three of them tell runs apart: redis-benchmark begins
# its random numbers with the time and its process id, which may agree with an earlier run's.
redis_charge() { # CLIENTS PIPELINE REQUESTS
  local run
  run=$(printf '%03x' $((SRANDOM % 4096)))
  redis_run "$1" "$2" "$3" 2000000000 evalsha "$redis_script" 0 __rand_int__ 100000 \
    "${run}__rand_int__" 5000 0
}
redis_balance() {
  redis_run "$1" "$2" "$3" 100000 hmget a:__rand_int__ total withdrawable
}
redis_try_charge() { redis_charge "$1" "$2" 60000; }
redis_try_balance() { redis_balance "$1" "$2" 300000; }

redis_tune() {
  say '  Redis: which clients and pipelines are best'
  redis_charging=$(best_of redis_try_charge '50 1' '250 4' '50 20' '50 64' '20 200')
  redis_reading=$(best_of redis_try_balance '50 1' '50 20' '50 64' '20 200')
}

# redis_timed SECONDS FUNCTION CLIENTS PIPELINE: asks for as many as take about so long.
redis_timed() {
  local seconds=$1 function=$2 clients=$3 pipeline=$4 few line
  few=$((clients * pipeline * 20))
  line=$("$function" "$clients" "$pipeline" "$((few < 1000 ? 1000 : few))")
  "$function" "$clients" "$pipeline" "$(awk "BEGIN { printf \"%d\", ${line%% *} * $seconds + 1 }")"
}

redis_measure() {
  local workload=$1 seconds=$2 function=redis_charge with line rate p50 p99
  case $workload in
    one) with='1 1' ;;
    single) with=$redis_charging ;;
    balance)
      function=redis_balance with='50 1'
      ;;
    balance_batched)
      function=redis_balance with=$redis_reading
      ;;
    *) return 0 ;;
  esac
  # shellcheck disable=SC2086  # clients and pipeline
  line=$(redis_timed "$seconds" "$function" $with)
  read -r rate p50 p99 <<<"$line"
  result "$workload" redis "$rate" "$p50" "$p99" \
    "redis-benchmark, ${with% *} clients, pipeline ${with#* }"
}

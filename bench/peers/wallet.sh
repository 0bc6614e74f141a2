# The wallet, as bench/compare measures it. See lib.sh.

# shellcheck shell=bash

wallet_pid=

# Zero bank latency and places enough, so that the bank is no part of what is measured.
wallet_start() {
  rm -f "$WORK/wallet.out" # an earlier one says ready too
  "$BIN/walletd" --data-dir "$WORK/wallet" --create --http 127.0.0.1:0 --listen 127.0.0.1:0 \
    --bank-sim-latency 0s --bank-workers 1000 --bank-queue 1000000 --log-level error \
    >"$WORK/wallet.out" 2>"$WORK/wallet.log" &
  wallet_pid=$!
  await 30 grep -q '^ready ' "$WORK/wallet.out" ||
    fail "walletd did not start: $(cat "$WORK/wallet.log")"
  local ready
  ready=$(cat "$WORK/wallet.out")
  wallet_http=${ready#*http=} wallet_http=${wallet_http%% *}
  wallet_binary=${ready#*binary=} wallet_binary=${wallet_binary%% *}
}

wallet_stop() {
  stop_process "$wallet_pid"
  wallet_pid=
  rm -rf "$WORK/wallet"
}

wallet_tune() { :; }

wallet_measure() {
  local seconds=$2
  case $1 in
    one) wallet_one "$seconds" ;;
    batch) wallet_bench batch 'batches of 1,000, 8 in flight' charge --duration "$seconds" ;;
    single)
      wallet_bench single '1,000 callers, 1 connection' charge --batch 1 --duration "$seconds"
      ;;
    mixed) wallet_bench mixed '1,000 callers, 100 users' mixed --duration "$seconds" ;;
    balance) wallet_bench balance '1,000 callers, 1 connection' balance --duration "$seconds" ;;
    balance_batched)
      wallet_bench balance_batched 'batches of 1,000, 8 in flight' balance --batch 1000 \
        --in-flight 8 --duration "$seconds"
      ;;
    http) wallet_wrk "$seconds" ;;
  esac
}

json_field() { sed -n "s/.*\"$1\":\([-0-9.eE+]*\).*/\1/p" <<<"$2"; }

# wallet_bench WORKLOAD HOW ARGUMENT...
wallet_bench() {
  local workload=$1 how=$2 json
  shift 2
  json=$("$BIN/wallet-bench" "$@" --connect "$wallet_binary" --quiet --json) ||
    fail "wallet-bench $* failed"
  [[ $json == *'"refused":{}'* ]] || fail "the wallet refused some of: wallet-bench $*: $json"
  accepted=$(json_field accepted "$json")
  result "$workload" wallet "$(json_field rate_per_s "$json")" "$(json_field p50_ms "$json")" \
    "$(json_field p99_ms "$json")" "$how"
}

# Without the zeros behind: a log file is larger ahead of what is written to it.
log_bytes() { cat "$WORK"/wallet/log/*.log | perl -0777 -pe 's/\0+\z//' | wc -c; }

# One caller at a time, and the bare disk with as many bytes as that wrote to the log for a charge.
# They take turns of half a second: a disk is not the same for long.
wallet_one() {
  local slices=$((2 * $1)) before bytes json accepted slice
  for ((slice = 0; slice < slices; ++slice)); do
    before=$(log_bytes)
    wallet_bench one "1 caller" charge --batch 1 --in-flight 1 --duration 0.5
    bytes=$((($(log_bytes) - before) / accepted))
    json=$("$BIN/wallet-bench" disk --directory "$WORK" --bytes "$bytes" --duration 0.5 --json)
    result one disk "$(json_field rate_per_s "$json")" "$(json_field p50_ms "$json")" \
      "$(json_field p99_ms "$json")" "write of $bytes B + fdatasync"
  done
}

wallet_wrk() {
  local seconds=$1 line requests refused us p50 p99
  line=$(wrk -t1 -c256 -d"${seconds}s" -s "$PEERS/wrk/charge.lua" "http://$wallet_http/charge" |
    sed -n 's/^RESULT //p')
  read -r requests refused us p50 p99 <<<"$line"
  [ "$refused" = 0 ] || fail "the wallet refused $refused of $requests charges over HTTP"
  result http wallet "$(awk "BEGIN { print $requests * 1e6 / $us }")" "$p50" "$p99" \
    'wrk, 256 connections'
}

#!/usr/bin/env bash
# What bench/compare does before and around measuring. The measuring itself needs servers that a
# test may not install.
# usage: compare_test.sh SOURCE_DIR
set -euo pipefail
compare=$1/bench/compare
failures=0

expect() { # WHAT CONDITION...
  local what=$1
  shift
  "$@" && return
  echo "failed: $what"
  failures=$((failures + 1))
}
code_of() {
  local code=0
  "$@" >/dev/null 2>&1 || code=$?
  echo "$code"
}

expect "help is help" test "$(code_of "$compare" --help)" -eq 0
expect "an unknown flag is a usage error" test "$(code_of "$compare" --fast)" -eq 2
expect "a flag without its value is refused" test "$(code_of "$compare" --rounds)" -eq 1
expect "no rounds are refused" test "$(code_of "$compare" --rounds 0)" -eq 1
if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ]; then
  expect "memory is no disk" test "$(code_of "$compare" --dir /dev/shm)" -eq 1
fi

# shellcheck source=../../bench/peers/lib.sh
source "$1/bench/peers/lib.sh"
RESULTS=$(mktemp)
trap 'rm -f "$RESULTS"' EXIT
ROUND=3

rate_of() { echo "$(($1 * $2)).5 p50"; }
expect "the best is kept" test "$(best_of rate_of '1 1' '3 4' '2 2' 2>/dev/null)" = '3 4'
expect "rates are compared as numbers" larger 1000.5 99.75
expect "a smaller rate is not larger" test "$(code_of larger 2 10)" -eq 1

result single wallet 12.5 - 7 'how it was' 2>/dev/null
expect "a result is a line" test "$(cat "$RESULTS")" = $'single\twallet\t3\t12.5\t-\t7\thow it was'

sleep 600 &
stop_process "$!"
expect "what was started is stopped" not_running "$!"
expect "nothing is stopped when nothing was started" stop_process ''

[ "$failures" -eq 0 ] || exit 1
echo "bench/compare refuses what it can't measure, and leaves nothing running"

# What the measured systems share. Sourced by bench/compare.
#
# Each system is a file of functions NAME_start, NAME_stop, NAME_tune and NAME_measure WORKLOAD
# SECONDS; the last adds a line to the results for everything it measures. A system that has no
# answer to a workload adds none. All run in $WORK, a directory on a real disk.

# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "compare: $*"
  exit 1
}

# result WORKLOAD SYSTEM RATE P50_MS P99_MS HOW: "-" for what the system's tool doesn't say.
result() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$ROUND" "$3" "$4" "$5" "$6" >>"$RESULTS"
  say "$(printf '  %-16s %-16s %12.0f/s   %s' "$1" "$2" "$3" "$6")"
}

# A port that nobody listens on now.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# await SECONDS COMMAND...: until the command succeeds.
await() {
  local tries=$(($1 * 20))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$((tries -= 1))" -gt 0 ] || return 1
    sleep 0.05
  done
}

# stop_process PID [SIGNAL]: asks it to end, and insists after 30 s.
stop_process() {
  local pid=$1 signal=${2:-TERM}
  [ -n "$pid" ] && kill -s "$signal" "$pid" 2>/dev/null || return 0
  await 30 not_running "$pid" || kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}
not_running() {
  case $(ps -o stat= -p "$1" 2>/dev/null) in
    '' | Z*) return 0 ;;
    *) return 1 ;;
  esac
}

# larger A B: compares numbers with a fraction.
larger() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b) }'; }

# best_of FUNCTION CANDIDATE...: the candidate for which FUNCTION prints the highest rate first.
best_of() {
  local measure=$1 candidate line rate best='' best_rate=0
  shift
  for candidate in "$@"; do
    # shellcheck disable=SC2086  # a candidate is a list of arguments
    line=$("$measure" $candidate)
    rate=${line%% *}
    say "$(printf '    %-12s %12.0f/s' "$candidate" "$rate")"
    if larger "$rate" "$best_rate"; then
      best=$candidate best_rate=$rate
    fi
  done
  [ -n "$best" ] || return 1
  echo "$best"
}

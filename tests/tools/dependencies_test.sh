#!/usr/bin/env bash
# Proves the dependency rule from the includes: {wal, snapshot} <- engine <- net <- {tools, bench,
# tests}; only wal/ knows RocksDB; engine/ledger is pure; the client knows nothing of the server.
# usage: dependencies_test.sh SOURCE_DIR
set -euo pipefail
cd "$1"
failures=0
rooms='bench|engine|net|snapshot|tests|tools|wal'

# The project's own includes in a folder that are not among those allowed, as FILE:LINE:TEXT.
strangers() {
  local folder=$1 allowed=$2
  grep -rnE --include='*.h' --include='*.cc' "^ *# *include +[<\"]($rooms)/" "$folder" |
    grep -vE "include +\"($allowed)" || true
}
# Includes in the folders that match a pattern.
matching() {
  local pattern=$1
  shift
  grep -rnE --include='*.h' --include='*.cc' "^ *# *include +[<\"]($pattern)" "$@" || true
}
report() {
  local what=$1 found=$2
  [ -n "$found" ] || return 0
  printf '%s:\n%s\n' "$what" "$found"
  failures=$((failures + 1))
}
allow() {
  [ -d "$1" ] || return 0
  report "$1 may include only $2" "$(strangers "$1" "$2")"
}
forbid() {
  local what=$1 pattern=$2
  shift 2
  report "$what" "$(matching "$pattern" "$@")"
}

values='wal/base/(absl_view|check|coding|hash|huge_pages|huge_reserve|instant|mutant|position|prefetch|strong)\.h'
sockets='boost/(asio|beast)|sys/socket|netinet/|arpa/|netdb'
impure='rocksdb|boost|chrono|thread|mutex|atomic|future|random|ctime|time\.h|sys/|unistd|f?stream|iostream|filesystem|cmath|unordered_|absl/(hash|random|synchronization|time)'

allow wal/base 'wal/base/'
allow wal 'wal/'
allow snapshot 'snapshot/|wal/'
allow engine/ledger "engine/ledger/|$values"
allow engine 'engine/|wal/|snapshot/'
allow net/proto 'net/proto/|wal/base/'
allow net/client 'net/(client|proto)/|wal/base/'
allow net 'net/|engine/|wal/|snapshot/'
allow bench 'bench/|net/|engine/|wal/|snapshot/'
allow tools 'tools/|net/|engine/|wal/|snapshot/'
forbid 'only wal/ knows RocksDB' 'rocksdb/' engine net tools bench wal/base
forbid 'the engine has no sockets' "$sockets" engine wal
forbid 'the ledger is pure' "$impure" engine/ledger
report 'the ledger counts in integers' \
  "$(grep -rnwE --include='*.h' --include='*.cc' 'float|double' engine/ledger || true)"

# The checks themselves: each kind must find an offence.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
mkdir "$planted/engine"
printf '#include "net/server.h"\n#  include <rocksdb/db.h>\n#include "wal/log.h"\n' \
  >"$planted/engine/bad.cc"
cd "$planted"
[[ $(strangers engine 'engine/|wal/') == engine/bad.cc:1:* ]] ||
  report 'an include of a room above is not found' planted
[[ $(matching 'rocksdb/' engine) == engine/bad.cc:2:* ]] ||
  report 'an include of RocksDB is not found' planted

[ "$failures" -eq 0 ] || exit 1
echo 'the rooms know only whom they may'

#!/usr/bin/env bash
# LIST names the mutants that the sources hold, each once and where LIST says; RESULTS.md says of each
# what saw it; the programs that are delivered hold none.
# usage: absent_test.sh SOURCE_DIR PROGRAM...
set -euo pipefail
source=$1
shift
source "$source/tests/mutants/lib.sh"
failures=0
fail() { echo "$1" && failures=$((failures + 1)); }

sites=$(cd "$source" && grep -rno 'WALLET_MUTANT("[a-z_]*")' engine net snapshot tools wal \
  --include='*.h' --include='*.cc' | grep -v '^wal/base/mutant\.h:' |
  sed 's/^\([^:]*\):[0-9]*:WALLET_MUTANT("\(.*\)")$/\2|\1/' | sort)
listed=$(list_rows | awk -F ' *[|] *' '{ print $1 "|" $2 }' | sort)
[ "$sites" = "$listed" ] || fail "sources (<) and LIST (>) differ:
$(diff <(echo "$sites") <(echo "$listed") || true)"
repeated=$(mutant_names | sort | uniq -d)
[ -z "$repeated" ] || fail "named twice: $repeated"

results=$(sed -n 's/^| `\([a-z_]*\)` .*/\1/p' "$source/tests/mutants/RESULTS.md")
[ "$results" = "$(mutant_names)" ] || fail "LIST (<) and RESULTS.md (>) differ; tests/mutants/run --keep:
$(diff <(mutant_names) <(echo "$results") || true)"
! grep SURVIVED "$source/tests/mutants/RESULTS.md" || fail "survived"

for program in "$@"; do
  for name in WALLET_MUTANT $(mutant_names); do
    ! grep -q -a -F -- "$name" "$program" || fail "$program holds $name"
  done
done
[ "$failures" -eq 0 ]

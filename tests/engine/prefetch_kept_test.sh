#!/usr/bin/env bash
# Functions that do nothing but prefetch still do: a compiler may take such a one for a function
# without an effect, and nothing but the speed would tell.
# usage: prefetch_kept_test.sh PROGRAM
set -euo pipefail
program=$1
failures=0
for function in wallet::Generation::PrefetchIndex wallet::Generation::PrefetchRow \
  wallet::Ledger::PrefetchIndex wallet::Ledger::PrefetchUser wallet::Ledger::PrefetchLots; do
  code=$(objdump --disassemble --no-show-raw-insn --demangle "$program" |
    awk -v name="<$function(" '/^$/ { on = 0 } on { print } index($0, name) && />:$/ { on = 1 }')
  [ -n "$code" ] || { echo "$function: not in the program" && failures=$((failures + 1)); }
  # A call, or a jump to another function, leads to where it is done.
  grep -qE 'prefetch|prfm|(jmp|call|bl?) .*<wallet::[^+]*>$' <<<"$code" ||
    { echo "$function prefetches nothing" && failures=$((failures + 1)); }
done
[ "$failures" -eq 0 ]

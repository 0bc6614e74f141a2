#!/usr/bin/env bash
# What tools/run and tools/test do about packages, with apt and its like replaced by recorders.
# usage: packages_test.sh SOURCE_DIR
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# stub NAME BODY: a command that does BODY.
stub() {
  printf '#!/bin/bash\n%s\n' "$2" >"$work/$1"
  chmod +x "$work/$1"
}

# Runs ensure_packages with the stubs first in PATH; its exit code is in `code`, what it said in
# `said`, what apt-get was told in `told`.
ensure() {
  : >"$work/told"
  code=0
  said=$(PATH="$work:$PATH" bash -c "set -euo pipefail; source '$source/tools/lib/packages.sh'
    ensure_packages first second" 2>&1) || code=$?
  told=$(cat "$work/told")
}

# expect WHAT CONDITION...
expect() {
  local what=$1
  shift
  "$@" && return
  printf 'failed: %s\n  code: %s\n  said: %s\n  apt-get was told: %s\n' "$what" "$code" "$said" \
    "$told"
  failures=$((failures + 1))
}
says() { [[ $said == *"$1"* ]]; }
is_told() { [[ $told == *"$1"* ]]; }

stub apt-get "echo \"\$*\" >>'$work/told'"
stub dpkg-query 'echo installed'
stub id 'echo 1000'
stub sudo 'exit 1'
ensure
expect "with all there, apt is left alone" test "$code:$told:$said" = "0::"

stub dpkg-query '[ "${!#}" = first ] && echo installed || exit 1'
ensure
expect "without root or sudo it stops" test "$code" -ne 0
expect "without root or sudo apt is left alone" test -z "$told"
expect "it prints the line to type" says \
  "sudo apt-get update && sudo apt-get install -y --no-install-recommends --no-remove second"

stub dpkg-query 'echo not-installed'
stub id 'echo 0'
ensure
expect "root installs" test "$code" -eq 0
expect "lists are read first" is_told "update"
expect "what is missing is installed, and nothing removed" is_told \
  "install -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300 first second"

stub id 'echo 1000'
stub sudo '[ "$1" = -n ] && shift && exec "$@"'
ensure
expect "a sudo that asks nothing will do" test "$code" -eq 0
expect "through sudo it is the same" is_told "--no-remove -o DPkg::Lock::Timeout=300 first second"

stub apt-get "echo \"\$*\" >>'$work/told'; [ \"\$1\" = update ]"
ensure
expect "what apt refuses is an error" test "$code" -ne 0
expect "it says what may stand in the way" says "1.74"

[ "$failures" -eq 0 ] || exit 1
echo "packages are asked for only when missing, and never without leave"

#!/usr/bin/env bash
# Proves that no two headers define a class of one name in one namespace: a program that takes both
# in is undefined, and no compiler sees it. usage: one_definition_test.sh SOURCE_DIR
set -euo pipefail
cd "$1"

# What headers below the folders define at the outermost level, as NAMESPACE::NAME FILE.
definitions() {
  find "$@" -name '*.h' -exec awk '
    FNR == 1 { space = "" }
    /^namespace [a-z0-9_:]+ \{/ { space = $2 }
    match($0, /^(class|struct|enum class) [A-Za-z0-9_]+( final)?( :.*)? \{/) {
      name = ($1 == "enum") ? $3 : $2
      print space "::" name, FILENAME
    }' {} + | sort -u
}
repeated() { definitions "$@" | awk 'seen[$1]++'; }

found=$(repeated bench engine net snapshot tests tools wal)

# The check itself must find an offence.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
for room in one two; do
  printf 'namespace wallet {\nclass Reader final : public Other {\n};\n}\n' >"$planted/$room.h"
done
[ -n "$(repeated "$planted")" ] || found='a name that is defined twice is not found'

[ -z "$found" ] || { printf 'defined in another header too:\n%s\n' "$found" >&2; exit 1; }
echo 'every name has one header'

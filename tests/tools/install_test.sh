#!/usr/bin/env bash
# Installs the project to an empty prefix, builds a program outside the tree with
# find_package(wallet), runs it, and sees that it links no RocksDB.
# usage: install_test.sh SOURCE_DIR BUILD_DIR
set -euo pipefail
source=$1
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >/dev/null
cp -r "$source/tests/tools/consumer" "$work/consumer"
cmake -S "$work/consumer" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/build"
"$work/build/consumer"
if ldd "$work/build/consumer" | grep -i rocksdb ||
  nm -AC "$work"/prefix/lib*/*.a "$work"/prefix/lib*/*/*.a 2>/dev/null | grep -i rocksdb; then
  echo "the client library links RocksDB" >&2
  exit 1
fi
"$work/prefix/bin/walletctl" --version

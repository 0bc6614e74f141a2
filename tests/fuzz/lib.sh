# What the scripts of the fuzzers share. Sourced after packages.sh and build.sh.

packs=$WALLET_ROOT/tests/fuzz/corpus     # the corpora, one file each
bin=$WALLET_ROOT/build-fuzz/bin
corpus=$WALLET_ROOT/build-fuzz/corpus    # unpacked, with the seeds
found=$WALLET_ROOT/build-fuzz/found      # inputs that reached something new
crashes=$WALLET_ROOT/build-fuzz/crashes  # inputs that broke something
logs=$WALLET_ROOT/build-fuzz/fuzz-logs

# No parser needs more to show all that it does; larger inputs only slow the fuzzer down.
max_input_bytes=4096
options=(-max_len="$max_input_bytes" -rss_limit_mb=2048 -timeout=25 -verbosity=1)
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

all_targets() { (cd "$WALLET_ROOT/tests/fuzz/targets" && printf '%s\n' *.cc | sed 's/\.cc$//'); }

check_targets() {
  local target
  for target in "$@"; do
    [ -e "$WALLET_ROOT/tests/fuzz/targets/$target.cc" ] && continue
    echo "There is no target $target. There are:" $(all_targets) >&2
    return 2
  done
}

dictionary_of() {
  local file=$WALLET_ROOT/tests/fuzz/dictionaries/$1.dict
  [ ! -e "$file" ] || echo "-dict=$file"
}

# Builds the fuzzers of these targets, and writes out what they start from. The preset is part of the
# test tree, so that needs what the tests need.
build_fuzzers() {
  ensure_packages "${WALLET_BUILD_PACKAGES[@]}" "${WALLET_TEST_PACKAGES[@]}" \
    "${WALLET_FUZZ_PACKAGES[@]}"
  build_preset fuzz corpus_tool "${@/#/fuzz_}"
  rm -rf "$corpus"
  "$bin/corpus_tool" seeds "$corpus"
  local target
  for target in "$@"; do
    mkdir -p "$corpus/$target" "$found/$target"
    [ ! -e "$packs/$target.pack" ] ||
      "$bin/corpus_tool" unpack "$packs/$target.pack" "$corpus/$target"
  done
}

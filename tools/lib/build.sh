# Configures and builds one preset of CMakePresets.json. Sourced after packages.sh.

WALLET_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# With ccache, what one clone has compiled another need not, but for what is compiled several sources
# as one: there their whole paths are part of the source.
export CCACHE_BASEDIR=$WALLET_ROOT CCACHE_NOHASHDIR=1

# build_preset PRESET [target...]: quiet when nothing is to be done; everything goes to standard
# error. The tests are configured wherever their packages are, so that running and testing in turn
# share one build.
build_preset() {
  local preset=$1
  shift
  local tests=ON targets=()
  [ -z "$(missing_packages "${WALLET_TEST_PACKAGES[@]}")" ] || tests=OFF
  [ "$#" -eq 0 ] || targets=(--target "$@")
  (
    cd "$WALLET_ROOT"
    cmake --preset "$preset" --log-level=WARNING -DWALLET_BUILD_TESTS="$tests" &&
      cmake --build --preset "$preset" "${targets[@]}"
  ) >&2
}

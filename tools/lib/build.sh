# Configures and builds one preset of CMakePresets.json. Sourced after packages.sh.

WALLET_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# build_preset PRESET [target...]: quiet when nothing is to be done; everything goes to standard error.
build_preset() {
  local preset=$1
  shift
  local targets=()
  [ "$#" -gt 0 ] && targets=(--target "$@")
  (
    cd "$WALLET_ROOT"
    cmake --preset "$preset" --log-level=WARNING "${CMAKE_EXTRA[@]:+${CMAKE_EXTRA[@]}}" &&
      cmake --build --preset "$preset" "${targets[@]}"
  ) >&2
}

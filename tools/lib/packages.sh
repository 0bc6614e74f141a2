# What the project is built with and from: Debian 12 packages. Sourced by tools/run, tools/test,
# tests/crash/run and bench/compare.

WALLET_BUILD_PACKAGES=(
  g++ cmake ninja-build pkg-config protobuf-compiler
  libabsl-dev libprotobuf-dev librocksdb-dev libssl-dev libxxhash-dev libzstd-dev
  libboost1.81-dev libboost-json1.81-dev libcli11-dev libspdlog-dev
)
WALLET_TEST_PACKAGES=(libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev)
# The servers that bench/compare measures beside the wallet, and what drives them.
WALLET_BENCH_PACKAGES=(postgresql-15 redis-server redis-tools wrk procps)
# libFuzzer and the sanitizers come with clang's runtime, llvm-symbolizer with llvm.
WALLET_FUZZ_PACKAGES=(clang libclang-rt-14-dev llvm)

# What the tests of crashes and faults hurt walletd with; where they are missing those tests say that
# they were skipped.
WALLET_CRASH_PACKAGES=(strace libfaketime util-linux mount)

# Prints those of the packages given that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      echo "$package"
  done
}

# Installs what is missing; with nothing missing it needs neither network nor root. Removes nothing,
# asks nothing, waits for another apt to finish.
ensure_packages() {
  local missing=()
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "This is built on Debian 12; elsewhere install what these packages hold: ${missing[*]}" >&2
    return 1
  fi

  local as_root=()
  local options=(-y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300)
  if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      {
        echo "These packages are missing, and installing them needs root:"
        echo "  sudo apt-get update && sudo apt-get install ${options[*]:0:3} ${missing[*]}"
      } >&2
      return 1
    fi
  fi
  echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
  # sudo drops the environment: the variable goes through env.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get)
  "${apt[@]}" update -qq -o DPkg::Lock::Timeout=300 >&2 </dev/null
  "${apt[@]}" install "${options[@]}" "${missing[@]}" >&2 </dev/null && return 0
  {
    echo "apt-get could not install the packages above without removing others."
    echo "If the development packages of Boost 1.74 are installed, they stand in the way of 1.81:"
    echo "  sudo apt-get remove 'libboost*1.74-dev' libboost-dev libboost-all-dev"
  } >&2
  return 1
}

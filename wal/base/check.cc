#include "wal/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wallet {

void CheckFailed(const char* file, int line, const char* condition, std::string_view note) {
  std::fprintf(stderr, "CHECK failed: %s:%d: %s%s%.*s\n", file, line, condition,
               note.empty() ? "" : " — ", static_cast<int>(note.size()), note.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace wallet

#include "bench/number.h"

#include <cmath>
#include <cstddef>
#include <cstdio>

namespace wallet::bench {

std::string Grouped(double number) {
  std::string digits = std::to_string(std::llround(std::abs(number)));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return number < 0 && digits != "0" ? "-" + digits : digits;
}

std::string Short(double number) {
  struct Unit {
    double size;
    const char* name;
  };
  for (const Unit& unit : {Unit{1e9, "G"}, Unit{1e6, "M"}, Unit{1e3, "k"}, Unit{1, ""}}) {
    if (std::abs(number) < unit.size && unit.size > 1) continue;
    char text[32];
    std::snprintf(text, sizeof(text), "%.3g%s", number / unit.size, unit.name);
    return text;
  }
  return {};
}

}  // namespace wallet::bench

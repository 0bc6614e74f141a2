// Debian's absl::string_view is a type of its own; these cross the border.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace wallet {

inline absl::string_view ToAbsl(std::string_view view) { return {view.data(), view.size()}; }
inline std::string_view ToStd(absl::string_view view) { return {view.data(), view.size()}; }

}  // namespace wallet

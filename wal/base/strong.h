// A number with a meaning: Strong<Tag, Rep> does not convert to or from other numbers.
//
//   using UserId = Strong<struct UserIdTag, int64_t>;
//
// It compares, hashes (absl) and copies like its Rep; arithmetic goes through value(), so that
// every sum in the code is visible and can be checked.
#pragma once

#include <compare>
#include <utility>

namespace wallet {

template <class Tag, class Rep>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }

  constexpr auto operator<=>(const Strong&) const = default;

  template <class H>
  friend H AbslHashValue(H state, const Strong& strong) {
    return H::combine(std::move(state), strong.value_);
  }

 private:
  Rep value_{};
};

}  // namespace wallet

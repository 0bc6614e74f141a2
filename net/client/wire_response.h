// The body of a Response frame, as far as what it holds must be known before any of it is taken.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace wallet::client {

class WireResponse {
 public:
  // nullopt: `body` is no Response. Views point into `body`, or into what this keeps.
  static std::optional<WireResponse> Of(std::string_view body);

  size_t results() const { return results_; }
  bool more() const { return more_; }

  // Passes the bytes of one Result after the other on, until `visit` returns false; and so does
  // this then.
  bool ForEachResult(absl::FunctionRef<bool(std::string_view bytes)> visit) const;

 private:
  // False: not in the plain form.
  bool ReadPlain(std::string_view body);
  std::string_view body() const { return rewritten_ ? *rewritten_ : body_; }

  std::string_view body_;
  std::optional<std::string> rewritten_;  // in the plain form, if it wasn't
  size_t results_ = 0;
  bool more_ = false;
};

}  // namespace wallet::client

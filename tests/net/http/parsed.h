// What a parser made of its bytes, as a test expects it.
#pragma once

#include <gtest/gtest.h>

#include <utility>
#include <variant>

#include "net/http/fields.h"

namespace wallet {

inline NamedFields FieldsOf(std::variant<NamedFields, HttpRefusal> parsed) {
  const auto* refusal = std::get_if<HttpRefusal>(&parsed);
  EXPECT_EQ(refusal, nullptr) << refusal->message;
  return refusal ? NamedFields() : std::get<NamedFields>(std::move(parsed));
}

inline HttpRefusal RefusalOf(const std::variant<NamedFields, HttpRefusal>& parsed) {
  const auto* refusal = std::get_if<HttpRefusal>(&parsed);
  EXPECT_NE(refusal, nullptr);
  return refusal ? *refusal : HttpRefusal{Outcome::kOk, "", ""};
}

}  // namespace wallet

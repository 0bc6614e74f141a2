// What a parser made of its bytes, as a test expects it.
#pragma once

#include <gtest/gtest.h>

#include <utility>
#include <variant>

#include "net/http/fields.h"

namespace wallet {

inline Fields FieldsOf(std::variant<Fields, HttpRefusal> parsed) {
  const auto* refusal = std::get_if<HttpRefusal>(&parsed);
  EXPECT_EQ(refusal, nullptr) << refusal->message;
  return refusal ? Fields() : std::get<Fields>(std::move(parsed));
}

inline HttpRefusal RefusalOf(const std::variant<Fields, HttpRefusal>& parsed) {
  const auto* refusal = std::get_if<HttpRefusal>(&parsed);
  EXPECT_NE(refusal, nullptr);
  return refusal ? *refusal : HttpRefusal{Outcome::kOk, "", ""};
}

}  // namespace wallet

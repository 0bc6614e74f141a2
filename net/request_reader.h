// From the body of a Request frame to what it asks for.
#pragma once

#include <google/protobuf/arena.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/request.h"
#include "net/proto/wallet.pb.h"

namespace wallet {

// One operation, judged.
struct Asked {
  enum class Kind : uint8_t { kRead, kWrite, kHealth, kAdmin };
  Kind kind = Kind::kRead;
  Validated validated;               // for kHealth and kAdmin, only a refusal has a meaning
  const v1::Admin* admin = nullptr;  // for kAdmin; in the arena
};

// Writes and balances in their plain form, every field once, are read from the bytes themselves;
// everything else by way of Protobuf's messages, with the same result. One thread at a time.
class RequestReader {
 public:
  enum class Verdict : uint8_t { kRead, kUnreadable, kTooManyOperations };

  explicit RequestReader(Currency default_currency) : default_currency_(default_currency) {}

  // The texts of what was asked are views into `body` or lie in `arena`.
  Verdict Read(std::string_view body, google::protobuf::Arena& arena);

  // Of the body read last. May be moved from.
  std::vector<Asked>& asked() { return asked_; }
  std::optional<uint32_t> timeout_ms() const { return timeout_ms_; }

 private:
  Verdict ReadPlain(std::string_view body, google::protobuf::Arena& arena);
  Verdict ReadMessage(std::string_view body, google::protobuf::Arena& arena);
  bool AddOperation(std::string_view bytes, google::protobuf::Arena& arena);
  void AddMessage(const v1::Operation& operation);

  const Currency default_currency_;
  std::vector<Asked> asked_;
  std::optional<uint32_t> timeout_ms_;
  bool plain_ = false;
};

}  // namespace wallet

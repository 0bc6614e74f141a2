// One operation's result as it lies in a frame, before it has the caller's form.
#pragma once

#include <google/protobuf/arena.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "net/client/types.h"
#include "net/proto/wallet.pb.h"

namespace wallet::client {

// Views point into the frame, or into the message that it was parsed into.
struct WireTransaction {
  int64_t id = 0;
  int64_t user_id = 0;
  std::string_view currency;
  uint32_t type = 0;
  uint32_t substatus = 0;
  int64_t amount = 0;
  std::string_view idempotency_key;
  std::string_view epoch;
  std::optional<std::string_view> destination;
  std::optional<std::string_view> description;
  std::optional<int64_t> related_id;
  int64_t created_at = 0;
  int64_t updated_at = 0;
  std::optional<int64_t> release_at;
  std::string_view failure_code;
  std::string_view failure_message;
};

struct WireBalance {
  std::string_view currency;
  int64_t total = 0;
  int64_t withdrawable = 0;
  int64_t unreleased = 0;
  int64_t held = 0;
};

// What an answer is made of. One for all results of a connection, one after the other: it keeps its
// memory.
class WireResult {
 public:
  // Takes the bytes of a Result. The plain case, which nearly all are, is read where it lies;
  // whatever else is parsed into a message on `arena` first. False: they are no Result. Valid as
  // long as bytes and arena.
  bool Read(std::string_view bytes, google::protobuf::Arena& arena);

  // A refusal that came from no server. `message` must outlive it.
  static WireResult Refusal(Code code, std::string_view message);

  // kOk without an error. One that names no code which can be sent (0, or more than a byte) is
  // kInternal: a refusal never looks like a success.
  Code code = Code::kOk;
  std::string_view field;
  std::string_view error_message;
  uint64_t position = 0;
  std::optional<WireTransaction> transaction;
  std::optional<WireBalance> balance;
  std::vector<WireTransaction> page;
  int64_t page_total = 0;
  std::optional<int64_t> page_next;
  // What is not among the above. Never null; empty where the plain case was read.
  const v1::Result* rest = &v1::Result::default_instance();

 private:
  void Clear();
  bool ReadPlain(std::string_view bytes);
  bool ReadPlainPage(std::string_view bytes);
  void Take(const v1::Result& message);
};

WireTransaction ToWire(const v1::Transaction& message);

}  // namespace wallet::client

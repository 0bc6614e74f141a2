// Reads one section of a snapshot into ledgers: the inside of engine/ledger/ledger_loader.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/ledger/digest.h"
#include "engine/ledger/ledger_state.h"
#include "engine/ledger/snapshot_block.h"
#include "engine/ledger/snapshot_rows.h"
#include "engine/ledger/types.h"

namespace wallet {

// The ledgers that are being filled.
struct LoadTarget {
  std::vector<LedgerState*> ledgers;
  std::function<size_t(UserId)> ledger_of;
  // Whether users are only read and counted: but for those whose lots follow, none comes into a
  // ledger, so that one who comes twice shows in the digest alone.
  bool only_checked = false;

  // Null when the user is of none of them.
  LedgerState* Of(UserId user) const {
    const size_t index = ledger_of(user);
    return index < ledgers.size() ? ledgers[index] : nullptr;
  }
};

class SectionLoader {
 public:
  // `target` must outlive it. `number` is for messages.
  SectionLoader(size_t number, const LoadTarget& target) : number_(number), target_(target) {}

  // Reads all whole blocks there are so far. kDataLoss, kUnimplemented: as LedgerLoader::Add;
  // final.
  absl::Status Add(std::string_view bytes);

  // OK once the section's end was read, and what was loaded is what it says.
  absl::Status Finish() const;
  // What that said.
  const SectionEnd& end() const { return end_; }

  // Whether nothing refers to the ledgers, which may then be other ones.
  bool between_users() const { return pending_.empty(); }

 private:
  // An account whose lots follow.
  struct Pending {
    LedgerState* ledger;
    uint32_t user;
    Currency currency;
    bool last_of_user = false;
    Instant last;  // lot read
  };
  // Where the user's rows begin that are read next.
  struct Cursor {
    size_t account = 0;
    size_t lot = 0;
  };

  absl::Status ReadVersion();
  // Takes the block off the front of `bytes`; false when it is not all there.
  bool TakeBlock(std::string_view& bytes, BlockType& type, std::string_view& payload);
  absl::Status Load(BlockType type, std::string_view payload);
  absl::Status LoadUsers(std::string_view payload);
  absl::Status LoadUser(const UserRow& row, Cursor& at);
  // What LoadUser comes to of a user none of whose lots follow, without the user.
  absl::Status CheckUser(const UserRow& row, Cursor& at);
  bool LotsFollow(const UserRow& row, const Cursor& at) const;
  absl::Status LoadAccount(LedgerState& ledger, uint32_t user, Cursor& at);
  absl::Status LoadLots(std::string_view payload);
  absl::Status LoadOpen(std::string_view payload);
  absl::Status LoadWithdrawal(OpenWithdrawal open);
  absl::Status LoadEnd(std::string_view payload);
  absl::Status CheckFlows();
  void AddUserDigest(const LedgerState& ledger, uint32_t user);

  absl::Status Refuse(std::string_view why) const;

  const size_t number_;
  const LoadTarget& target_;
  std::string buffer_;     // what is not read yet
  uint64_t position_ = 0;  // of the buffer's first byte in the section
  bool has_version_ = false;
  bool has_end_ = false;
  bool oversized_ = false;

  UserRows user_rows_;
  LotsRows lots_rows_;
  std::vector<OpenWithdrawal> open_rows_;
  std::deque<Pending> pending_;

  // What was loaded so far.
  int64_t users_ = 0;
  int64_t accounts_ = 0;
  int64_t open_ = 0;
  Digest digest_;
  Flows flows_;  // but for what came in and went out
  SectionEnd end_;
};

}  // namespace wallet

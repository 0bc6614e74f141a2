// A balance beside a stored transaction: three varints, total, unreleased, held; what can be
// withdrawn is the rest.
#pragma once

#include <cstddef>

#include "engine/index/field_reader.h"
#include "engine/ledger/types.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {

inline constexpr size_t kMaxBalanceBytes = 3 * kMaxVarintBytes;

// Writes at `out`, which has room for kMaxBalanceBytes; returns where it ends. Aborts on a part
// below zero and on parts that are not the total: reading would refuse them when it is too late.
inline char* PutBalance(char* out, const Balance& balance) {
  const int64_t total = balance.total.value(), unreleased = balance.unreleased.value(),
                held = balance.held.value();
  WALLET_CHECK(0 <= unreleased && unreleased <= total);
  WALLET_CHECK(0 <= held && held <= total - unreleased);
  WALLET_CHECK(balance.withdrawable.value() == total - unreleased - held);
  out = PutVarint(out, static_cast<uint64_t>(total));
  out = PutVarint(out, static_cast<uint64_t>(unreleased));
  return PutVarint(out, static_cast<uint64_t>(held));
}

inline Balance BalanceOf(FieldReader& fields) {
  const int64_t total = fields.Number(0, INT64_MAX);
  const int64_t unreleased = fields.Number(0, total);
  const int64_t held = fields.Number(0, total - unreleased);
  return {.total = Amount(total),
          .withdrawable = Amount(total - unreleased - held),
          .unreleased = Amount(unreleased),
          .held = Amount(held)};
}

}  // namespace wallet

#include "engine/index/entry_format.h"

#include <algorithm>

#include "engine/index/field_reader.h"
#include "engine/index/limits.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

constexpr int kLetterBits = 5;
constexpr uint32_t kLetterMask = (1 << kLetterBits) - 1;

}  // namespace

uint16_t CodeOf(Currency currency) {
  const uint32_t packed = currency.packed();
  WALLET_CHECK(packed != 0);
  const uint32_t first = packed & kLetterMask, second = packed >> 8 & kLetterMask;
  const uint32_t third = packed >> 16 & kLetterMask;
  return static_cast<uint16_t>(first | second << kLetterBits | third << 2 * kLetterBits);
}

std::optional<Currency> CurrencyOf(uint16_t code) {
  if (code >> 3 * kLetterBits != 0) return std::nullopt;
  uint32_t packed = 0;
  for (int i = 0; i < 3; ++i) {
    packed |= (('A' - 1) + (code >> (kLetterBits * i) & kLetterMask)) << (8 * i);
  }
  return Currency::FromPacked(packed);
}

std::string EncodeId(TransactionId id) {
  std::string bytes;
  WALLET_CHECK(id > TransactionId(0));
  PutVarint(bytes, static_cast<uint64_t>(id.value()));
  return bytes;
}

std::optional<TransactionId> DecodeId(std::string_view bytes) {
  FieldReader fields(bytes);
  const TransactionId id(fields.Number(1, INT64_MAX));
  if (!fields.AtEnd()) return std::nullopt;
  return id;
}

std::string EncodeIds(const std::vector<TransactionId>& ids) {
  std::string bytes;
  WALLET_CHECK(!ids.empty() && ids[0] > TransactionId(0));
  for (const TransactionId id : ids) PutVarint(bytes, static_cast<uint64_t>(id.value()));
  return bytes;
}

std::optional<std::vector<TransactionId>> DecodeIds(std::string_view bytes) {
  std::vector<TransactionId> ids;
  FieldReader fields(bytes);
  int64_t last = 0;
  do {
    if (last == INT64_MAX) return std::nullopt;
    last = fields.Number(last + 1, INT64_MAX);
    ids.emplace_back(last);
  } while (fields.ok() && !fields.AtEnd());
  if (!fields.ok()) return std::nullopt;
  return ids;
}

void CombineIds(RunKey /*key*/, std::string& newer, std::string_view older) {
  if (newer == older) return;
  const auto left = DecodeIds(newer), right = DecodeIds(older);
  if (!left || !right) {
    newer.insert(0, 1, '\0').append(older);  // no id is 0
    newer.resize(std::min(newer.size(), kMaxRunValueBytes));
    return;
  }
  std::vector<TransactionId> all;
  std::set_union(left->begin(), left->end(), right->begin(), right->end(), std::back_inserter(all));
  newer = EncodeIds(all);
}

RunKey RankKey(UserId user, Currency currency, int64_t rank) {
  WALLET_CHECK(rank >= 0 && rank <= kMaxRank);
  const uint64_t code = CodeOf(currency);
  return {static_cast<uint64_t>(user.value()), code << kRankBits | static_cast<uint64_t>(rank)};
}

}  // namespace wallet

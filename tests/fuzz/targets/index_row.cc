// u16 a size, a value of the index's transactions of that size, and an older one under the same
// key: rows, or changes of one.
#include "engine/index/row_format.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

struct Value {
  explicit Value(std::string_view bytes) : row(DecodeRow(bytes)), change(DecodeChange(bytes)) {}
  bool readable() const { return row || change; }

  std::optional<TransactionRow> row;
  std::optional<MovedState> change;
};

void CheckOne(std::string_view bytes) {
  const Value value(bytes);
  WALLET_CHECK(!value.row || !value.change);
  RowEncoder encoder;
  if (value.change) WALLET_CHECK(encoder.Change(*value.change) == bytes);
  if (!value.row) return;
  const auto& moved = value.row->moved;
  WALLET_CHECK_NOTE(
      encoder.Row(value.row->created, value.row->after, moved ? &*moved : nullptr) == bytes,
      "one row has one encoding");
  const Transaction transaction = TransactionOf(UserId(1), TransactionId(1), *value.row);
  WALLET_CHECK(transaction.amount != kNoAmount && !transaction.key.empty());
  WALLET_CHECK(transaction.created_at >= kMinInstant && transaction.updated_at <= kMaxInstant);
}

bool IsWithdrawal(const Value& value) {
  return value.row && value.row->created.type == EventType::kWithdrawalRequested;
}

void CheckCombined(std::string_view newer, std::string_view older) {
  std::string bytes(newer);
  CombineRows({1, 1}, bytes, older);
  const Value left(newer), right(older), both(bytes);
  CheckOne(bytes);
  if (left.row) WALLET_CHECK_NOTE(bytes == newer, "a newer row stays");
  if (!left.change) return;
  if (right.change) WALLET_CHECK_NOTE(bytes == newer, "a newer change stays");
  WALLET_CHECK_NOTE(!right.row || IsWithdrawal(right) == both.row.has_value(),
                    "only withdrawals move");
  if (!both.row) return;
  WALLET_CHECK(both.row->moved == left.change && both.row->created == right.row->created);
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const std::string_view newer = input.Take(input.Number<uint16_t>());
  const std::string_view older = input.Rest();
  CheckOne(newer);
  CheckOne(older);
  CheckCombined(newer, older);
  return 0;
}

#include "engine/history.h"

#include <algorithm>

#include "engine/ledger/limits.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// A row: the creating event's base, the size of its bytes, its bytes.
using RowBase = int64_t;
using RowSize = uint16_t;
constexpr size_t kRowHeadBytes = sizeof(RowBase) + sizeof(RowSize);
static_assert(kMaxEventBytes <= UINT16_MAX);

Event DecodeRow(const char* row) {
  RowBase base = 0;
  RowSize size = 0;
  std::memcpy(&base, row, sizeof(base));
  std::memcpy(&size, row + sizeof(base), sizeof(size));
  Reader reader(std::string_view(row + kRowHeadBytes, size));
  Event event = DecodeEvent(reader, Instant(base));
  WALLET_CHECK(reader.AtEnd());
  return event;
}

bool RowMatches(const char* row, UserId user, std::string_view key) {
  const Event event = DecodeRow(row);
  return event.user == user && event.key == key;
}

}  // namespace

Transaction TransactionOf(const Event& event) {
  const bool charge = event.type == EventType::kCharged;
  Transaction transaction;
  transaction.user = event.user;
  transaction.id = event.id;
  transaction.type = charge ? TransactionType::kCharge : TransactionType::kWithdraw;
  transaction.substatus = charge ? Substatus::kNone : Substatus::kQueued;
  transaction.currency = event.currency;
  transaction.epoch = event.epoch;
  transaction.amount = charge ? event.amount : Amount(-event.amount.value());
  transaction.created_at = event.at;
  transaction.updated_at = event.at;
  transaction.release_at = event.release_at;
  transaction.key = event.key;
  transaction.destination = event.destination;
  transaction.description = event.description;
  return transaction;
}

History::History(uint64_t hash_seed) : keys_(hash_seed, RowMatches) {}

void History::Apply(const Event& event, const EncodedEvent& encoded) {
  if (event.type == EventType::kWithdrawalMoved) {
    Move(event);
  } else {
    Create(event, encoded, KeyHash(event.user, event.key));
  }
}

void History::Create(const Event& event, const EncodedEvent& encoded, uint64_t key_hash) {
  const char* row = StoreRow(encoded);
  User& user = users_[event.user];
  user.rows.push_back(row);
  WALLET_CHECK(static_cast<int64_t>(user.rows.size()) == event.id.value());
  AddCurrency(user, event.currency, event.id.value());
  keys_.Insert(key_hash, row);
  ++transaction_count_;
}

void History::Move(const Event& event) {
  Moved& moved = moved_[{event.user, event.id}];
  moved = {event.to, event.at, std::string(event.code), std::string(event.message)};
}

const char* History::StoreRow(const EncodedEvent& encoded) {
  const RowBase base = encoded.base.value();
  const RowSize size = static_cast<RowSize>(encoded.bytes.size());
  char* row = arena_.Allocate(kRowHeadBytes + size);
  std::memcpy(row, &base, sizeof(base));
  std::memcpy(row + sizeof(base), &size, sizeof(size));
  std::memcpy(row + kRowHeadBytes, encoded.bytes.data(), size);
  return row;
}

void History::AddCurrency(User& user, Currency currency, int64_t id) {
  if (id == 1) user.first_currency = currency;
  if (!user.by_currency) {
    if (currency == user.first_currency) return;
    user.by_currency = std::make_unique<absl::flat_hash_map<Currency, std::vector<int64_t>>>();
    std::vector<int64_t>& first = (*user.by_currency)[user.first_currency];
    for (int64_t earlier = 1; earlier < id; ++earlier) first.push_back(earlier);
  }
  (*user.by_currency)[currency].push_back(id);
}

Transaction History::Load(const char* row) const {
  Transaction transaction = TransactionOf(DecodeRow(row));
  if (transaction.type == TransactionType::kCharge) return transaction;
  const auto it = moved_.find({transaction.user, transaction.id});
  if (it == moved_.end()) return transaction;
  const Moved& moved = it->second;
  transaction.substatus = moved.substatus;
  transaction.updated_at = moved.at;
  if (moved.substatus == Substatus::kFailed) {
    transaction.failure_code = moved.code;
    transaction.failure_message = moved.message;
  }
  return transaction;
}

std::optional<Transaction> History::FindByKey(UserId user, std::string_view key,
                                              uint64_t hash) const {
  const char* row = keys_.Find(hash, user, key);
  if (row == nullptr) return std::nullopt;
  return Load(row);
}

std::optional<Transaction> History::Find(UserId user, TransactionId id) const {
  const auto it = users_.find(user);
  if (it == users_.end() || id.value() < 1) return std::nullopt;
  const auto& rows = it->second.rows;
  if (id.value() > static_cast<int64_t>(rows.size())) return std::nullopt;
  return Load(rows[id.value() - 1]);
}

// A user's ids, of all currencies or of one, ascending; without a list where they are 1 … n.
class History::Ids {
 public:
  Ids(const User* user, std::optional<Currency> currency) {
    if (user == nullptr) return;
    if (!currency || (!user->by_currency && *currency == user->first_currency)) {
      size_ = static_cast<int64_t>(user->rows.size());
    } else if (user->by_currency) {
      const auto it = user->by_currency->find(*currency);
      if (it == user->by_currency->end()) return;
      list_ = &it->second;
      size_ = static_cast<int64_t>(list_->size());
    }
  }

  int64_t size() const { return size_; }
  int64_t operator[](int64_t index) const { return list_ ? (*list_)[index] : index + 1; }

  // How many ids are below `id`.
  int64_t CountBelow(int64_t id) const {
    if (!list_) return std::clamp<int64_t>(id - 1, 0, size_);
    return std::lower_bound(list_->begin(), list_->end(), id) - list_->begin();
  }
  int64_t CountAbove(int64_t id) const {
    if (!list_) return std::clamp<int64_t>(size_ - id, 0, size_);
    return list_->end() - std::upper_bound(list_->begin(), list_->end(), id);
  }

 private:
  const std::vector<int64_t>* list_ = nullptr;
  int64_t size_ = 0;
};

History::Selection History::Select(const ListTransactions& request) const {
  const auto it = users_.find(request.user);
  const Ids ids(it == users_.end() ? nullptr : &it->second, request.currency);
  Selection selection;
  selection.total = ids.size();
  if (request.order == ListOrder::kAfter) {
    const int64_t begin = ids.size() - ids.CountAbove(request.from.value());
    const int64_t end = std::min(ids.size(), begin + request.limit);
    for (int64_t i = begin; i < end; ++i) selection.ids.emplace_back(ids[i]);
    if (end < ids.size() && end > begin) selection.next = ids[end - 1];
    return selection;
  }
  int64_t end =
      request.order == ListOrder::kBefore ? ids.CountBelow(request.from.value()) : ids.size();
  if (request.order == ListOrder::kPage) {
    // Compared before it is multiplied: page × limit need not fit 64 bits.
    const bool past_end = request.page - 1 > end / request.limit;
    end -= past_end ? end : std::min(end, (request.page - 1) * request.limit);
  }
  const int64_t begin = std::max<int64_t>(0, end - request.limit);
  for (int64_t i = end - 1; i >= begin; --i) selection.ids.emplace_back(ids[i]);
  if (begin > 0 && end > begin) {
    selection.next = request.order == ListOrder::kPage ? request.page + 1 : ids[begin];
  }
  return selection;
}

}  // namespace wallet

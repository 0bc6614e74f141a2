#include "engine/history.h"

#include <algorithm>
#include <cstring>

#include "engine/ledger/limits.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

// Every so many rows of a user one is noted.
constexpr int64_t kMilestone = 64;

uint64_t UserHash(UserId user) {
  return Mix64(static_cast<uint64_t>(user.value()) ^ 0xc3a5c85c97cb3127);
}

// The transaction that an event created, as it was then.
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

}  // namespace

// A row where it lies: a head, then the event's bytes.
class History::Row {
 public:
  struct Head {
    int64_t base;       // of the event
    uint32_t previous;  // the user's row before; 0: none
    uint16_t size;      // of the event's bytes
    Currency currency;  // the event's, to be had without decoding it
  };

  static_assert(sizeof(Head) == 16 && kMaxEventBytes <= UINT16_MAX);

  explicit Row(char* place) : place_(place) {}

  Head& head() const { return *reinterpret_cast<Head*>(place_); }
  char* bytes() const { return place_ + sizeof(Head); }

  Event Decode() const {
    Reader reader(std::string_view(bytes(), head().size));
    Event event = DecodeEvent(reader, Instant(head().base));
    WALLET_CHECK(reader.AtEnd());
    return event;
  }
  // Of all fields the first two, at a fraction of the price.
  EventOwner owner() const { return DecodeOwner(std::string_view(bytes(), head().size)); }

 private:
  char* place_;
};

uint64_t History::KeyHash(UserId user, std::string_view key) const {
  return Xxh3(key, hash_seed_ ^ Mix64(static_cast<uint64_t>(user.value())));
}

void History::PrefetchIndex(UserId user, uint64_t key_hash) const {
  by_key_.Prefetch(key_hash);
  newest_.Prefetch(UserHash(user));
}

void History::PrefetchUser(UserId user) const {
  if (const uint32_t ref = newest_.Guess(UserHash(user))) __builtin_prefetch(rows_.At(ref));
}

void History::Apply(const Event& event, const EncodedEvent& encoded) {
  if (event.type == EventType::kWithdrawalMoved) {
    Move(event);
  } else {
    Create(event, encoded, KeyHash(event.user, event.key));
  }
}

void History::Create(const Event& event, const EncodedEvent& encoded, uint64_t key_hash) {
  const uint32_t ref = Store(event, encoded);
  const uint32_t previous = Link(event.user, ref);
  const int64_t last = previous == 0 ? 0 : Row(rows_.At(previous)).owner().id.value();
  WALLET_CHECK(event.id.value() == last + 1);
  if (event.id.value() % kMilestone == 0) milestones_[event.user].push_back(ref);
  NoteCurrency(event, previous);
  by_key_.Add(key_hash, ref);
  ++transaction_count_;
}

uint32_t History::Store(const Event& event, const EncodedEvent& encoded) {
  const uint32_t ref = rows_.Allocate(sizeof(Row::Head) + encoded.bytes.size());
  const Row row(rows_.At(ref));
  row.head() = {.base = encoded.base.value(),
                .previous = 0,
                .size = static_cast<uint16_t>(encoded.bytes.size()),
                .currency = event.currency};
  encoded.bytes.copy(row.bytes(), encoded.bytes.size());
  return ref;
}

uint32_t History::Link(UserId user, uint32_t ref) {
  const uint64_t hash = UserHash(user);
  const auto is_his = [&](uint32_t each) { return Row(rows_.At(each)).owner().user == user; };
  const uint32_t previous = newest_.Replace(hash, is_his, ref);
  if (previous == 0) newest_.Add(hash, ref);
  Row(rows_.At(ref)).head().previous = previous;
  return previous;
}

void History::NoteCurrency(const Event& event, uint32_t previous) {
  auto mixed = mixed_.find(event.user);
  if (mixed == mixed_.end()) {
    if (previous == 0) return;
    const Currency so_far = Row(rows_.At(previous)).head().currency;
    if (so_far == event.currency) return;
    mixed = mixed_.try_emplace(event.user).first;
    std::vector<int64_t>& earlier = mixed->second[so_far];
    for (int64_t id = 1; id < event.id.value(); ++id) earlier.push_back(id);
  }
  mixed->second[event.currency].push_back(event.id.value());
}

void History::Move(const Event& event) {
  Moved& moved = moved_[{event.user, event.id}];
  moved = {event.to, event.at, std::string(event.code), std::string(event.message)};
}

Transaction History::Load(uint32_t ref) const {
  Transaction transaction = TransactionOf(Row(rows_.At(ref)).Decode());
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
  const uint32_t ref = by_key_.Find(hash, [&](uint32_t each) {
    const Event event = Row(rows_.At(each)).Decode();
    return event.user == user && event.key == key;
  });
  if (ref == 0) return std::nullopt;
  return Load(ref);
}

std::optional<Transaction> History::Find(UserId user, TransactionId id) const {
  const uint32_t ref = RefOf(user, id);
  if (ref == 0) return std::nullopt;
  return Load(ref);
}

std::vector<Transaction> History::FindAll(UserId user,
                                          const std::vector<TransactionId>& ids) const {
  std::vector<Transaction> found(ids.size());
  const bool rising = ids.size() > 1 && ids.front() < ids.back();
  uint32_t ref = 0;
  int64_t at = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    // From the newest to the oldest, as the links go.
    const size_t place = rising ? ids.size() - 1 - i : i;
    const int64_t id = ids[place].value();
    ref = id == at - 1 ? Row(rows_.At(ref)).head().previous : RefOf(user, ids[place]);
    WALLET_CHECK(ref != 0);
    at = id;
    found[place] = Load(ref);
  }
  return found;
}

uint32_t History::Newest(UserId user) const {
  return newest_.Find(UserHash(user),
                      [&](uint32_t each) { return Row(rows_.At(each)).owner().user == user; });
}

uint32_t History::RefOf(UserId user, TransactionId id) const {
  uint32_t ref = Newest(user);
  if (ref == 0 || id.value() < 1 || id > Row(rows_.At(ref)).owner().id) return 0;
  // The nearest milestone that does not lie before it.
  const auto place = static_cast<size_t>((id.value() - 1) / kMilestone);
  const auto milestones = milestones_.find(user);
  if (milestones != milestones_.end() && place < milestones->second.size()) {
    ref = milestones->second[place];
  }
  while (Row(rows_.At(ref)).owner().id != id) ref = Row(rows_.At(ref)).head().previous;
  return ref;
}

// A user's ids, of all currencies or of one, ascending; without a list where they are 1 … n.
class History::Ids {
 public:
  explicit Ids(int64_t size) : size_(size) {}
  explicit Ids(const std::vector<int64_t>& list)
      : list_(&list), size_(static_cast<int64_t>(list.size())) {}

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
  int64_t size_;
};

History::Ids History::IdsOf(UserId user, std::optional<Currency> currency) const {
  const uint32_t newest = Newest(user);
  if (newest == 0) return Ids(0);
  const Row last(rows_.At(newest));
  const int64_t count = last.owner().id.value();
  if (!currency) return Ids(count);
  const auto mixed = mixed_.find(user);
  if (mixed == mixed_.end()) return Ids(*currency == last.head().currency ? count : 0);
  const auto ids = mixed->second.find(*currency);
  return ids == mixed->second.end() ? Ids(0) : Ids(ids->second);
}

History::Selection History::Select(const ListTransactions& request) const {
  const Ids ids = IdsOf(request.user, request.currency);
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

#include "engine/generation.h"

#include <algorithm>

#include "engine/index/balance_format.h"
#include "engine/index/field_reader.h"
#include "engine/ledger/limits.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"
#include "wal/base/mutant.h"
#include "wal/base/prefetch.h"

namespace wallet {
namespace {

constexpr size_t kCacheLineBytes = 64;

// Every so many rows of a user one is noted.
constexpr int64_t kMilestone = 64;

uint64_t UserHash(UserId user) {
  return Mix64(static_cast<uint64_t>(user.value()) ^ 0xc3a5c85c97cb3127);
}

uint64_t MoveHash(UserId user, TransactionId id) {
  return Mix64(UserHash(user) + static_cast<uint64_t>(id.value()));
}

Event Decode(const EncodedEvent& encoded) {
  Reader reader(encoded.bytes);
  Event event = DecodeEvent(reader, encoded.base);
  WALLET_CHECK(reader.AtEnd());
  return event;
}

MovedState StateOf(const Event& move) { return {move.to, move.at, move.code, move.message}; }

}  // namespace

int64_t CurrencyIds::CountBelow(int64_t id) const {
  if (!list_) return std::clamp<int64_t>(id - first_, 0, size_);
  return std::lower_bound(list_->begin(), list_->end(), id) - list_->begin();
}

// A row where it lies: a head, then the event's bytes, then, but for a move, the balance.
class Generation::Row {
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
  // Reads on behind the event, where the balance is.
  Balance after() const { return ReadAfter().first; }
  // How much a transaction's row takes, and a move's.
  size_t room() const { return move_room() + ReadAfter().second; }
  size_t move_room() const { return sizeof(Head) + head().size; }

  EncodedEvent encoded() const {
    return {std::string_view(bytes(), head().size), Instant(head().base)};
  }
  // Of all fields the first two, at a fraction of the price.
  EventOwner owner() const { return DecodeOwner(encoded().bytes); }

 private:
  // The balance, and how many bytes it takes.
  std::pair<Balance, size_t> ReadAfter() const {
    const char* const begin = bytes() + head().size;
    const char* end = begin;
    for (int numbers = 0; numbers < 3; ++end) numbers += (*end & 0x80) == 0;
    const std::string_view stored(begin, static_cast<size_t>(end - begin));
    FieldReader fields(stored);
    const Balance balance = BalanceOf(fields);
    WALLET_CHECK(fields.AtEnd());
    return {balance, stored.size()};
  }

  char* place_;
};

void Generation::Create(const Event& event, const EncodedEvent& encoded, const Balance& after,
                        uint64_t key_hash, bool several) {
  const uint32_t ref = Store(rows_, event, encoded, &after);
  const uint32_t previous = Link(event.user, ref);
  WALLET_CHECK(previous == 0 || event.id.value() == IdOf(previous).value() + 1);
  if (event.id.value() % kMilestone == 0) NoteMilestone(event, ref);
  if (several) NoteCurrency(event, previous);
  by_key_.Add(key_hash, ref);
  ++row_count_;
}

uint32_t Generation::Store(RowArena& arena, const Event& event, const EncodedEvent& encoded,
                           const Balance* after) {
  char balance[kMaxBalanceBytes];
  const char* const balance_end = after ? PutBalance(balance, *after) : balance;
  const std::string_view balance_bytes(balance, static_cast<size_t>(balance_end - balance));
  const uint32_t ref =
      arena.Allocate(sizeof(Row::Head) + encoded.bytes.size() + balance_bytes.size());
  const Row row(arena.At(ref));
  row.head() = {.base = encoded.base.value(),
                .previous = 0,
                .size = static_cast<uint16_t>(encoded.bytes.size()),
                .currency = event.currency};
  encoded.bytes.copy(row.bytes(), encoded.bytes.size());
  balance_bytes.copy(row.bytes() + encoded.bytes.size(), balance_bytes.size());
  return ref;
}

uint32_t Generation::Link(UserId user, uint32_t ref) {
  const uint64_t hash = UserHash(user);
  const auto is_his = [&](uint32_t each) { return Row(rows_.At(each)).owner().user == user; };
  const uint32_t previous = newest_.Replace(hash, is_his, ref);
  if (previous == 0) newest_.Add(hash, ref);
  Row(rows_.At(ref)).head().previous = previous;
  return previous;
}

void Generation::NoteMilestone(const Event& event, uint32_t ref) {
  Milestones& his = milestones_[event.user];
  if (his.refs.empty()) his.first = event.id.value();
  his.refs.push_back(ref);
}

void Generation::NoteCurrency(const Event& event, uint32_t previous) {
  MixedOf(event.user, previous).At(event.currency).push_back(event.id.value());
}

Generation::Mixed& Generation::MixedOf(UserId user, uint32_t previous) {
  if (const Mixed* mixed = FindMixed(user)) return const_cast<Mixed&>(*mixed);
  mixed_by_user_.Add(UserHash(user), static_cast<uint32_t>(mixed_.size() + 1));
  Mixed& mixed = mixed_.emplace_back(Mixed{.user = user, .ids = {}});
  if (previous == 0) return mixed;
  // All so far are of one currency: a second one would have been noted when it came.
  std::vector<int64_t>& earlier = mixed.At(Row(rows_.At(previous)).head().currency);
  for (uint32_t ref = previous; ref != 0; ref = Before(ref)) earlier.push_back(IdOf(ref).value());
  std::reverse(earlier.begin(), earlier.end());
  return mixed;
}

const Generation::Mixed* Generation::FindMixed(UserId user) const {
  const uint32_t number = mixed_by_user_.Find(
      UserHash(user), [&](uint32_t each) { return mixed_[each - 1].user == user; });
  return number == 0 ? nullptr : &mixed_[number - 1];
}

const std::vector<int64_t>* Generation::Mixed::Find(Currency currency) const {
  for (const auto& [each, list] : ids) {
    if (each == currency) return &list;
  }
  return nullptr;
}

std::vector<int64_t>& Generation::Mixed::At(Currency currency) {
  if (const auto* list = Find(currency)) return const_cast<std::vector<int64_t>&>(*list);
  return ids.emplace_back(currency, std::vector<int64_t>()).second;
}

void Generation::Move(const Event& event, const EncodedEvent& encoded) {
  const uint32_t ref = Store(moves_, event, encoded, nullptr);
  const uint64_t hash = MoveHash(event.user, event.id);
  const auto is_its = [&](uint32_t each) {
    const EventOwner owner = Row(moves_.At(each)).owner();
    return owner.user == event.user && owner.id == event.id;
  };
  if (last_move_.Replace(hash, is_its, ref) == 0) last_move_.Add(hash, ref);
  ++move_count_;
}

uint32_t Generation::FindByKey(UserId user, std::string_view key, uint64_t hash) const {
  return by_key_.Find(hash, [&](uint32_t each) {
    const Event event = Load(each);
    return (event.user == user && event.key == key) || WALLET_MUTANT("key_compared_by_hash_only");
  });
}

uint32_t Generation::Newest(UserId user) const {
  return newest_.Find(UserHash(user),
                      [&](uint32_t each) { return Row(rows_.At(each)).owner().user == user; });
}

uint32_t Generation::Find(UserId user, TransactionId id) const {
  uint32_t ref = Newest(user);
  if (ref == 0 || id > IdOf(ref)) return 0;
  // The nearest milestone that does not lie before it.
  const auto his = milestones_.find(user);
  if (his != milestones_.end()) {
    const Milestones& milestones = his->second;
    const int64_t place = (id.value() - milestones.first + kMilestone - 1) / kMilestone;
    if (place < static_cast<int64_t>(milestones.refs.size())) {
      ref = milestones.refs[std::max<int64_t>(place, 0)];
    }
  }
  int64_t at = IdOf(ref).value();
  for (; ref != 0 && at > id.value(); --at) ref = Before(ref);
  return ref;
}

uint32_t Generation::Before(uint32_t ref) const { return Row(rows_.At(ref)).head().previous; }

TransactionId Generation::IdOf(uint32_t ref) const { return Row(rows_.At(ref)).owner().id; }

Event Generation::Load(uint32_t ref) const { return Decode(Encoded(ref)); }

Balance Generation::After(uint32_t ref) const { return Row(rows_.At(ref)).after(); }

std::optional<MovedState> Generation::FindMove(UserId user, TransactionId id) const {
  const uint32_t ref = last_move_.Find(MoveHash(user, id), [&](uint32_t each) {
    const EventOwner owner = Row(moves_.At(each)).owner();
    return owner.user == user && owner.id == id;
  });
  if (ref == 0) return std::nullopt;
  return StateOf(Decode(Row(moves_.At(ref)).encoded()));
}

IdSpan Generation::SpanOf(UserId user) const {
  const uint32_t newest = Newest(user);
  if (newest == 0) return {};
  return {FirstOf(user, newest), IdOf(newest).value()};
}

int64_t Generation::FirstOf(UserId user, uint32_t newest) const {
  const auto his = milestones_.find(user);
  uint32_t ref = his == milestones_.end() ? newest : his->second.refs.front();
  while (const uint32_t before = Before(ref)) ref = before;
  return IdOf(ref).value();
}

CurrencyIds Generation::IdsOf(UserId user, Currency currency) const {
  const uint32_t newest = Newest(user);
  if (newest == 0) return CurrencyIds();
  if (const Mixed* mixed = FindMixed(user)) {
    const auto* ids = mixed->Find(currency);
    return ids ? CurrencyIds(*ids) : CurrencyIds();
  }
  if (Row(rows_.At(newest)).head().currency != currency) return CurrencyIds();
  return CurrencyIds(SpanOf(user));
}

void Generation::PrefetchIndex(UserId user, uint64_t key_hash) const {
  by_key_.Prefetch(key_hash);
  newest_.Prefetch(UserHash(user));
}

void Generation::PrefetchUser(UserId user) const {
  if (const uint32_t ref = newest_.Guess(UserHash(user))) PrefetchRow(ref);
}

void Generation::VisitRows(absl::FunctionRef<void(const IndexedRow&)> visit) const {
  rows_.ForEach([&](uint32_t ref, char* place) {
    const Row row(place);
    const EventOwner owner = row.owner();
    visit({owner.user, owner.id, ref});
    return row.room();
  });
}

// A row's event and the balance behind it lie on two lines, mostly.
void Generation::PrefetchRow(uint32_t ref) const {
  const char* const row = rows_.At(ref);
  Prefetch(row);
  Prefetch(row + kCacheLineBytes);
}

EncodedEvent Generation::Encoded(uint32_t ref) const { return Row(rows_.At(ref)).encoded(); }

void Generation::VisitMoves(absl::FunctionRef<void(const IndexedMove&)> visit) const {
  moves_.ForEach([&](uint32_t, char* place) {
    const Row row(place);
    const Event move = Decode(row.encoded());
    visit({move.user, move.id, StateOf(move)});
    return row.move_room();
  });
}

}  // namespace wallet

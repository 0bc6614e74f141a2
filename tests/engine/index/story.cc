#include "tests/engine/index/story.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace wallet::testing {
namespace {

constexpr Instant kBegin{1'700'000'000'000'000};

// Some of the story's events.
class ToldSource final : public IndexSource {
 public:
  void Add(const Story::Told& told) {
    const Event& event = told.event;
    if (event.type == EventType::kWithdrawalMoved) {
      moves_[{event.user, event.id}] = {event.to, event.at, event.code, event.message};
      return;
    }
    rows_.push_back({event.user, event.id, rows_.size()});
    EncodeEvent(event, kBegin, encoded_.emplace_back());
    after_.push_back(told.after);
    ranks_.insert(ranks_.end(), told.ranks.begin(), told.ranks.end());
  }

  uint64_t rows() const override { return rows_.size(); }
  uint64_t moves() const override { return moves_.size(); }
  uint64_t ranks() const override { return ranks_.size(); }
  void VisitRows(absl::FunctionRef<void(const IndexedRow&)> visit) const override {
    for (const IndexedRow& row : rows_) visit(row);
  }
  IndexedTransaction LoadRow(uint64_t handle) const override {
    return {{encoded_[handle], kBegin}, after_[handle]};
  }
  void VisitMoves(absl::FunctionRef<void(const IndexedMove&)> visit) const override {
    for (const auto& [key, state] : moves_) visit({key.first, key.second, state});
  }
  void VisitRanks(absl::FunctionRef<void(const IndexedRank&)> visit) const override {
    for (const IndexedRank& rank : ranks_) visit(rank);
  }

 private:
  std::vector<IndexedRow> rows_;
  std::vector<std::string> encoded_;
  std::vector<Balance> after_;
  std::map<std::pair<UserId, TransactionId>, MovedState> moves_;
  std::vector<IndexedRank> ranks_;
};

}  // namespace

Event Story::NewEvent(EventType type, int64_t user, TransactionId id, const Extras& extras) {
  Event event;
  event.type = type;
  event.user = UserId(user);
  event.id = id;
  event.at = Instant(kBegin.value() + 1'500'000 * static_cast<int64_t>(told_.size()));
  if (type == EventType::kWithdrawalMoved) return event;
  event.currency = *Currency::Parse(extras.currency);
  event.amount = Amount(extras.amount);
  event.key = Keep(absl::StrCat(key_prefix_, user, "-", id.value()));
  if (extras.description) event.description = Keep(std::string(*extras.description));
  return event;
}

TransactionId Story::Charge(int64_t user, const Extras& extras) {
  const TransactionId id(static_cast<int64_t>(users_[user].size()) + 1);
  Event event = NewEvent(EventType::kCharged, user, id, extras);
  event.release_at = extras.release_at;
  return Tell(event);
}

TransactionId Story::Withdraw(int64_t user, const Extras& extras) {
  const TransactionId id(static_cast<int64_t>(users_[user].size()) + 1);
  Event event = NewEvent(EventType::kWithdrawalRequested, user, id, extras);
  event.epoch = Epoch(77);
  if (extras.destination) event.destination = Keep(std::string(*extras.destination));
  return Tell(event);
}

// Of the first in each currency, and from the second currency on, of all.
std::vector<IndexedRank> Story::RanksWith(const Event& event) const {
  const std::vector<Transaction>& before = users_.at(event.user.value());
  const auto count = [&](Currency currency) {
    return std::ranges::count(before, currency, &Transaction::currency);
  };
  std::vector<IndexedRank> ranks;
  const auto size = static_cast<int64_t>(before.size());
  const bool pure = size == 0 || count(before[0].currency) == size;
  if (pure && (size == 0 || before[0].currency == event.currency)) return ranks;
  if (pure) ranks.push_back({event.user, before[0].currency, size - 1, TransactionId(size)});
  ranks.push_back({event.user, event.currency, count(event.currency), event.id});
  return ranks;
}

Balance Story::AfterOf(const Transaction& transaction) {
  const int64_t total = std::abs(transaction.amount.value());
  const int64_t unreleased = transaction.release_at ? total / 2 : 0;
  const int64_t held = (total - unreleased) / (1 + transaction.id.value());
  return {Amount(total), Amount(total - unreleased - held), Amount(unreleased), Amount(held)};
}

TransactionId Story::Tell(const Event& event) {
  std::vector<IndexedRank> ranks = RanksWith(event);
  const bool charge = event.type == EventType::kCharged;
  Transaction transaction;
  transaction.user = event.user;
  transaction.id = event.id;
  transaction.type = charge ? TransactionType::kCharge : TransactionType::kWithdraw;
  transaction.substatus = charge ? Substatus::kNone : Substatus::kQueued;
  transaction.currency = event.currency;
  transaction.epoch = event.epoch;
  transaction.amount = Amount((charge ? 1 : -1) * event.amount.value());
  transaction.created_at = transaction.updated_at = event.at;
  transaction.release_at = event.release_at;
  transaction.key = event.key;
  transaction.destination = event.destination;
  transaction.description = event.description;
  users_[event.user.value()].push_back(transaction);
  told_.push_back({event, std::move(ranks), AfterOf(transaction)});
  return event.id;
}

void Story::Move(int64_t user, TransactionId id, Substatus to) {
  Event event = NewEvent(EventType::kWithdrawalMoved, user, id, {});
  event.to = to;
  uint32_t& attempts = attempts_[{user, id}];
  event.attempt = to == Substatus::kDispatching ? ++attempts : attempts;
  if (to == Substatus::kFailed || to == Substatus::kReview) {
    event.code = "declined";
    event.message = Keep(absl::StrCat("for reason ", told_.size()));
  }
  told_.push_back({event, {}, {}});
  Transaction& transaction = users_.at(user).at(static_cast<size_t>(id.value() - 1));
  transaction.substatus = to;
  transaction.updated_at = event.at;
  transaction.failure_code = to == Substatus::kFailed ? event.code : "";
  transaction.failure_message = to == Substatus::kFailed ? event.message : "";
}

IndexBatch Story::Batch(size_t from, size_t to) const {
  std::vector<std::shared_ptr<ToldSource>> sources;
  for (int i = 0; i < 4; ++i) sources.push_back(std::make_shared<ToldSource>());
  for (size_t i = from; i < to; ++i) {
    const size_t generation = i < (from + to) / 2 ? 0 : 1;
    const auto shard = static_cast<size_t>(told_[i].event.user.value() % 2);
    sources[2 * generation + shard]->Add(told_[i]);
  }
  return {{sources.begin(), sources.end()}, Position(to)};
}

std::vector<Transaction> Story::Of(int64_t user, Currency currency) const {
  std::vector<Transaction> found;
  for (const Transaction& each : users_.at(user)) {
    if (each.currency == currency) found.push_back(each);
  }
  return found;
}

namespace {

// The first thing that is not as it should be.
class Comparison {
 public:
  Comparison(const IndexReader& reader, const Story& story) : reader_(reader), story_(story) {}

  absl::Status Run() {
    for (const auto& [user, transactions] : story_.users()) {
      CompareIds(UserId(user), transactions);
      CompareRanges(UserId(user), transactions);
      CompareKeys(UserId(user), transactions);
      CompareCurrencies(UserId(user), transactions);
    }
    Strangers();
    return status_;
  }

 private:
  template <class T>
  bool Good(const absl::StatusOr<T>& answer) {
    if (!answer.ok()) status_.Update(answer.status());
    return answer.ok();
  }
  void Expect(bool holds, std::string_view what, UserId user) {
    if (holds) return;
    status_.Update(absl::InternalError(absl::StrCat(what.data(), " of user ", user.value())));
  }

  void CompareIds(UserId user, const std::vector<Transaction>& expected) {
    const auto size = static_cast<int64_t>(expected.size());
    for (int64_t id = -1; id <= size + 2; ++id) {
      const auto found = reader_.Find(user, TransactionId(id));
      if (!Good(found)) continue;
      const bool there = 1 <= id && id <= size;
      Expect(found->has_value() == there, "Find finds or not", user);
      if (there && *found) Expect(SameRow(**found, expected[id - 1]), "Find", user);
    }
  }

  void CompareRanges(UserId user, const std::vector<Transaction>& all) {
    const auto size = static_cast<int64_t>(all.size());
    const int64_t step = 1 + size / 5;
    for (int64_t first = 0; first <= size + 1; first += step) {
      for (int64_t last = first - 1; last <= size + 1; last += step) {
        for (const int64_t limit : {int64_t{0}, int64_t{1}, int64_t{2}, size / 2, size, INT64_MAX})
          CompareRange(user, all, {TransactionId(first), TransactionId(last)}, limit);
      }
    }
    CompareRange(user, all, {TransactionId(INT64_MIN), TransactionId(INT64_MAX)}, 3);
  }

  void CompareRange(UserId user, const std::vector<Transaction>& all, IdRange range,
                    int64_t limit) {
    std::vector<Transaction> expected;
    for (const Transaction& each : all) {
      if (range.first <= each.id && each.id <= range.last) expected.push_back(each);
    }
    for (const IdOrder order : {IdOrder::kOldestFirst, IdOrder::kNewestFirst}) {
      const auto found = reader_.Range(user, range, order, limit);
      if (Good(found)) {
        const auto size = std::min<uint64_t>(expected.size(), static_cast<uint64_t>(limit));
        Expect(Same(*found, {expected.begin(), expected.begin() + size}), "Range", user);
      }
      std::ranges::reverse(expected);
    }
  }

  void CompareKeys(UserId user, const std::vector<Transaction>& expected) {
    for (const Transaction& each : expected) {
      const uint64_t hash = reader_.KeyHash(user, each.key);
      Expect(reader_.MayHaveKey(hash), "MayHaveKey", user);
      bool may[] = {false};
      reader_.MayHaveKeys({&hash, 1}, may);
      Expect(may[0], "MayHaveKeys", user);
      const auto found = reader_.FindByKey(hash, user, each.key);
      if (Good(found)) Expect(*found && SameRow(**found, each), "FindByKey", user);
      NotFoundByKey(user, absl::StrCat(std::string(each.key), "!"));
      NotFoundByKey(UserId(user.value() / 2 + 1'000), std::string(each.key));
    }
  }

  void NotFoundByKey(UserId user, const std::string& key) {
    const auto found = reader_.FindByKey(reader_.KeyHash(user, key), user, key);
    if (Good(found)) Expect(!found->has_value(), "FindByKey finds what is not there", user);
  }

  void CompareCurrencies(UserId user, const std::vector<Transaction>& all) {
    std::set<Currency> used;
    for (const Transaction& each : all) used.insert(each.currency);
    const bool mixed = used.size() > 1;
    for (const char* code : {"USD", "EUR", "JPY", "ZWG"}) {
      const Currency currency = *Currency::Parse(code);
      CompareCurrency(user, currency,
                      mixed ? story_.Of(user.value(), currency) : std::vector<Transaction>());
    }
  }

  void CompareCurrency(UserId user, Currency currency, const std::vector<Transaction>& expected) {
    const auto size = static_cast<int64_t>(expected.size());
    const auto count = reader_.CountOfCurrency(user, currency);
    if (Good(count)) Expect(*count == size, "CountOfCurrency", user);
    for (int64_t from = 0; from <= size + 1; from += 1 + size / 4) {
      for (const int64_t limit : {int64_t{0}, int64_t{1}, size / 2, INT64_MAX})
        ComparePage(user, currency, expected, from, limit);
    }
    for (int64_t id = 0; id <= 2 + (size ? expected.back().id.value() : 0); ++id) {
      const auto below = reader_.RankBelow(user, currency, TransactionId(id));
      const int64_t right = std::ranges::count_if(
          expected, [&](const Transaction& each) { return each.id < TransactionId(id); });
      if (Good(below)) Expect(*below == right, "RankBelow", user);
    }
  }

  void ComparePage(UserId user, Currency currency, const std::vector<Transaction>& expected,
                   int64_t from, int64_t limit) {
    const auto ids = reader_.IdsOfCurrency(user, currency, from, limit);
    if (!Good(ids)) return;
    std::vector<Transaction> page;
    for (int64_t i = from; i < static_cast<int64_t>(expected.size()) && i - from < limit; ++i) {
      page.push_back(expected[i]);
    }
    Expect(std::ranges::equal(*ids, page, {}, {}, &Transaction::id), "IdsOfCurrency", user);
    const auto found = reader_.FindAll(user, *ids);
    if (Good(found)) Expect(Same(*found, page), "FindAll", user);
  }

  void Strangers() {
    for (const int64_t user : {int64_t{1'000'000}, INT64_MAX - 1}) {
      CompareIds(UserId(user), {});
      CompareRanges(UserId(user), {});
      CompareCurrencies(UserId(user), {});
      NotFoundByKey(UserId(user), "key");
    }
  }

  static bool SameRow(const StoredTransaction& found, const Transaction& expected) {
    return found.transaction == expected && found.after == Story::AfterOf(expected);
  }
  static bool Same(const std::vector<StoredTransaction>& found,
                   const std::vector<Transaction>& expected) {
    return std::ranges::equal(found, expected, SameRow);
  }

  const IndexReader& reader_;
  const Story& story_;
  absl::Status status_;
};

}  // namespace

absl::Status Compare(const IndexReader& reader, const Story& story) {
  return Comparison(reader, story).Run();
}

}  // namespace wallet::testing

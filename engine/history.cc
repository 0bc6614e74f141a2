#include "engine/history.h"

#include <algorithm>
#include <utility>

#include "engine/user_ids.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {

History::History(const KeyHasher& hash, std::optional<IndexReader> index)
    : hash_(hash), growing_(std::make_shared<Generation>()), index_(std::move(index)) {}

void History::UseReserve(HugeReserve& reserve) {
  reserve_ = &reserve;
  growing_->UseReserve(reserve);
}

void History::PrefetchIndex(UserId user, uint64_t key_hash) const {
  growing_->PrefetchIndex(user, key_hash);
  if (frozen_) frozen_->PrefetchKey(key_hash);
}

void History::Apply(const Event& event, const EncodedEvent& encoded, const Balance& after,
                    bool several) {
  if (event.type == EventType::kWithdrawalMoved) {
    Move(event, encoded);
  } else {
    Create(event, encoded, after, KeyHash(event.user, event.key), several);
  }
}

Transaction History::Load(const Generation& generation, uint32_t ref) const {
  Transaction transaction = TransactionOf(generation.Load(ref));
  BringUpToDate(transaction);
  return transaction;
}

void History::BringUpToDate(Transaction& transaction) const {
  if (transaction.type == TransactionType::kCharge || WALLET_MUTANT("duplicate_as_it_was")) return;
  auto moved = growing_->FindMove(transaction.user, transaction.id);
  if (!moved && frozen_) moved = frozen_->FindMove(transaction.user, transaction.id);
  if (moved) MoveTo(*moved, transaction);
}

std::optional<Transaction> History::FindByKey(UserId user, std::string_view key, uint64_t hash,
                                              Disk& disk, bool indexed) const {
  if (const uint32_t ref = growing_->FindByKey(user, key, hash)) return Load(*growing_, ref);
  if (frozen_) {
    if (const uint32_t ref = frozen_->FindByKey(user, key, hash)) return Load(*frozen_, ref);
  }
  if (!index_ || !indexed || !index_->MayHaveKey(hash)) return std::nullopt;
  if (disk.found == nullptr || !disk.found->key) {
    disk.Want().key = {user, std::string(key), hash};
    return std::nullopt;
  }
  const std::optional<StoredTransaction>& found = disk.found->key->transaction;
  if (!found) return std::nullopt;
  Transaction transaction = found->transaction;
  BringUpToDate(transaction);
  return transaction;
}

// From the newest to the oldest, as the links go.
class History::Walk {
 public:
  Walk(const History& history, UserId user, bool with_balances, Disk& disk)
      : history_(history), user_(user), with_balances_(with_balances), disk_(disk) {}

  // Below the one asked for before. Empty, but for its name, where the index must be asked first.
  PastTransaction At(TransactionId id) {
    Step(id);
    if (ref_ == 0) return Stored(id);
    return {history_.Load(*generation_, ref_),
            with_balances_ ? generation_->After(ref_) : Balance()};
  }

 private:
  void Step(TransactionId id) {
    if (ref_ != 0 && id.value() == at_ - 1) ref_ = generation_->Before(ref_);
    at_ = id.value();
    if (ref_ != 0 && generation_->IdOf(ref_) == id) return;
    if (!below_memory_) Seek(id);
  }

  void Seek(TransactionId id) {
    for (const Generation* each :
         {static_cast<const Generation*>(history_.growing_.get()), history_.frozen_.get()}) {
      generation_ = each;
      ref_ = each ? each->Find(user_, id) : 0;
      if (ref_ != 0) return;
    }
    below_memory_ = true;
  }

  PastTransaction Stored(TransactionId id) {
    WALLET_CHECK(history_.index_.has_value());
    const TransactionName name(user_, id);
    if (disk_.found) {
      if (const auto found = disk_.found->rows.find(name); found != disk_.found->rows.end()) {
        PastTransaction past{found->second.transaction,
                             with_balances_ ? found->second.after : Balance()};
        history_.BringUpToDate(past.transaction);
        return past;
      }
    }
    disk_.Want().rows.push_back(name);
    return {.transaction = {.user = user_, .id = id}, .after = {}};
  }

  const History& history_;
  const UserId user_;
  const bool with_balances_;
  Disk& disk_;
  const Generation* generation_ = nullptr;
  uint32_t ref_ = 0;
  int64_t at_ = 0;
  bool below_memory_ = false;  // and so is all that follows
};

std::optional<PastTransaction> History::Find(UserId user, TransactionId id, TransactionId last,
                                             Disk& disk) const {
  if (id < TransactionId(1) || id > last) return std::nullopt;
  return Walk(*this, user, /*with_balances=*/true, disk).At(id);
}

void History::FindAll(UserId user, const std::vector<TransactionId>& ids, bool with_balances,
                      Disk& disk, Visit visit) const {
  const bool rising = ids.size() > 1 && ids.front() < ids.back();
  Walk walk(*this, user, with_balances, disk);
  for (size_t i = 0; i < ids.size(); ++i) {
    const size_t place = rising ? ids.size() - 1 - i : i;
    visit(place, walk.At(ids[place]));
  }
}

History::Selection History::Select(const ListTransactions& request, const UserSummary& user,
                                   Disk& disk) const {
  const UserIds ids(request.user, request.currency, user, *growing_, frozen_.get(), disk);
  Selection selection;
  selection.total = ids.size();
  if (request.order == ListOrder::kAfter) {
    const bool past_end = request.from >= user.last;
    const int64_t begin = past_end ? ids.size() : ids.CountBelow(request.from.value() + 1);
    const int64_t end = std::min(ids.size(), begin + request.limit);
    selection.ids = ids.At(begin, end);
    if (end < ids.size() && end > begin) selection.next = selection.ids.back().value();
    return selection;
  }
  int64_t end =
      request.order == ListOrder::kBefore
          ? ids.CountBelow(request.from.value() + (WALLET_MUTANT("before_id_inclusive") ? 1 : 0))
          : ids.size();
  if (request.order == ListOrder::kPage) {
    // Compared before it is multiplied: page × limit need not fit 64 bits.
    const bool past_end = request.page - 1 > end / request.limit;
    end -= past_end ? end
                    : std::min(end, (request.page - 1) * request.limit +
                                        (WALLET_MUTANT("page_off_by_one") ? 1 : 0));
  }
  const int64_t begin = std::max<int64_t>(0, end - request.limit);
  selection.ids = ids.At(begin, end);
  std::reverse(selection.ids.begin(), selection.ids.end());
  if ((begin > 0 || WALLET_MUTANT("next_behind_the_end")) && end > begin) {
    selection.next =
        request.order == ListOrder::kPage ? request.page + 1 : selection.ids.back().value();
  }
  return selection;
}

std::shared_ptr<const Generation> History::Freeze() {
  WALLET_CHECK(frozen_ == nullptr);
  frozen_ = std::exchange(growing_, std::make_shared<Generation>());
  if (reserve_) growing_->UseReserve(*reserve_);
  return frozen_;
}

std::optional<IndexReader> History::Written(IndexReader index) {
  WALLET_CHECK(frozen_ != nullptr);
  frozen_.reset();
  return std::exchange(index_, std::move(index));
}

std::optional<IndexReader> History::Refresh(IndexReader index) {
  if (index.position() != index_position()) return index;
  return std::exchange(index_, std::move(index));
}

}  // namespace wallet

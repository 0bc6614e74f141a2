#include "engine/restore/index_at.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/index/entry_format.h"
#include "engine/index/families.h"
#include "engine/index/row_format.h"
#include "wal/runs/run_set.h"

namespace wallet {
namespace {

constexpr uint64_t kProgressEntries = 1024;

// The entries of one family of the old index, filtered into one run of the new one.
class FamilyCopy {
 public:
  FamilyCopy(const IndexReader& from, const Ledger& ledger, RunSet& to, FamilyId family)
      : view_(from.view()), ledger_(ledger), to_(to), family_(family) {}
  virtual ~FamilyCopy() = default;

  // Progress counts entries, over all families, from `done` on.
  absl::Status Run(uint64_t& done, uint64_t total, RestoreProgress progress) {
    const absl::Status scanned =
        view_.Scan(family_, kFirstRunKey, kLastRunKey, [&](const RunEntry& entry) {
          if (done++ % kProgressEntries == 0 && !progress(RestoreStep::kIndex, done, total)) {
            status_ = StoppedOnRequest();
          }
          if (status_.ok()) status_ = Visit(entry);
          return status_.ok();
        });
    if (!status_.ok()) return status_;
    if (!scanned.ok()) return scanned;
    absl::Status status = AtEnd();
    return status.ok() && writer_ ? writer_->Finish() : status;
  }
  uint64_t entries() const { return writer_ ? writer_->entries() : 0; }
  // Null when nothing was left: there are no empty runs.
  std::unique_ptr<RunWriter> TakeRun() { return std::move(writer_); }

 protected:
  virtual absl::Status Visit(const RunEntry& entry) = 0;
  virtual absl::Status AtEnd() { return absl::OkStatus(); }

  const Ledger& ledger() const { return ledger_; }
  uint64_t LastIdOf(uint64_t user) const {
    const TransactionId last = ledger_.SummaryOf(UserId(static_cast<int64_t>(user))).last;
    return static_cast<uint64_t>(last.value());
  }
  absl::Status Keep(RunKey key, std::string_view value) {
    if (!writer_) {
      auto writer = to_.NewRun(family_, MostGroups());
      if (!writer.ok()) return writer.status();
      writer_ = *std::move(writer);
    }
    return writer_->Add(key, value);
  }

 private:
  uint64_t MostGroups() const {
    uint64_t groups = 0;
    for (const RunView::Run& run : view_.runs(family_)) groups += run->summary().groups;
    return groups;
  }

  const RunView& view_;
  const Ledger& ledger_;
  RunSet& to_;
  const FamilyId family_;
  std::unique_ptr<RunWriter> writer_;
  absl::Status status_;
};

absl::Status Incomplete(uint64_t user, uint64_t id) {
  return IndexDamage(UserId(static_cast<int64_t>(user)),
                     absl::StrCat("transaction ", id, " is missing"));
}

class RowCopy final : public FamilyCopy {
 public:
  RowCopy(const IndexReader& from, const Ledger& ledger, RunSet& to)
      : FamilyCopy(from, ledger, to, kTransactionRuns) {}

 private:
  absl::Status Visit(const RunEntry& entry) override {
    if (entry.key.group != user_) {
      if (absl::Status status = AtEnd(); !status.ok()) return status;
      user_ = entry.key.group;
      next_ = 1;
      last_ = LastIdOf(user_);
    }
    if (entry.key.order > last_) return absl::OkStatus();
    if (entry.key.order != next_++) return Incomplete(user_, next_ - 1);
    const OpenWithdrawal* open = ledger().FindOpen(
        UserId(static_cast<int64_t>(user_)), TransactionId(static_cast<int64_t>(entry.key.order)));
    return open == nullptr ? Keep(entry.key, entry.value) : KeepOpen(entry, *open);
  }
  absl::Status AtEnd() override {
    return next_ == last_ + 1 ? absl::OkStatus() : Incomplete(user_, next_);
  }

  // As if it had moved there last: the family's own way to join a row and a later state.
  absl::Status KeepOpen(const RunEntry& entry, const OpenWithdrawal& open) {
    joined_ = encoder_.Change({.substatus = open.substatus, .at = open.updated_at});
    CombineRows(entry.key, joined_, entry.value);
    return Keep(entry.key, joined_);
  }

  uint64_t user_ = 0;
  uint64_t next_ = 1;  // the id that comes next
  uint64_t last_ = 0;
  RowEncoder encoder_;
  std::string joined_;
};

class KeyCopy final : public FamilyCopy {
 public:
  KeyCopy(const IndexReader& from, const Ledger& ledger, RunSet& to)
      : FamilyCopy(from, ledger, to, kKeyRuns) {}

 private:
  absl::Status Visit(const RunEntry& entry) override {
    auto ids = DecodeIds(entry.value);
    if (!ids) {
      return IndexDamage(UserId(static_cast<int64_t>(entry.key.order)),
                         "what is stored of a key can't be read");
    }
    const uint64_t last = LastIdOf(entry.key.order);
    std::erase_if(*ids, [&](TransactionId id) { return static_cast<uint64_t>(id.value()) > last; });
    return ids->empty() ? absl::OkStatus() : Keep(entry.key, EncodeIds(*ids));
  }
};

// Only users with more than one currency have ranks, and then two at least: a user of whom one is
// left had only one currency then.
class RankCopy final : public FamilyCopy {
 public:
  RankCopy(const IndexReader& from, const Ledger& ledger, RunSet& to)
      : FamilyCopy(from, ledger, to, kCurrencyRuns) {}

 private:
  absl::Status Visit(const RunEntry& entry) override {
    const auto id = DecodeId(entry.value);
    if (!id) {
      return IndexDamage(UserId(static_cast<int64_t>(entry.key.group)),
                         "what is stored of a currency can't be read");
    }
    if (static_cast<uint64_t>(id->value()) > LastIdOf(entry.key.group)) return absl::OkStatus();
    if (entry.key.group != user_) {
      user_ = entry.key.group;
      first_ = {entry.key, std::string(entry.value)};
      return absl::OkStatus();
    }
    if (first_) {
      if (absl::Status status = Keep(first_->first, first_->second); !status.ok()) return status;
      first_.reset();
    }
    return Keep(entry.key, entry.value);
  }

  uint64_t user_ = 0;
  std::optional<std::pair<RunKey, std::string>> first_;  // of the user, while it is the only one
};

uint64_t EntriesOf(const RunView& view) {
  uint64_t entries = 0;
  for (uint32_t family = 0; family < kIndexFamilies; ++family) {
    for (const RunView::Run& run : view.runs(FamilyId(family))) entries += run->summary().entries;
  }
  return entries;
}

}  // namespace

absl::StatusOr<uint64_t> WriteIndexAt(FileSystem& files, Random& random, const IndexReader& from,
                                      const Ledger& ledger, Position position,
                                      const std::string& directory, RestoreProgress progress) {
  absl::Status status = RunSet::Create(files, directory, from.view().metadata());
  if (!status.ok()) return status;
  auto to = RunSet::Open(files, random, IndexRunOptions(directory));
  if (!to.ok()) return to.status();
  RowCopy rows(from, ledger, **to);
  KeyCopy keys(from, ledger, **to);
  RankCopy ranks(from, ledger, **to);
  const uint64_t total = EntriesOf(from.view());
  uint64_t done = 0;
  std::vector<std::unique_ptr<RunWriter>> runs;
  uint64_t transactions = 0;
  for (FamilyCopy* copy : {static_cast<FamilyCopy*>(&rows), static_cast<FamilyCopy*>(&keys),
                           static_cast<FamilyCopy*>(&ranks)}) {
    if (status = copy->Run(done, total, progress); !status.ok()) return status;
    if (copy == &rows) transactions = copy->entries();
    if (auto run = copy->TakeRun()) runs.push_back(std::move(run));
  }
  status = (*to)->Commit(std::move(runs), position, from.view().metadata());
  if (!status.ok()) return status;
  return transactions;
}

}  // namespace wallet

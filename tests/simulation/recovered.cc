#include "tests/simulation/recovered.h"

#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/recovery.h"
#include "engine/section_load.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/snapshot_reader.h"
#include "tests/simulation/translate.h"

namespace wallet::simulation {
namespace {

using States = std::vector<std::unique_ptr<ShardState>>;

States NewStates(int shards) {
  States states;
  for (int i = 0; i < shards; ++i)
    states.push_back(std::make_unique<ShardState>(KeyHasher(KeySecret{})));
  return states;
}

Digest DigestOf(const States& states, int64_t last_stamp) {
  Digest digest;
  for (const auto& state : states) digest += state->ledger.DigestAt(Instant(last_stamp));
  return digest;
}

absl::StatusOr<States> ReplayInto(Log& log, int shards) {
  States states = NewStates(shards);
  const absl::Status status = Replay(log, states, {}, [](Position) { return absl::OkStatus(); });
  if (!status.ok()) return status;
  return states;
}

class Comparison {
 public:
  Comparison(const States& states, const LedgerWatch& ledger, const Journal& journal)
      : states_(states), ledger_(ledger), journal_(journal) {}

  std::string Run() const {
    for (const auto& [user, entries] : ledger_.wallet().users()) {
      for (const model::Entry& entry : entries) {
        if (std::string wrong = CompareEntry(entry); !wrong.empty()) return Of(user, wrong);
      }
      if (std::string wrong = CompareUser(user, entries); !wrong.empty()) return Of(user, wrong);
    }
    if (std::string wrong = CompareKeys(); !wrong.empty()) return wrong;
    if (std::string wrong = CompareCounts(); !wrong.empty()) return wrong;
    return CompareSums();
  }

 private:
  static std::string Of(int64_t user, const std::string& wrong) {
    return absl::StrCat("user ", user, ": ", wrong);
  }
  const ShardState& StateOf(int64_t user) const {
    return *states_[ShardOfUser(UserId(user), static_cast<int>(states_.size()))];
  }
  TransactionId LastOf(int64_t user) const {
    return StateOf(user).ledger.SummaryOf(UserId(user)).last;
  }
  std::optional<Transaction> FindByKey(int64_t user, const std::string& key) const {
    const History& history = StateOf(user).history;
    Disk none;
    return history.FindByKey(UserId(user), key, history.KeyHash(UserId(user), key), none);
  }
  std::string CompareEntry(const model::Entry& entry) const;
  std::string CompareOpen(const model::Entry& entry) const;
  std::string CompareUser(int64_t user, const std::vector<model::Entry>& entries) const;
  std::string CompareBalance(int64_t user, const std::string& currency, int64_t now) const;
  std::string CompareKeys() const;
  std::string CompareCounts() const;
  std::string CompareSums() const;

  const States& states_;
  const LedgerWatch& ledger_;
  const Journal& journal_;
};

std::string Comparison::CompareEntry(const model::Entry& entry) const {
  const int64_t user = entry.request.user;
  Disk none;
  const auto by_id =
      StateOf(user).history.Find(UserId(user), TransactionId(entry.id), LastOf(user), none);
  if (!by_id || TransactionOf(by_id->transaction) != model::See(entry)) {
    return absl::StrCat("should hold ", ToString(model::See(entry)), ", holds ",
                        by_id ? ToString(TransactionOf(by_id->transaction)) : "nothing");
  }
  const auto by_key = FindByKey(user, entry.request.key);
  if (!by_key || by_key->id.value() != entry.id) return "key lost: " + entry.request.key;
  return CompareOpen(entry);
}

std::string Comparison::CompareOpen(const model::Entry& entry) const {
  const OpenWithdrawal* open =
      StateOf(entry.request.user)
          .ledger.FindOpen(UserId(entry.request.user), TransactionId(entry.id));
  if ((entry.status == "pending") != (open != nullptr)) return "open, or not";
  if (!open) return "";
  const bool same = ToString(open->substatus) == entry.substatus &&
                    open->attempts == entry.attempts && open->bank == entry.bank &&
                    open->may_have_paid == entry.may_have_paid &&
                    open->amount.value() == entry.request.amount;
  return same ? "" : absl::StrCat("withdrawal ", entry.id, " is open otherwise");
}

std::string Comparison::CompareUser(int64_t user, const std::vector<model::Entry>& entries) const {
  const int64_t last = LastOf(user).value();
  if (last != static_cast<int64_t>(entries.size())) return absl::StrCat("has ", last);
  const int64_t stamp = ledger_.last_stamp();
  for (const int64_t now : {stamp, stamp + kMicrosPerSecond, kMaxInstant.value()}) {
    for (const char* currency : {"USD", "EUR", "JPY"}) {
      if (std::string wrong = CompareBalance(user, currency, now); !wrong.empty()) return wrong;
    }
  }
  return "";
}

std::string Comparison::CompareBalance(int64_t user, const std::string& currency,
                                       int64_t now) const {
  const model::Balance real = BalanceOf(
      StateOf(user).ledger.BalanceOf(UserId(user), *Currency::Parse(currency), Instant(now)));
  const model::Balance expected = ledger_.wallet().BalanceOf(user, currency, now);
  if (real == expected) return "";
  return absl::StrCat(currency, " is ", ToString(real), ", should be ", ToString(expected));
}

std::string Comparison::CompareKeys() const {
  std::set<std::pair<int64_t, std::string_view>> used;
  for (const auto& [user, entries] : ledger_.wallet().users()) {
    for (const model::Entry& entry : entries) used.emplace(user, entry.request.key);
  }
  for (const auto& [key, sent] : journal_.writes()) {
    if (used.contains({key.first, key.second}) || !FindByKey(key.first, key.second)) continue;
    return absl::StrCat("user ", key.first, ": key ", key.second, " is used by nothing");
  }
  return "";
}

std::string Comparison::CompareCounts() const {
  int64_t transactions = 0;
  int64_t open = 0;
  for (const auto& state : states_) {
    state->ledger.CheckInvariants();
    transactions += state->ledger.transaction_count();
    state->ledger.ForEachOpen([&](const OpenWithdrawal&) { ++open; });
  }
  if (transactions != ledger_.transactions()) return "another number of transactions";
  return open == ledger_.open_withdrawals() ? "" : "another number of open withdrawals";
}

// Conservation: what all accounts hold is what came in less what went out.
std::string Comparison::CompareSums() const {
  std::map<std::string, __int128> sums;
  for (const auto& [user, entries] : ledger_.wallet().users()) {
    for (const auto& [currency, total] : ledger_.totals()) {
      const Balance balance = StateOf(user).ledger.BalanceOf(
          UserId(user), *Currency::Parse(currency), Instant(ledger_.last_stamp()));
      sums[currency] += balance.total.value();
    }
  }
  for (const auto& [currency, total] : ledger_.totals()) {
    if (sums[currency] != total) return currency + " is not conserved";
  }
  return "";
}

}  // namespace

std::string CheckReplay(Log& log, int shards, const LedgerWatch& ledger, const Journal& journal,
                        Digest& digest) {
  const absl::StatusOr<States> states = ReplayInto(log, shards);
  if (!states.ok()) return states.status().ToString();
  digest = DigestOf(*states, ledger.last_stamp());
  return Comparison(*states, ledger, journal).Run();
}

absl::StatusOr<Digest> DigestFrom(FileSystem& files, const std::string& snapshot, Log& log,
                                  int shards, int64_t last_stamp) {
  const auto reader = SnapshotReader::Open(files, snapshot);
  if (!reader.ok()) return reader.status();
  if (absl::Status status = (*reader)->Verify(); !status.ok()) return status;
  const auto metadata = DecodeSnapshotMetadata((*reader)->metadata(), snapshot);
  if (!metadata.ok()) return metadata.status();
  const States states = NewStates(shards);
  absl::Status status = LoadSections(**reader, *metadata, states, false);
  // The history is no part of it.
  const ReplayFrom from{.ledger = metadata->position, .history = log.end()};
  if (status.ok()) status = Replay(log, states, from, [](Position) { return absl::OkStatus(); });
  if (!status.ok()) return status;
  return DigestOf(states, last_stamp);
}

}  // namespace wallet::simulation

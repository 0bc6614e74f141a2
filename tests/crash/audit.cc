#include "tests/crash/audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/crash/load.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"

namespace wallet::crash {
namespace {

constexpr int64_t kPage = 1'000;
constexpr int kMaxLooks = 10'000;

// One account as its transactions make it.
struct Sum {
  int64_t total = 0;
  int64_t held = 0;
  int64_t surely_unreleased = 0;   // still ahead at the end of the look
  int64_t perhaps_unreleased = 0;  // still ahead at its beginning
};

struct Look {
  Instant begun;
  std::map<std::string, client::Balance> balances;
  Instant ended;
};

std::map<std::string, Sum> AddUp(const std::vector<client::Transaction>& transactions,
                                 const Look& look) {
  std::map<std::string, Sum> sums;
  for (const client::Transaction& each : transactions) {
    Sum& sum = sums[each.currency];
    if (each.status == "completed") sum.total += each.amount;
    if (each.status == "pending") {
      // What is held still counts in the total.
      sum.held -= each.amount;
    }
    if (!each.release_at) continue;
    if (*each.release_at > look.begun) sum.perhaps_unreleased += each.amount;
    if (*each.release_at > look.ended) sum.surely_unreleased += each.amount;
  }
  return sums;
}

Look ReadBalances(client::Client& client, int64_t user,
                  const std::vector<client::Transaction>& transactions, Journal& journal) {
  Look look;
  look.begun = SystemClock().Now();
  std::set<std::string> currencies = {kDefaultCurrency, "EUR", "JPY"};
  for (const client::Transaction& each : transactions) currencies.insert(each.currency);
  for (const std::string& currency : currencies) {
    const client::BalanceAnswer answer = client.GetBalance(user, currency);
    if (!answer.ok()) {
      journal.Problem(absl::StrCat("balance of ", user, ": ", ToString(answer.code)));
    }
    journal.Saw(answer.balance);
    look.balances[currency] = answer.balance;
  }
  look.ended = SystemClock().Now();
  return look;
}

void CheckBalances(int64_t user, const std::vector<client::Transaction>& transactions,
                   const Look& look, Journal& journal) {
  std::map<std::string, Sum> sums = AddUp(transactions, look);
  for (const auto& [currency, balance] : look.balances) {
    const Sum& sum = sums[currency];
    if (balance.total == sum.total && balance.held == sum.held &&
        balance.unreleased >= sum.surely_unreleased &&
        balance.unreleased <= sum.perhaps_unreleased) {
      continue;
    }
    journal.Problem(absl::StrCat("user ", user, " ", currency, ": total ", balance.total, " held ",
                                 balance.held, " unreleased ", balance.unreleased,
                                 ", but the transactions say ", sum.total, ", ", sum.held, ", ",
                                 sum.surely_unreleased, " to ", sum.perhaps_unreleased));
  }
}

bool SameStates(const std::vector<client::Transaction>& a,
                const std::vector<client::Transaction>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return std::tie(x.id, x.substatus) == std::tie(y.id, y.substatus);
  });
}

// Balances that lie between two equal readings of the transactions belong to them.
void AuditUser(client::Client& client, int64_t user, std::vector<client::Transaction>& before,
               Journal& journal) {
  for (int look = 0; look < kMaxLooks; ++look) {
    const Look balances = ReadBalances(client, user, before, journal);
    std::vector<client::Transaction> after = ReadAll(client, user, journal);
    const bool still = SameStates(before, after);
    before = std::move(after);
    if (still) return CheckBalances(user, before, balances, journal);
  }
  journal.Problem(absl::StrCat("user ", user, " never stood still"));
}

// A user without withdrawals: the total answered with each charge is the sum up to it.
void CheckAnsweredTotals(int64_t user, const std::vector<client::Transaction>& ledger,
                         Journal& journal) {
  std::map<int64_t, int64_t> total_after;  // by id
  std::map<std::string, int64_t> totals;
  for (const client::Transaction& each : ledger) {
    total_after[each.id] = totals[each.currency] += each.amount;
  }
  for (const auto& [transaction, balance] : journal.AcceptedAnswers(user)) {
    if (balance.currency == transaction.currency && balance.total == total_after[transaction.id] &&
        balance.held == 0) {
      continue;
    }
    journal.Problem(absl::StrCat("total ", balance.total, " was answered with ",
                                 Describe(transaction), ", it was ", total_after[transaction.id]));
  }
}

bool IsChargeOnly(int64_t user) {
  return user >= kFirstChargeOnlyUser && user < kFirstChargeOnlyUser + kChargeOnlyUsers;
}

absl::StatusOr<std::vector<BookEntry>> ReadBookFile(const std::string& path) {
  const absl::StatusOr<std::string> bytes = PosixFileSystem().ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  return ReadBook(*bytes);
}

std::vector<BookEntry> ReadBookAt(const std::string& path, Journal& journal) {
  absl::StatusOr<std::vector<BookEntry>> book = ReadBookFile(path);
  if (book.ok()) return *std::move(book);
  journal.Problem(book.status().ToString());
  return {};
}

struct Judged {
  const BookEntry* entry = nullptr;
  const client::Transaction* withdrawal = nullptr;
};

void CheckJudged(const std::string& reference, const Judged& judged, Journal& journal) {
  if (judged.withdrawal == nullptr) {
    return journal.Problem("the bank knows a withdrawal that the ledger does not: " + reference);
  }
  const client::Transaction& withdrawal = *judged.withdrawal;
  const BookEntry* entry = judged.entry;
  const bool paid = entry != nullptr && entry->mark == BookMark::kPaid;
  if (withdrawal.status == "completed" && !paid) {
    journal.Problem("completed, but not paid: " + Describe(withdrawal));
  }
  if (withdrawal.status == "failed" && paid) {
    journal.Problem("failed, but paid: " + Describe(withdrawal));
  }
  if (entry == nullptr) return;
  if (entry->user.value() != withdrawal.user_id || entry->amount.value() != -withdrawal.amount ||
      entry->currency.ToString() != withdrawal.currency) {
    journal.Problem("the bank was asked for something else: " + Describe(withdrawal));
  }
}

}  // namespace

std::vector<client::Transaction> ReadAll(client::Client& client, int64_t user, Journal& journal) {
  std::vector<client::Transaction> all;
  int64_t total = 0;
  std::optional<int64_t> next = 0;
  while (next) {
    client::PageAnswer page =
        client.List(client::ListTransactions{.user_id = user, .limit = kPage, .after_id = *next});
    if (!page.ok()) {
      journal.Problem(absl::StrCat("page of ", user, ": ", ToString(page.code), page.message));
      return all;
    }
    next = page.next;
    total = page.total;
    std::move(page.transactions.begin(), page.transactions.end(), std::back_inserter(all));
  }
  if (static_cast<int64_t>(all.size()) != total) {
    journal.Problem(absl::StrCat("user ", user, " has ", total, ", pages show ", all.size()));
  }
  return all;
}

std::vector<client::Transaction> AuditLedger(client::Client& client, Journal& journal) {
  std::vector<client::Transaction> everything;
  for (const int64_t user : journal.Users()) {
    const size_t problems = journal.problems().size();
    std::vector<client::Transaction> transactions = ReadAll(client, user, journal);
    if (journal.problems().size() > problems) continue;  // the rest would only follow from that
    AuditUser(client, user, transactions, journal);
    journal.Audit(user, transactions);
    if (IsChargeOnly(user)) CheckAnsweredTotals(user, transactions, journal);
    std::move(transactions.begin(), transactions.end(), std::back_inserter(everything));
  }
  return everything;
}

void RepeatAccepted(client::Client& client, size_t every, Journal& journal) {
  const std::vector<Request> accepted = journal.Accepted();
  for (size_t i = 0; i < accepted.size(); i += every) {
    journal.Sending(accepted[i]);
    journal.Ended(accepted[i], Send(client, accepted[i]));
  }
}

void SettleLostTries(client::Client& client, Journal& journal) {
  const std::vector<Request> unsettled = journal.Unsettled();
  journal.ForgetLostTries();
  for (const Request& request : unsettled) {
    journal.Sending(request);
    journal.Ended(request, Send(client, request));
  }
}

void AuditBookAgainst(const std::vector<client::Transaction>& ledger, const std::string& book_path,
                      Journal& journal) {
  const std::vector<BookEntry> book = ReadBookAt(book_path, journal);
  if (absl::Status status = AuditBook(book); !status.ok()) journal.Problem(status.ToString());

  std::map<std::string, Judged> by_reference;
  for (const BookEntry& entry : book) by_reference[entry.reference].entry = &entry;
  for (const client::Transaction& each : ledger) {
    if (IsWithdrawal(each)) by_reference[each.reference].withdrawal = &each;
  }
  for (const auto& [reference, judged] : by_reference) CheckJudged(reference, judged, journal);
}

std::set<std::string> PaidReferences(const std::string& book_path, Journal& journal) {
  std::set<std::string> paid;
  for (const BookEntry& entry : ReadBookAt(book_path, journal)) {
    if (entry.mark == BookMark::kPaid) paid.insert(entry.reference);
  }
  return paid;
}

}  // namespace wallet::crash

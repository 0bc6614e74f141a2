#include "tests/crash/load.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/clock.h"

namespace wallet::crash {
namespace {

constexpr int64_t kSoonUs = 3 * kMicrosPerSecond;
constexpr int64_t kLaterUs = 86'400 * kMicrosPerSecond;
constexpr int64_t kMaxBatch = 40;
constexpr int64_t kRepeatWindow = 300;

// Half of the users have too little for most of what they try to withdraw.
bool IsPoor(int64_t user) { return user > kUsers / 2; }

}  // namespace

Load::Load(LoadOptions options, client::Client& writer, client::Client& reader, Journal& journal)
    : options_(std::move(options)),
      writer_(writer),
      reader_(reader),
      journal_(journal),
      random_(options_.seed) {}

void Load::Start() {
  for (int i = 0; i < options_.in_flight; ++i) SendNext();
}

void Load::AwaitAnswers(int64_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return answers_ >= count; });
}

void Load::Stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  changed_.wait(lock, [&] { return sending_ == 0; });
}

void Load::AwaitEnd() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return in_flight_ == 0; });
}

void Load::SendNext() {
  Action action;
  {
    std::lock_guard lock(mutex_);
    if (stopped_) return;
    ++in_flight_;
    ++sending_;
    action = Draw();
  }
  action();
  std::lock_guard lock(mutex_);
  --sending_;
  changed_.notify_all();
}

void Load::OnEnd() {
  SendNext();
  std::lock_guard lock(mutex_);
  ++answers_;
  --in_flight_;
  // Under the lock: once the last request has ended, the load may be gone.
  changed_.notify_all();
}

Load::Action Load::Draw() {
  const int64_t dice = Below(100);
  if (dice < 40) return DrawWrite(NewCharge());
  if (dice < 44) return DrawBatch();
  if (dice < 70) return DrawWrite(NewWithdraw());
  if (dice < 80) return DrawRepeat();
  if (dice < 84) return DrawReuse();
  return DrawRead();
}

Load::Action Load::DrawWrite(Request request) {
  sent_.push_back(request);
  return [this, request = std::move(request)] {
    journal_.Sending(request);
    Send(writer_, request, [this, request](const client::WriteAnswer& answer) {
      journal_.Ended(request, answer);
      OnEnd();
    });
  };
}

Load::Action Load::DrawBatch() {
  std::vector<client::Charge> charges;
  for (int64_t i = Below(kMaxBatch); i >= 0; --i) {
    charges.push_back(NewCharge());
    sent_.push_back(charges.back());
  }
  return [this, charges = std::move(charges)] {
    for (const client::Charge& charge : charges) journal_.Sending(charge);
    writer_.DoAll(charges, [this, charges](const std::vector<client::WriteAnswer>& answers) {
      if (answers.size() != charges.size()) journal_.Problem("a batch lacks answers");
      for (size_t i = 0; i < answers.size(); ++i) journal_.Ended(charges[i], answers[i]);
      OnEnd();
    });
  };
}

// Something sent before, perhaps still under way, perhaps refused, perhaps done.
Load::Action Load::DrawRepeat() {
  if (sent_.empty()) return DrawRead();
  const int64_t back = Below(std::min<int64_t>(kRepeatWindow, sent_.size()));
  return DrawWrite(sent_[sent_.size() - 1 - back]);
}

Load::Action Load::DrawReuse() {
  std::optional<Request> accepted;
  if (!sent_.empty()) accepted = journal_.IfAccepted(sent_[Below(sent_.size())]);
  if (!accepted) return DrawRead();
  return [this, request = WithAnotherAmount(std::move(*accepted))] {
    Send(writer_, request, [this, request](const client::WriteAnswer& answer) {
      journal_.EndedReuse(request, answer);
      OnEnd();
    });
  };
}

Load::Action Load::DrawRead() {
  const int64_t user = AnyUser();
  const int64_t dice = Below(3);
  if (dice == 0) {
    return [this, user, currency = NewCurrency()] {
      reader_.GetBalance(user, currency, [this](const client::BalanceAnswer& answer) {
        if (answer.ok()) journal_.Saw(answer.balance);
        OnEnd();
      });
    };
  }
  if (dice == 1 && !sent_.empty()) {
    return [this, request = sent_[Below(sent_.size())]] {
      reader_.GetTransaction(UserOf(request), KeyOf(request),
                             [this](const client::TransactionAnswer& answer) {
                               if (answer.ok()) journal_.Saw(*answer.transaction);
                               OnEnd();
                             });
    };
  }
  return [this, request = client::ListTransactions{.user_id = user, .limit = 1 + Below(50)}] {
    reader_.List(request, [this](const client::PageAnswer& answer) {
      for (const client::Transaction& each : answer.transactions) journal_.Saw(each);
      OnEnd();
    });
  };
}

client::Charge Load::NewCharge() {
  client::Charge charge{.user_id = AnyUser()};
  charge.amount = 1 + Below(IsPoor(charge.user_id) ? 400 : 10'000);
  charge.idempotency_key = NewKey();
  charge.currency = NewCurrency();
  const int64_t now = SystemClock().Now().value();
  if (Chance(25)) charge.release_at = Instant(now + Below(kSoonUs));
  if (Chance(20)) charge.release_at = Instant(now + kLaterUs);
  if (Chance(10)) charge.release_at = Instant(now - Below(kLaterUs));
  if (Chance(30)) charge.description = absl::StrCat("order ", keys_);
  return charge;
}

client::Withdraw Load::NewWithdraw() {
  client::Withdraw withdraw{.user_id = 1 + Below(kUsers), .amount = 1 + Below(25'000)};
  withdraw.idempotency_key = NewKey();
  withdraw.currency = NewCurrency();
  if (Chance(70)) withdraw.destination = absl::StrCat("IBAN", withdraw.user_id);
  if (Chance(10)) withdraw.description = std::string();
  return withdraw;
}

std::string Load::NewKey() { return absl::StrCat(options_.key_prefix, ++keys_); }

std::string Load::NewCurrency() {
  const int64_t dice = Below(10);
  return dice < 6 ? "" : dice < 7 ? kDefaultCurrency : dice < 9 ? "EUR" : "JPY";
}

int64_t Load::AnyUser() {
  return Chance(15) ? kFirstChargeOnlyUser + Below(kChargeOnlyUsers) : 1 + Below(kUsers);
}

int64_t Load::Below(int64_t bound) {
  return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound));
}

}  // namespace wallet::crash

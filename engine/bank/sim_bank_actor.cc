#include "engine/bank/sim_bank_actor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/bank/backoff.h"
#include "wal/base/check.h"
#include "wal/base/gathered_wakes.h"

namespace wallet {
namespace {

// Says which book it is, and what to do.
absl::Status BookError(const std::string& path, const absl::Status& status) {
  return {status.code(),
          absl::StrCat("the simulated bank's book ", path, ": ", status.message(),
                       " (it is the only record of what this bank has paid: restore the file)")};
}

bool IsProbability(double value) { return value >= 0 && value <= 1; }

BookEntry EntryFor(BookMark mark, const Payment& payment, Instant at) {
  return {mark,           payment.reference,
          payment.user,   payment.currency,
          payment.amount, std::clamp(at, kMinInstant, kMaxInstant)};
}

}  // namespace

SimBankActor::SimBankActor(SimBankOptions options, Executor& executor, const Clock& clock,
                           Random& random)
    : options_(options), clock_(clock), random_(random), mailbox_(executor) {
  WALLET_CHECK(options_.latency_us >= 0);
  for (const double probability : {options_.decline, options_.time_out, options_.lost_reply,
                                   options_.late, options_.not_sent}) {
    WALLET_CHECK(IsProbability(probability));
  }
}

absl::Status SimBankActor::OpenBook(FileSystem& files, const std::string& path) {
  const absl::StatusOr<bool> exists = files.Exists(path);
  if (!exists.ok()) return exists.status();
  absl::Status status = *exists ? ReadJudgements(files, path) : BeginBook(files, path);
  if (!status.ok()) return status;
  absl::StatusOr<std::unique_ptr<AppendFile>> book = files.OpenAppend(path);
  if (!book.ok()) return book.status();
  book_ = *std::move(book);
  return absl::OkStatus();
}

absl::Status SimBankActor::BeginBook(FileSystem& files, const std::string& path) {
  if (!options_.create_book) return BookError(path, absl::NotFoundError("the file is missing"));
  return files.WriteFileAtomically(path, BookStart(end_));
}

absl::Status SimBankActor::ReadJudgements(FileSystem& files, const std::string& path) {
  const absl::StatusOr<std::string> bytes = files.ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<BookEnd> end = ReadBook(*bytes, [this](const BookEntry& entry) {
    if (entry.mark == BookMark::kConflict) return;
    judged_.emplace(entry.reference, Judgement{entry.mark == BookMark::kPaid, entry.user,
                                               entry.currency, entry.amount});
  });
  if (!end.ok()) return BookError(path, end.status());
  end_ = *end;
  return end_.bytes == bytes->size() ? absl::OkStatus() : files.Truncate(path, end_.bytes);
}

void SimBankActor::Pay(Payment payment, int64_t timeout_us, PayDone done) {
  mailbox_.address().Post(
      [this, payment = std::move(payment), timeout_us, done = std::move(done)]() mutable {
        OnPayment(std::move(payment), timeout_us, std::move(done));
      });
}

void SimBankActor::Inquire(std::string reference, InquiryDone done) {
  mailbox_.address().Post(
      [this, reference = std::move(reference), done = std::move(done)]() mutable {
        if (Chance(options_.time_out)) return;
        AfterLatency([this, reference = std::move(reference), done = std::move(done)]() mutable {
          OnInquiry(reference, std::move(done));
        });
      });
}

void SimBankActor::OnPayment(Payment payment, int64_t timeout_us, PayDone done) {
  if (Chance(options_.not_sent)) {
    return done({PayVerdict::kNotSent, "unreachable", "simulated: the bank can't be reached"});
  }
  if (Chance(options_.time_out)) return;
  if (Chance(options_.late)) {
    const int64_t delay_us = timeout_us + Jittered(timeout_us, random_);
    return mailbox_.address().PostAfter(
        delay_us, [this, payment = std::move(payment)] { JudgeUnheard(payment); });
  }
  if (Chance(options_.lost_reply)) {
    return AfterLatency([this, payment = std::move(payment)] { JudgeUnheard(payment); });
  }
  AfterLatency([this, payment = std::move(payment), done = std::move(done)]() mutable {
    AnswerWhenSynced([answer = Judge(payment), done = std::move(done)](bool in_book) mutable {
      done(in_book ? std::move(answer) : PayAnswer{PayVerdict::kUnclear, "book_failed", ""});
    });
  });
}

void SimBankActor::JudgeUnheard(const Payment& payment) {
  Judge(payment);
  AnswerWhenSynced([](bool) {});
}

void SimBankActor::OnInquiry(const std::string& reference, InquiryDone done) {
  InquiryAnswer answer{InquiryVerdict::kNotFound, "not_found", "simulated: unknown reference"};
  if (const auto found = judged_.find(reference); found != judged_.end()) {
    answer = found->second.paid
                 ? InquiryAnswer{InquiryVerdict::kPaid, "", ""}
                 : InquiryAnswer{InquiryVerdict::kDeclined, "declined", "simulated: declined"};
  }
  AnswerWhenSynced([answer = std::move(answer), done = std::move(done)](bool in_book) mutable {
    done(in_book ? std::move(answer) : InquiryAnswer{InquiryVerdict::kUnclear, "book_failed", ""});
  });
}

PayAnswer SimBankActor::Judge(const Payment& payment) {
  if (!FitsBook(EntryFor(BookMark::kPaid, payment, clock_.Now()))) {
    return {PayVerdict::kDeclined, "invalid_payment", "simulated: the payment makes no sense"};
  }
  const auto [place, is_new] = judged_.try_emplace(payment.reference);
  Judgement& judgement = place->second;
  if (is_new) {
    judgement = {!Chance(options_.decline), payment.user, payment.currency, payment.amount};
    Note(judgement.paid ? BookMark::kPaid : BookMark::kDeclined, payment);
  } else if (judgement.user != payment.user || judgement.currency != payment.currency ||
             judgement.amount != payment.amount) {
    Note(BookMark::kConflict, payment);
    return {PayVerdict::kDeclined, "reference_conflict",
            "simulated: this reference was used for another payment"};
  }
  if (judgement.paid) return {PayVerdict::kPaid, "", ""};
  return {PayVerdict::kDeclined, "declined", "simulated: declined"};
}

void SimBankActor::Note(BookMark mark, const Payment& payment) {
  AppendBookLine(EntryFor(mark, payment, clock_.Now()), end_, lines_);
}

void SimBankActor::AnswerWhenSynced(Answer answer) {
  answers_.push_back(std::move(answer));
  if (std::exchange(sync_posted_, true)) return;
  // Behind whatever else is due now: all of it shares one sync.
  mailbox_.address().Post([this] { Sync(); });
}

void SimBankActor::Sync() {
  sync_posted_ = false;
  const bool in_book = WriteLines();
  const GatheredWakes gathered;
  for (Answer& answer : std::exchange(answers_, {})) answer(in_book);
}

bool SimBankActor::WriteLines() {
  if (broken_) return false;
  if (lines_.empty()) return true;
  broken_ = !book_->Append(lines_).ok() || !book_->Sync().ok();
  lines_.clear();
  return !broken_;
}

bool SimBankActor::Chance(double probability) {
  if (probability <= 0) return false;
  constexpr int kBits = 53;  // what a double holds exactly
  return static_cast<double>(random_.Next() >> (64 - kBits)) <
         probability * static_cast<double>(uint64_t{1} << kBits);
}

template <class Task>
void SimBankActor::AfterLatency(Task task) {
  if (options_.latency_us == 0) return task();
  mailbox_.address().PostAfter(Jittered(options_.latency_us, random_), std::move(task));
}

}  // namespace wallet

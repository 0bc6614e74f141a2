// Random stories through the index and through the model, compared after every write.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/engine/index/index_fixture.h"

namespace wallet {
namespace {

using testing::Compare;
using testing::Extras;
using testing::IndexDisk;
using testing::Never;
using testing::Story;

constexpr int64_t kUsers = 4;

enum class Kind { kCharge, kWithdraw, kMove, kWrite, kWriteAgain, kCompactOne, kCompactAll, kOpen };

struct Step {
  Kind kind;
  int64_t user;
  uint32_t choice;  // of what there is to choose from
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << static_cast<int>(step.kind) << " user " << step.user << " " << step.choice;
}

rc::Gen<Step> AnyStep() {
  const auto kind = rc::gen::weightedElement<Kind>({{30, Kind::kCharge},
                                                    {20, Kind::kWithdraw},
                                                    {30, Kind::kMove},
                                                    {8, Kind::kWrite},
                                                    {3, Kind::kWriteAgain},
                                                    {3, Kind::kCompactOne},
                                                    {1, Kind::kCompactAll},
                                                    {1, Kind::kOpen}});
  return rc::gen::construct<Step>(kind, rc::gen::inRange<int64_t>(1, kUsers + 1),
                                  rc::gen::arbitrary<uint32_t>());
}

// Users 1 and 2 have one currency, the others mix three.
Extras AnyExtras(const Step& step) {
  constexpr std::string_view kCodes[] = {"USD", "USD", "USD", "EUR", "JPY"};
  Extras extras;
  if (step.user > 2) extras.currency = kCodes[step.choice % std::size(kCodes)];
  extras.amount = 1 + step.choice;
  if (step.choice % 7 == 0) extras.description = "words";
  if (step.choice % 5 == 0) extras.destination = "somewhere";
  if (step.choice % 3 == 0) extras.release_at = Instant(int64_t{step.choice} * 500'000);
  return extras;
}

class Run {
 public:
  explicit Run(KeyHasher::Function hash) : disk_(hash) {}

  void Do(const Step& step) {
    switch (step.kind) {
      case Kind::kCharge:
        story_.Charge(step.user, AnyExtras(step));
        break;
      case Kind::kWithdraw:
        withdrawals_.emplace_back(step.user, story_.Withdraw(step.user, AnyExtras(step)));
        break;
      case Kind::kMove:
        Move(step.choice);
        break;
      case Kind::kWrite:
        return Write(written_);
      case Kind::kWriteAgain:
        return Write(step.choice % (written_ + 1));
      case Kind::kCompactOne:
        RC_ASSERT(disk_.index->CompactOne(&Never).ok());
        break;
      case Kind::kCompactAll:
        RC_ASSERT(disk_.CompactAll() == absl::OkStatus());
        break;
      case Kind::kOpen:
        disk_.Open();
        RC_ASSERT(disk_.status == absl::OkStatus());
    }
  }

  void Finish() {
    Write(written_);
    RC_ASSERT(disk_.CompactAll() == absl::OkStatus());
    Check();
  }

 private:
  void Move(uint32_t choice) {
    if (withdrawals_.empty()) return;
    const auto& [user, id] = withdrawals_[choice % withdrawals_.size()];
    story_.Move(user, id, static_cast<Substatus>(1 + choice % (kSubstatusCount - 1)));
  }
  void Write(size_t from) {
    RC_ASSERT(disk_.Write(story_.Batch(from)) == absl::OkStatus());
    written_ = story_.size();
    Check();
  }
  void Check() { RC_ASSERT(Compare(disk_.index->reader(), story_) == absl::OkStatus()); }

  IndexDisk disk_;
  Story story_;
  std::vector<std::pair<int64_t, TransactionId>> withdrawals_;
  size_t written_ = 0;
};

void Play(KeyHasher::Function hash) {
  Run run(hash);
  const auto steps = *rc::gen::scale(1.5, rc::gen::container<std::vector<Step>>(AnyStep()));
  for (const Step& step : steps) run.Do(step);
  run.Finish();
}

RC_GTEST_PROP(IndexProperty, AnswersWhatTheModelAnswers, ()) { Play(&HashOfKey); }

RC_GTEST_PROP(IndexProperty, AnswersTheSameThoughKeysCollide, ()) { Play(&testing::WeakHash); }

}  // namespace
}  // namespace wallet

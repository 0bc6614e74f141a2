#include "bench/wallet_bench/workload.h"

#include "bench/wallet_bench/users.h"
#include "wal/base/check.h"

namespace wallet::bench {
namespace {

constexpr int64_t kMostCharged = 10'000;
// Enough for ten thousand million withdrawals, and far from what a sum may be.
constexpr int64_t kMostWithdrawn = 100;
constexpr int64_t kFunding = 1'000'000'000'000;
constexpr int64_t kReleasedWithinUs = int64_t{3} * 3600 * 1'000'000;
// Their keys never meet those of a workload's own operations.
constexpr uint64_t kFundingNumbers = uint64_t{1} << 47;

// Random users' operations.
class OfUsers : public Workload {
 public:
  OfUsers(const Options& options, uint64_t run_id)
      : users_(options.users, options.zipf), run_id_(run_id) {}

 protected:
  Draws DrawsOf(uint64_t number) const { return Draws(run_id_ + number); }

  Operation Read(Kind kind, Draws& draws) const {
    return {.kind = kind, .user_id = users_.Draw(draws)};
  }
  Operation Charge(uint64_t number, Draws& draws) const {
    return {.kind = Kind::kCharge,
            .user_id = users_.Draw(draws),
            .amount = 1 + draws.Below(kMostCharged),
            .key = Key(run_id_, number)};
  }
  Operation Withdraw(uint64_t number, Draws& draws) const {
    return {.kind = Kind::kWithdraw,
            .user_id = users_.Draw(draws),
            .amount = 1 + draws.Below(kMostWithdrawn),
            .key = Key(run_id_, number)};
  }

 private:
  const Users users_;
  const uint64_t run_id_;
};

class Charges final : public OfUsers {
 public:
  using OfUsers::OfUsers;
  Operation Make(uint64_t number) const override {
    Draws draws = DrawsOf(number);
    return Charge(number, draws);
  }
};

class Withdrawals final : public OfUsers {
 public:
  using OfUsers::OfUsers;
  int64_t funding() const override { return kFunding; }
  Operation Make(uint64_t number) const override {
    Draws draws = DrawsOf(number);
    return Withdraw(number, draws);
  }
};

class Balances final : public OfUsers {
 public:
  using OfUsers::OfUsers;
  int64_t funding() const override { return kFunding; }  // an account to look up
  Operation Make(uint64_t number) const override {
    Draws draws = DrawsOf(number);
    return Read(Kind::kBalance, draws);
  }
};

// 60 % charges that are released within 3 hours, 36 % reads (half of them lists), 4 % withdrawals.
class Mixed final : public OfUsers {
 public:
  Mixed(const Options& options, uint64_t run_id, int64_t now_us)
      : OfUsers(options, run_id), now_us_(now_us) {}
  int64_t funding() const override { return kFunding; }
  Operation Make(uint64_t number) const override {
    Draws draws = DrawsOf(number);
    const int64_t percent = draws.Below(100);
    if (percent < 60) return Later(Charge(number, draws), draws);
    if (percent < 78) return Read(Kind::kBalance, draws);
    if (percent < 96) return Read(Kind::kTransactions, draws);
    return Withdraw(number, draws);
  }

 private:
  Operation Later(Operation charge, Draws& draws) const {
    charge.release_at_us = now_us_ + 1 + draws.Below(kReleasedWithinUs);
    return charge;
  }

  const int64_t now_us_;
};

class Funding final : public Workload {
 public:
  Funding(int64_t amount, uint64_t run_id) : amount_(amount), run_id_(run_id) {}
  Operation Make(uint64_t number) const override {
    return {.kind = Kind::kCharge,
            .user_id = 1 + static_cast<int64_t>(number),
            .amount = amount_,
            .key = Key(run_id_, kFundingNumbers + number)};
  }

 private:
  const int64_t amount_;
  const uint64_t run_id_;
};

}  // namespace

std::unique_ptr<Workload> MakeWorkload(const Options& options, uint64_t run_id, int64_t now_us) {
  if (options.workload == "withdraw") return std::make_unique<Withdrawals>(options, run_id);
  if (options.workload == "balance") return std::make_unique<Balances>(options, run_id);
  if (options.workload == "mixed") return std::make_unique<Mixed>(options, run_id, now_us);
  WALLET_CHECK(options.workload == "charge" || options.workload == "http");
  return std::make_unique<Charges>(options, run_id);
}

std::unique_ptr<Workload> MakeFunding(int64_t amount, uint64_t run_id) {
  return std::make_unique<Funding>(amount, run_id);
}

}  // namespace wallet::bench

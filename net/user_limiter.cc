#include "net/user_limiter.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <variant>

#include "wal/base/check.h"
#include "wal/base/hash.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr int64_t kNanosPerMicro = 1'000;
constexpr int64_t kNanosPerSecond = 1'000'000'000;

// A token takes a second at most, so this is also the longest wait for one.
static_assert(kMaxUserBurst < INT64_MAX / kNanosPerSecond / 4, "no sum below leaves 64 bits");

// Rounded up: rather a billionth less than what is allowed than more.
int64_t NanosPerToken(int64_t per_second) {
  return (kNanosPerSecond + per_second - 1) / per_second;
}

// Whose bucket pays for it.
std::optional<UserId> PayerOf(const Operation& operation) {
  if (WALLET_MUTANT("operators_limited")) return UserOf(operation);
  if (std::holds_alternative<Advance>(operation)) return std::nullopt;          // an operator's
  if (std::holds_alternative<ListWithdrawals>(operation)) return std::nullopt;  // likewise
  return UserOf(operation);
}

}  // namespace

UserLimiter::UserLimiter(UserRate rate, uint64_t seed, size_t buckets)
    : token_ns_(NanosPerToken(rate.per_second)),
      whole_ns_(token_ns_ * (rate.burst > 0 ? rate.burst : rate.per_second)),
      seed_(seed),
      sets_(std::bit_ceil(std::max<size_t>(1, buckets / Set().buckets.size()))) {
  WALLET_CHECK(0 < rate.per_second && rate.per_second <= kMaxUserRate);
  WALLET_CHECK(0 <= rate.burst && rate.burst <= kMaxUserBurst);
}

bool UserLimiter::Admit(const Operation& operation, int64_t now_us) {
  const auto user = PayerOf(operation);
  return !user || Take(*user, now_us);
}

bool UserLimiter::Take(UserId user, int64_t now_us) {
  const int64_t now_ns = now_us * kNanosPerMicro;
  Bucket& bucket = BucketOf(user);
  const int64_t full_at_ns = std::max(bucket.full_at_ns, now_ns) + token_ns_;
  if (full_at_ns - now_ns > whole_ns_) {
    ++refused_;
    if (WALLET_MUTANT("refused_takes_a_token")) bucket.full_at_ns = full_at_ns;
    return false;
  }
  bucket.full_at_ns = full_at_ns;
  return true;
}

// Its own, or a full one in the place of the one that is full soonest.
UserLimiter::Bucket& UserLimiter::BucketOf(UserId user) {
  const uint64_t hash = Mix64(static_cast<uint64_t>(user.value()) ^ seed_);
  auto& buckets = sets_[hash & (sets_.size() - 1)].buckets;
  Bucket* fullest = &buckets.front();
  for (Bucket& bucket : buckets) {
    if (bucket.user == user) return bucket;
    if (bucket.full_at_ns < fullest->full_at_ns) fullest = &bucket;
  }
  *fullest = {.user = user};
  return *fullest;
}

}  // namespace wallet

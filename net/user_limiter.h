// How many operations each user may ask for: a bucket of tokens a user.
//
// A bucket holds `burst` tokens and gains `per_second` a second; each operation takes one, or is
// refused and takes none. Reads count as writes do, and so does each operation of a batch. What an
// operator decides, and what is about many users, is no user's affair and never refused; a bank's
// outcomes do not come this way at all.
//
// Of a bucket only the instant is kept at which it will be full again (the virtual scheduling
// algorithm of ITU-T I.371, Annex A), and of a full one nothing. The table has one size for ever:
// no flood of users makes it grow, or makes anybody wait while it does. Where more buckets meet
// than there is room for, the one that lacks least is forgotten: its user may have what it lacked
// once more, and nobody is refused for another's sake.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/request.h"
#include "net/limits.h"

namespace wallet {

struct UserRate {
  int64_t per_second = 0;  // 0: no limit; at most kMaxUserRate
  int64_t burst = 0;       // tokens of a full bucket; 0: as per_second; at most kMaxUserBurst
};

// One thread. Times are steady and never go back.
class UserLimiter {
 public:
  // With a limit. `seed` spreads the users over the table: nobody may know it. Room for about
  // `buckets` that are not full, 16 bytes each.
  UserLimiter(UserRate rate, uint64_t seed, size_t buckets = kUserBuckets);

  // Whether a valid operation may go on. If not, one more of the user may in a second at the
  // latest.
  bool Admit(const Operation& operation, int64_t now_us);

  // The same of any operation of the user.
  bool Take(UserId user, int64_t now_us);

  // Operations so far.
  int64_t refused() const { return refused_; }

 private:
  struct Bucket {
    UserId user;  // 0: none
    int64_t full_at_ns = 0;
  };
  // Those that share a cache line compete for room.
  struct alignas(64) Set {
    std::array<Bucket, 4> buckets;
  };

  Bucket& BucketOf(UserId user);

  const int64_t token_ns_;  // until a token is there again
  const int64_t whole_ns_;  // until an empty bucket is full
  const uint64_t seed_;
  std::vector<Set> sets_;  // a power of two
  int64_t refused_ = 0;
};

}  // namespace wallet

// wallet-snapshot and wallet-restore hurt at every system call by which they change files, one call
// a try: killed there, or told by the kernel that the disk is broken or full. Each time what they
// read is as it was, what they make is whole or not there, and the same command again makes it: the
// very ledger, of which the bank pays nothing twice.
//
// A sample in the ordinary run. WALLET_CRASH_TRIES sets how many (0: all), WALLET_CRASH_SEED which,
// WALLET_CRASH_ONLY the points whose description begins so.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/crash/errands.h"
#include "tests/crash/unable.h"

namespace wallet::crash {
namespace {

constexpr uint64_t kDefaultTries = 8;

class Backups : public testing::Test {
 protected:
  void SetUp() override {
    if (const absl::Status status = CanTrace(); !status.ok()) return Unable(status);
    vault_.Make();
    ASSERT_EQ(vault_.trial().Problems(), "");
    ASSERT_LT(vault_.before().position, vault_.at_set().position);
    ASSERT_LT(vault_.at_set().position, vault_.now().position);
  }

  void HurtEverywhere(const std::string& effect, void (*judge)(const Hurt&)) {
    const std::vector<Point> points = FindErrandPoints(errands_, vault_);
    for (const Errand& errand : errands_) {
      ASSERT_TRUE(std::any_of(points.begin(), points.end(), [&](const Point& point) {
        return point.life == errand.name;
      })) << errand.name;
    }
    TryPoints(
        points, draw_, effect,
        [&](const Point& point) {
          const Errand& errand =
              *std::find_if(errands_.begin(), errands_.end(),
                            [&](const Errand& each) { return each.name == point.life; });
          return HurtErrandAt(point, effect, errand, vault_);
        },
        [&](const Point&, const Hurt& hurt) {
          if (hurt.reached) judge(hurt);
        });
  }

  const Draw draw_ = DrawFromEnvironment(kDefaultTries);
  const std::vector<Errand> errands_ = AllErrands();
  Vault vault_;
};

// Done all the same, or failed in its own words; a source of which it can't know whether the damage
// is the disk's or the file's may be called damaged.
void EndedInWords(const Hurt& hurt) {
  if (hurt.code == 0 || IsRocksDbsOwnEnd(hurt)) return;
  EXPECT_LT(hurt.code, 128) << hurt.logged;
  EXPECT_TRUE(absl::StrContains(hurt.logged, "wallet-snapshot: ") ||
              absl::StrContains(hurt.logged, "wallet-restore: "))
      << hurt.code << hurt.logged;
}

TEST_F(Backups, KilledAtAnyCallLeaveAllOrNothing) {
  HurtEverywhere("signal=KILL", [](const Hurt& hurt) { EXPECT_EQ(hurt.code, 128 + SIGKILL); });
}

TEST_F(Backups, AnyCallMayFindABrokenDisk) { HurtEverywhere("error=EIO", EndedInWords); }

TEST_F(Backups, AnyCallMayFindAFullDisk) { HurtEverywhere("error=ENOSPC", EndedInWords); }

}  // namespace
}  // namespace wallet::crash

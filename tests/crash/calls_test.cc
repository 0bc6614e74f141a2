// walletd hurt at every system call by which it changes files, one call a try: killed there, or
// told by the kernel that the disk is broken or full. Each time it must come back with everything
// it has answered, and go on.
//
// A sample in the ordinary run. WALLET_CRASH_TRIES sets how many (0: all), WALLET_CRASH_SEED which,
// WALLET_CRASH_ONLY the points whose description begins so.

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/crash/points.h"
#include "tests/crash/unable.h"

namespace wallet::crash {
namespace {

constexpr uint64_t kDefaultTries = 8;

class Calls : public testing::Test {
 protected:
  void SetUp() override {
    if (const absl::Status status = CanTrace(); !status.ok()) return Unable(status);
  }

  // A ledger with a snapshot and something behind it.
  void MakeLedger() {
    ledger_.Recover();
    ASSERT_EQ(ledger_.Problems(), "");
  }

  void HurtEverywhere(const std::string& effect, void (*judge)(const Point&, const Hurt&)) {
    MakeLedger();
    std::vector<Point> points = FindPoints("start", ledger_);
    for (Point& point : FindPoints("creation", nothing_)) points.push_back(std::move(point));
    ASSERT_FALSE(points.empty());
    TryPoints(
        points, draw_, effect,
        [&](const Point& point) {
          return HurtAt(point, effect, point.life == "start" ? ledger_ : nothing_);
        },
        judge);
  }

  const Draw draw_ = DrawFromEnvironment(kDefaultTries);
  Trial nothing_;
  Trial ledger_;
};

// Either what failed was a feature (or nothing that is needed), or the storage has failed, for
// which there is a code: "start me again".
void EndedInOrder(const Point&, const Hurt& hurt) {
  const bool known = hurt.code == 0 || hurt.code == 5 || IsRocksDbsOwnEnd(hurt);
  EXPECT_TRUE(known) << "ended with " << hurt.code << ":\n" << hurt.logged;
}

TEST_F(Calls, KilledAtAnyOfThemItComesBack) {
  HurtEverywhere("signal=KILL", [](const Point&, const Hurt&) {});
}

TEST_F(Calls, AnyOfThemMayFindABrokenDisk) { HurtEverywhere("error=EIO", EndedInOrder); }

TEST_F(Calls, AnyOfThemMayFindAFullDisk) { HurtEverywhere("error=ENOSPC", EndedInOrder); }

}  // namespace
}  // namespace wallet::crash

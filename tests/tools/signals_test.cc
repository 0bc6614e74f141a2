#include "tools/walletd/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace wallet {
namespace {

using testing::ExitedWithCode;

// Each runs in a process of its own: the signals are the whole process's.
class EndSignalDeathTest : public testing::Test {
 protected:
  EndSignalDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  [[noreturn]] static void SleepForEver() {
    while (true) pause();
  }
};

TEST_F(EndSignalDeathTest, WithNothingToEndInOrderTheFirstOneEnds) {
  EXPECT_EXIT(
      {
        EndSignal end;
        kill(getpid(), SIGTERM);
        SleepForEver();
      },
      ExitedWithCode(0), "");
}

TEST_F(EndSignalDeathTest, WhenServingTheFirstOneAsks) {
  for (const int number : {SIGTERM, SIGINT}) {
    EXPECT_EXIT(
        {
          EndSignal end;
          end.Serving();
          kill(getpid(), number);
          _exit(end.Wait().ok() ? 42 : 43);
        },
        ExitedWithCode(42), "");
  }
}

TEST_F(EndSignalDeathTest, TheSecondOneEndsAtOnceWithItsNumber) {
  EXPECT_EXIT(
      {
        EndSignal end;
        end.Serving();
        kill(getpid(), SIGTERM);
        if (!end.Wait().ok()) _exit(43);
        kill(getpid(), SIGINT);
        SleepForEver();
      },
      ExitedWithCode(128 + SIGINT), "");
}

TEST_F(EndSignalDeathTest, TheFirstReasonCounts) {
  EXPECT_EXIT(
      {
        EndSignal end;
        end.Serving();
        end.Fail(absl::DataLossError("first"));
        end.Fail(absl::InternalError("second"));
        _exit(absl::IsDataLoss(end.Wait()) ? 42 : 43);
      },
      ExitedWithCode(42), "");
}

TEST_F(EndSignalDeathTest, ABrokenPipeIsNoEnd) {
  EXPECT_EXIT(
      {
        EndSignal end;
        kill(getpid(), SIGPIPE);
        _exit(42);
      },
      ExitedWithCode(42), "");
}

}  // namespace
}  // namespace wallet

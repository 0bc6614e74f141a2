// A rebuilt index answers what one would that had never seen what is later.
#include <gtest/gtest.h>

#include "engine/restore/index_at.h"
#include "tests/engine/restore/restore_world.h"

namespace wallet {
namespace {

using testing::RestoreWorld;

TEST(RestoreIndexTest, ItIsTheIndexOfTheMoment) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    RestoreWorld w(seed);
    const std::string from =
        w.MakeDirectory("data", {.snapshots = {10}, .index = RestoreWorld::kEvents});
    for (const uint64_t position : {1, 13, 40, 77, 119}) {
      SCOPED_TRACE(absl::StrCat("seed ", seed, " until ", position));
      const auto report = w.RunUntil(from, position);
      ASSERT_TRUE(report.ok()) << report.status();
      EXPECT_EQ(report->history, HistoryFrom::kRebuilt);
      const auto reader = OpenIndexReader(w.files_, w.path("restored/index"));
      ASSERT_TRUE(reader.ok()) << reader.status();
      EXPECT_EQ(reader->position(), Position(position));
      EXPECT_EQ(testing::Compare(*reader, *w.StoryUntil(Position(position))), absl::OkStatus());
      w.Discard();
    }
  }
}

TEST(RestoreIndexTest, AnIndexThatIsNotBeyondTheMomentIsCopied) {
  RestoreWorld w;
  const std::string from = w.MakeDirectory("data", {.index = 60});
  ASSERT_EQ(w.RunUntil(from, 100)->history, HistoryFrom::kCopied);
  const auto names = w.files_.List(from + "/index");
  for (const std::string& name : *names) {
    EXPECT_EQ(*w.files_.ReadFile(from + "/index/" + name),
              *w.files_.ReadFile(w.path("restored/index/") + name));
  }
}

TEST(RestoreIndexTest, AnIndexThatLacksATransactionIsRefused) {
  RestoreWorld w;
  const std::string from = w.MakeDirectory("data", {.index = 60});
  const auto reader = OpenIndexReader(w.files_, from + "/index");
  ASSERT_TRUE(reader.ok());
  Ledger ahead;  // which knows more than the index
  for (size_t i = 0; i < RestoreWorld::kEvents; ++i) ahead.Apply(w.story().event(i));
  const auto written = WriteIndexAt(w.files_, w.random_, *reader, ahead,
                                    Position(RestoreWorld::kEvents), w.path("index"), w.progress_);
  EXPECT_EQ(written.status().code(), absl::StatusCode::kDataLoss) << written.status();
}

}  // namespace
}  // namespace wallet

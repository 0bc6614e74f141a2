#include <gtest/gtest.h>

#include <cstdio>

#include "tools/long_work/progress_line.h"

namespace wallet {
namespace {

// What the calls wrote.
template <class Calls>
std::string Written(bool terminal, Calls calls) {
  char* bytes = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&bytes, &size);
  {
    ProgressLine line(out, terminal);
    calls(line);
  }
  std::fclose(out);
  const std::string written(bytes, size);
  std::free(bytes);
  return written;
}

TEST(ProgressLineTest, AmountsAreShort) {
  EXPECT_EQ(AmountText(0, "B"), "0 B");
  EXPECT_EQ(AmountText(999, "B"), "999 B");
  EXPECT_EQ(AmountText(1'234'567, "B"), "1.2 MB");
  EXPECT_EQ(AmountText(1'234'567, "events"), "1234567 events");
  EXPECT_EQ(AmountText(UINT64_MAX, "B"), "18.4 EB");
}

TEST(ProgressLineTest, ABarIsFullOnlyAtTheEnd) {
  EXPECT_EQ(ProgressText("files", 0, 10, "B"),
            "files  [..............................]  0 %  0 B of 10 B");
  EXPECT_EQ(ProgressText("files", 5, 10, "B"),
            "files  [###############...............]  50 %  5 B of 10 B");
  EXPECT_EQ(ProgressText("files", 11, 10, "B"),
            "files  [##############################]  100 %  10 B of 10 B");
}

TEST(ProgressLineTest, InALogALineStandsForEachTenthAndEachKindOfWork) {
  EXPECT_EQ(Written(false,
                    [](ProgressLine& line) {
                      for (uint64_t i = 0; i <= 40; ++i) line.Show("files", i, 400, "B");
                      line.Show("verify", 0, 7, "B");
                    }),
            "files: 0 % of 400 B\nfiles: 10 % of 400 B\nverify: 0 % of 7 B\n");
}

TEST(ProgressLineTest, OnATerminalNothingOfTheBarStays) {
  const std::string written = Written(true, [](ProgressLine& line) {
    line.Show("files", 1, 2, "B");
    line.Show("files", 1, 2, "B");
  });
  EXPECT_EQ(written, "\r\x1b[K" + ProgressText("files", 1, 2, "B") + "\r\x1b[K");
}

}  // namespace
}  // namespace wallet

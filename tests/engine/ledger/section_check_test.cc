// A section read as it would be loaded, and forgotten.
#include "engine/ledger/section_check.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "tests/engine/ledger/random_ledgers.h"

namespace wallet {
namespace {

using testing::RandomLedgers;
using testing::WriteAll;

absl::Status Read(SectionCheck& check, std::string_view section, size_t piece) {
  for (size_t at = 0; at < section.size(); at += piece) {
    const absl::Status status = check.Add(section.substr(at, piece));
    if (!status.ok()) return status;
  }
  return check.Finish();
}

absl::Status ReadWhole(std::string_view section) {
  SectionCheck check(0, 1);
  return Read(check, section, section.size());
}

RC_GTEST_PROP(SectionCheckProperty, WhateverIsForgottenOnTheWayItSaysWhatWasWritten, ()) {
  RandomLedgers live(1, *rc::gen::arbitrary<uint64_t>());
  for (int i = *rc::gen::inRange(0, 600); i > 0; --i) live.Step();
  if (*rc::gen::arbitrary<bool>()) live.Heat(UserId(1), *rc::gen::inRange(50, 400));
  const Ledger& ledger = *live.ledgers[0];
  const auto snapshot = live.ledgers[0]->BeginSnapshot();
  const std::string section = WriteAll(*snapshot, *rc::gen::inRange<size_t>(1, 400));
  SectionCheck check(0, *rc::gen::inRange<size_t>(1, 30));
  const absl::Status status = Read(check, section, *rc::gen::inRange<size_t>(1, 3'000));
  RC_ASSERT(status.message() == "");
  RC_ASSERT(check.digest() == ledger.DigestAt(kMinInstant));
  RC_ASSERT(check.accounts() == ledger.account_count());
  RC_ASSERT(static_cast<size_t>(check.open_withdrawals()) == testing::AllOpen(live.ledgers).size());
}

class DamagedSection : public ::testing::Test {
 protected:
  DamagedSection() {
    RandomLedgers live(1, 7);
    for (int i = 0; i < 200; ++i) live.Step();
    const auto snapshot = live.ledgers[0]->BeginSnapshot();
    section = WriteAll(*snapshot);
  }
  std::string section;
};

TEST_F(DamagedSection, AnyByteChangedIsRefused) {
  ASSERT_TRUE(ReadWhole(section).ok());
  for (size_t at = 0; at < section.size(); ++at) {
    std::string changed = section;
    changed[at] ^= 1;
    EXPECT_FALSE(ReadWhole(changed).ok()) << at;
  }
}

TEST_F(DamagedSection, AnyEndCutOffIsRefused) {
  for (size_t size = 0; size < section.size(); ++size) {
    EXPECT_FALSE(ReadWhole(section.substr(0, size)).ok()) << size;
  }
}

// The first block, twice: each by itself could be loaded.
TEST_F(DamagedSection, UsersThatComeTwiceAreRefusedThoughTheFirstAreForgotten) {
  SectionCheck check(0, 1);
  const uint32_t size = Reader(std::string_view(section).substr(2)).Fixed<uint32_t>();
  const std::string block = section.substr(1, kBlockHeadBytes + size);
  ASSERT_TRUE(check.Add(section.substr(0, 1)).ok());
  ASSERT_TRUE(check.Add(block).ok());
  ASSERT_TRUE(check.Add(block).ok());
  EXPECT_EQ(check.Add(section.substr(1 + block.size())).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wallet

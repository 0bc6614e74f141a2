#include "wal/base/file_format.h"

#include <gtest/gtest.h>

#include <string>

#include "wal/base/coding.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

constexpr FileFormat kFormat{.magic = "WLTESTED", .version = 2, .noun = "thing", .remedy = "Weep."};

// With a checksum that fits.
absl::Status CheckOf(std::string_view magic, uint32_t version, uint32_t reserved) {
  std::string bytes(magic);
  PutFixed(bytes, version);
  PutFixed(bytes, reserved);
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  return CheckPreamble(kFormat, bytes, "/a/file");
}

TEST(FileFormatTest, WhatIsWrittenIsTaken) {
  EXPECT_TRUE(CheckPreamble(kFormat, EncodePreamble(kFormat) + "more", "/a/file").ok());
  EXPECT_TRUE(CheckOf("WLTESTED", 1, 0).ok()) << "an older version";
}

TEST(FileFormatTest, ANewerVersionIsNotDamage) {
  const absl::Status status = CheckOf("WLTESTED", 3, 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_NE(status.message().find('3'), absl::string_view::npos) << status;
}

TEST(FileFormatTest, WhatNoVersionWritesIsDamageAndSaysWhatToDo) {
  const std::string good = EncodePreamble(kFormat);
  for (const absl::Status& status :
       {CheckOf("WLTESTED", 0, 0), CheckOf("WLTESTED", 2, 1), CheckOf("WLETSTED", 2, 0),
        CheckPreamble(kFormat, good.substr(0, kPreambleBytes - 1), "/a/file"),
        CheckPreamble(kFormat, good.substr(0, kPreambleBytes - 1) + '?', "/a/file")}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_NE(status.message().find("/a/file: this thing is damaged"), absl::string_view::npos);
    EXPECT_NE(status.message().find("Weep."), absl::string_view::npos) << status;
  }
}

TEST(FileFormatTest, WhatCanNotBeReadIsNotAbsent) {
  EXPECT_EQ(ReadFailure(kFormat, "/a/file", 7, absl::NotFoundError("gone")).code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReadFailure(kFormat, "/a/file", 7, absl::ResourceExhaustedError("full")).code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace wallet

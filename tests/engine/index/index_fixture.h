// An index on a disk in memory.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/index/index.h"
#include "tests/engine/bank/seeded_random.h"
#include "tests/engine/index/story.h"
#include "tests/support/memory_files.h"

namespace wallet::testing {

inline bool Never() { return false; }

// Puts nearly all keys of all users under three hashes.
inline uint64_t WeakHash(const KeySecret& /*secret*/, UserId user, std::string_view key) {
  return (static_cast<uint64_t>(user.value()) + key.size()) % 3;
}

struct IndexDisk {
  explicit IndexDisk(KeyHasher::Function function = &HashOfKey) : hash(function) {
    EXPECT_EQ(CreateIndex(files, "/i", random), absl::OkStatus());
    Open();
  }

  // Also closes what was open.
  void Open() {
    index.reset();
    auto opened = OpenIndex(files, "/i", random, hash);
    status = opened.status();
    if (opened.ok()) index = *std::move(opened);
  }
  absl::Status Write(const IndexBatch& batch) { return index->writer().Write(batch, &Never); }
  // All runs of each family become one.
  absl::Status CompactAll() {
    absl::Status done;
    for (uint32_t family = 0; family < kIndexFamilies; ++family) {
      const auto whole = index->runs().WholeFamily(FamilyId(family));
      if (whole) done.Update(index->runs().Compact(*whole, &Never));
    }
    return done;
  }

  KeyHasher::Function hash;
  MemoryFiles files;
  SeededRandom random{2024};
  absl::Status status;  // of the last Open
  std::unique_ptr<Index> index;
};

}  // namespace wallet::testing

#include "engine/index/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/index/entry_format.h"
#include "engine/index/index_metadata.h"
#include "engine/index/limits.h"
#include "tests/engine/index/index_fixture.h"
#include "tests/support/currencies.h"

namespace wallet {
namespace {

using testing::Compare;
using ::testing::HasSubstr;
using testing::IndexDisk;
using testing::Never;
using testing::Story;

TEST(IndexTest, ANewIndexIsEmpty) {
  IndexDisk disk;
  ASSERT_TRUE(disk.status.ok()) << disk.status;
  EXPECT_EQ(disk.index->position(), Position(0));
  EXPECT_EQ(Compare(disk.index->reader(), Story()), absl::OkStatus());
}

TEST(IndexTest, WhatWasWrittenIsFound) {
  IndexDisk disk;
  Story story;
  for (int i = 0; i < 30; ++i) story.Charge(1 + i % 3, {.description = "words"});
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  EXPECT_EQ(disk.index->position(), Position(30));
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
}

TEST(IndexTest, ABatchOfNothingMovesThePositionAlone) {
  IndexDisk disk;
  EXPECT_EQ(disk.Write({{}, Position(9)}), absl::OkStatus());
  EXPECT_EQ(disk.index->position(), Position(9));
  EXPECT_EQ(disk.index->reader().view().FileNames().size(), 0u);
}

TEST(IndexTest, AReaderGoesOnAnsweringWhatItSaw) {
  IndexDisk disk;
  Story story;
  const TransactionId id = story.Withdraw(1);
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  const IndexReader before = disk.index->reader();
  story.Move(1, id, Substatus::kCompleted);
  ASSERT_EQ(disk.Write(story.Batch(1)), absl::OkStatus());
  ASSERT_EQ(disk.CompactAll(), absl::OkStatus());
  EXPECT_EQ((*before.Find(UserId(1), id))->transaction.substatus, Substatus::kQueued);
  EXPECT_EQ((*disk.index->reader().Find(UserId(1), id))->transaction.substatus,
            Substatus::kCompleted);
}

TEST(IndexTest, AFoundTransactionOwnsItsTexts) {
  IndexDisk disk;
  Story story;
  story.Charge(1, {.description = "d"});  // short ones too
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  StoredTransaction found = *std::move(*disk.index->reader().Find(UserId(1), TransactionId(1)));
  disk.index.reset();
  const StoredTransaction moved = std::move(found);
  EXPECT_EQ(moved.transaction, story.users().at(1)[0]);
}

TEST(IndexTest, AWithdrawalMovedInItsBatchOrLaterIsReadAsItIsNow) {
  IndexDisk disk;
  Story story;
  const TransactionId same = story.Withdraw(1), later = story.Withdraw(1);
  story.Move(1, same, Substatus::kDispatching);
  story.Move(1, same, Substatus::kFailed);
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
  for (const Substatus to :
       {Substatus::kDispatching, Substatus::kUnknown, Substatus::kReview, Substatus::kCompleted}) {
    const size_t from = story.size();
    story.Move(1, later, to);
    ASSERT_EQ(disk.Write(story.Batch(from)), absl::OkStatus());
    EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
  }
  ASSERT_EQ(disk.CompactAll(), absl::OkStatus());
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
  EXPECT_EQ(disk.index->reader().view().runs(kTransactionRuns)[0]->summary().entries, 2u);
}

TEST(IndexTest, WhatIsWrittenAgainIsThereOnce) {
  IndexDisk disk;
  Story story;
  const TransactionId id = story.Withdraw(1);
  story.Charge(1, {.currency = "EUR"});
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  const size_t from = story.size();
  story.Move(1, id, Substatus::kDispatching);
  ASSERT_EQ(disk.Write(story.Batch(from)), absl::OkStatus());
  story.Move(1, id, Substatus::kCompleted);
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());  // all of it
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
  ASSERT_EQ(disk.CompactAll(), absl::OkStatus());
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
}

TEST(IndexTest, ALongHistoryOfTwoCurrenciesIsPagedByRank) {
  IndexDisk disk;
  Story story;
  constexpr int64_t kPure = 1'500, kAll = 6'000;
  for (int64_t i = 0; i < kAll; ++i) {
    story.Charge(1, {.currency = i >= kPure && i % 3 == 0 ? "EUR" : "USD"});
    if (i % 2'000 == 1'999) {
      ASSERT_EQ(disk.Write(story.Batch(static_cast<size_t>(i - 1'999))), absl::OkStatus());
    }
  }
  const IndexReader reader = disk.index->reader();
  // One entry stands for all that came before the second currency.
  uint64_t entries = 0;
  for (const auto& run : reader.view().runs(kCurrencyRuns)) entries += run->summary().entries;
  EXPECT_EQ(entries, static_cast<uint64_t>(kAll - kPure + 1));
  int64_t usd = 0, eur = 0;
  for (const Transaction& each : story.users().at(1)) {
    ASSERT_EQ(*reader.RankBelow(UserId(1), kUsd, each.id), usd) << each.id.value();
    ASSERT_EQ(*reader.RankBelow(UserId(1), kEur, each.id), eur) << each.id.value();
    int64_t& rank = each.currency == kUsd ? usd : eur;
    if (rank % 97 == 0) {
      ASSERT_EQ(reader.IdsOfCurrency(UserId(1), each.currency, rank, 1)->at(0), each.id);
    }
    ++rank;
  }
  EXPECT_EQ(*reader.CountOfCurrency(UserId(1), kUsd), usd);
  EXPECT_EQ(*reader.CountOfCurrency(UserId(1), kEur), eur);
}

TEST(IndexTest, AStoppedWriteLeavesNothing) {
  IndexDisk disk;
  Story story;
  for (int i = 0; i < 5'000; ++i) story.Charge(1 + i % 50);
  const std::vector<std::string> tree = disk.files.Tree();
  for (int asked = 1; asked <= 9; asked += 2) {
    int left = asked;
    const absl::Status status =
        disk.index->writer().Write(story.Batch(), [&] { return --left == 0; });
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(disk.files.Tree(), tree);
    EXPECT_EQ(disk.index->position(), Position(0));
  }
}

TEST(IndexTest, CompactionBoundsTheRuns) {
  IndexDisk disk;
  Story story;
  for (int batch = 0; batch < 20; ++batch) {
    const size_t from = story.size();
    for (int i = 0; i < 20; ++i) story.Charge(1 + i % 3, {.currency = i % 2 ? "USD" : "EUR"});
    ASSERT_EQ(disk.Write(story.Batch(from)), absl::OkStatus());
    while (true) {
      const auto more = disk.index->CompactOne(&Never);
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) break;
    }
  }
  for (uint32_t family = 0; family < kIndexFamilies; ++family) {
    EXPECT_LE(disk.index->reader().view().runs(FamilyId(family)).size(), 8u);
  }
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
}

TEST(IndexTest, TheSecretIsKeptAndEachIndexHasItsOwn) {
  IndexDisk disk;
  const uint64_t hash = disk.index->reader().KeyHash(UserId(1), "k");
  disk.Open();
  EXPECT_EQ(disk.index->reader().KeyHash(UserId(1), "k"), hash);
  ASSERT_TRUE(CreateIndex(disk.files, "/other", disk.random).ok());
  EXPECT_NE(OpenIndexReader(disk.files, "/other")->KeyHash(UserId(1), "k"), hash);
}

TEST(IndexTest, ADirectoryAtRestIsReadWithoutChangingIt) {
  IndexDisk disk;
  Story story;
  story.Charge(1);
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  disk.files.Put("/i/keys-0000000099.run.tmp", "left over");
  const std::vector<std::string> tree = disk.files.Tree();
  const auto reader = OpenIndexReader(disk.files, "/i");
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(Compare(*reader, story), absl::OkStatus());
  EXPECT_EQ(disk.files.Tree(), tree);
}

// Puts other metadata, and perhaps a family that nobody knows, into the manifest.
void Reforge(MemoryFiles& files, const std::string& metadata, bool unknown_family) {
  RunManifest manifest = *DecodeRunManifest(files.Get("/i/MANIFEST"), "");
  manifest.metadata = metadata;
  manifest.next_number = 2;
  const RunSummary summary{.entries = 1, .groups = 1, .size_bytes = 1'000};
  if (unknown_family) manifest.families.push_back({"later", {{RunNumber(1), 0, summary}}});
  files.Put("/i/MANIFEST", EncodeRunManifest(manifest));
}

TEST(IndexTest, ANewerIndexIsRefusedNamingBothVersions) {
  for (const bool unknown_family : {false, true}) {
    IndexDisk disk;
    Reforge(disk.files, std::string("\2\0\0\0more", 8), unknown_family);
    disk.Open();
    for (const absl::Status& status : {disk.status, OpenIndexReader(disk.files, "/i").status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
      EXPECT_THAT(std::string(status.message()), HasSubstr("version 2"));
      EXPECT_THAT(std::string(status.message()), HasSubstr("up to 1"));
    }
  }
}

TEST(IndexTest, RunsThatAreNoIndexAreRefused) {
  const std::string good = EncodeIndexMetadata({});
  for (const std::string& metadata :
       {std::string(), good.substr(1), good + "x", std::string(good.size(), '\0')}) {
    IndexDisk disk;
    Reforge(disk.files, metadata, false);
    disk.Open();
    EXPECT_EQ(disk.status.code(), absl::StatusCode::kDataLoss);
  }
}

TEST(IndexTest, AMissingIndexIsRefused) {
  MemoryFiles files;
  EXPECT_EQ(OpenIndexReader(files, "/none").status().code(), absl::StatusCode::kDataLoss);
}

TEST(IndexTest, AReadErrorIsNeverNotFound) {
  IndexDisk disk;
  Story story;
  for (int i = 0; i < 10; ++i) story.Charge(1, {.currency = i % 2 ? "USD" : "EUR"});
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  const IndexReader reader = disk.index->reader();
  const auto failing = [&] {
    disk.files.FailAt(disk.files.operations() + 1, absl::NotFoundError("gone"));
  };
  const absl::StatusCode kLost = absl::StatusCode::kDataLoss;
  failing();
  EXPECT_EQ(reader.Find(UserId(1), TransactionId(1)).status().code(), kLost);
  failing();
  EXPECT_EQ(
      reader.FindByKey(reader.KeyHash(UserId(1), "key-1-1"), UserId(1), "key-1-1").status().code(),
      kLost);
  failing();
  EXPECT_EQ(reader.IdsOfCurrency(UserId(1), kUsd, 0, 5).status().code(), kLost);
  failing();
  EXPECT_EQ(reader.RankBelow(UserId(1), kUsd, TransactionId(5)).status().code(), kLost);
}

// A run of hand-made entries, as no writer would write it.
absl::Status Forge(Index& index, FamilyId family, RunKey key, std::string_view value) {
  std::vector<std::unique_ptr<RunWriter>> writers;
  writers.push_back(*index.runs().NewRun(family, 1));
  absl::Status status = writers[0]->Add(key, value);
  if (status.ok()) status = writers[0]->Finish();
  if (!status.ok()) return status;
  const auto view = index.runs().view();
  return index.runs().Commit(std::move(writers), view->position(), view->metadata());
}

TEST(IndexTest, EntriesThatContradictEachOtherAreReported) {
  const UserId user(1);
  const absl::StatusCode kLost = absl::StatusCode::kDataLoss;
  IndexDisk disk;
  Story story;
  story.Charge(1);
  ASSERT_EQ(disk.Write(story.Batch()), absl::OkStatus());
  Index& index = *disk.index;

  // A key without a row; a row that is no row; a change without a row; a gap.
  const uint64_t hash = index.hash()(user, "k");
  ASSERT_TRUE(Forge(index, kKeyRuns, KeyKey(hash, user), "\x7").ok());
  EXPECT_EQ(index.reader().FindByKey(hash, user, "k").status().code(), kLost);
  ASSERT_TRUE(Forge(index, kKeyRuns, KeyKey(hash, UserId(2)), "").ok());
  EXPECT_EQ(index.reader().FindByKey(hash, UserId(2), "k").status().code(), kLost);
  ASSERT_TRUE(Forge(index, kTransactionRuns, RowKey(user, TransactionId(2)), "row").ok());
  EXPECT_EQ(index.reader().Find(user, TransactionId(2)).status().code(), kLost);
  RowEncoder encoder;
  const std::string change(encoder.Change({Substatus::kQueued, Instant(1), "", ""}));
  ASSERT_TRUE(Forge(index, kTransactionRuns, RowKey(user, TransactionId(3)), change).ok());
  EXPECT_EQ(index.reader().Find(user, TransactionId(3)).status().code(), kLost);

  // Ranks that nobody can have.
  ASSERT_TRUE(Forge(index, kCurrencyRuns, RankKey(user, kUsd, 3), EncodeId(TransactionId(9))).ok());
  EXPECT_EQ(index.reader().CountOfCurrency(user, kUsd).status().code(), kLost);
  ASSERT_TRUE(Forge(index, kCurrencyRuns, RankKey(user, kEur, 0), EncodeId(TransactionId(1))).ok());
  ASSERT_TRUE(Forge(index, kCurrencyRuns, RankKey(user, kEur, 2), EncodeId(TransactionId(4))).ok());
  EXPECT_EQ(index.reader().IdsOfCurrency(user, kEur, 0, 9).status().code(), kLost);
  EXPECT_EQ(index.reader().RankBelow(user, kEur, TransactionId(3)).status().code(), kLost);
}

TEST(IndexTest, AGapBetweenTransactionsIsReported) {
  IndexDisk disk;
  Story story;
  for (int i = 0; i < 3; ++i) story.Charge(1);
  ASSERT_EQ(disk.Write(story.Batch(0, 1)), absl::OkStatus());
  ASSERT_EQ(disk.Write(story.Batch(2, 3)), absl::OkStatus());
  const IdRange all{TransactionId(1), TransactionId(9)};
  for (const IdOrder order : {IdOrder::kNewestFirst, IdOrder::kOldestFirst}) {
    EXPECT_EQ(disk.index->reader().Range(UserId(1), all, order, 9).status().code(),
              absl::StatusCode::kDataLoss);
    EXPECT_TRUE(disk.index->reader().Range(UserId(1), all, order, 1).ok());
  }
}

TEST(IndexTest, EqualHashesOfOneUserAreToldApartByTheKey) {
  IndexDisk disk(&testing::WeakHash);
  Story story;
  for (int i = 0; i < 200; ++i) story.Charge(1 + i % 2);
  ASSERT_EQ(disk.Write(story.Batch(0, 100)), absl::OkStatus());
  ASSERT_EQ(disk.Write(story.Batch(100)), absl::OkStatus());
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
  ASSERT_EQ(disk.CompactAll(), absl::OkStatus());
  EXPECT_EQ(Compare(disk.index->reader(), story), absl::OkStatus());
}

}  // namespace
}  // namespace wallet

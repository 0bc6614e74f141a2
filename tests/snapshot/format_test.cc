// The pure parts: what no version writes is refused before anything is allocated for it.
#include "snapshot/format.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "snapshot/chunk.h"
#include "snapshot/container.h"
#include "snapshot/limits.h"
#include "snapshot/sha256_stream.h"
#include "snapshot/temporaries.h"
#include "wal/base/coding.h"
#include "wal/codec.h"

namespace wallet {
namespace {

Manifest Sample() {
  return {.sections = {"a", "b"},
          .chunks = {{SectionNumber(0), 100, 90, 1}, {SectionNumber(1), 5, 5, 2}},
          .metadata = "m"};
}

TEST(ManifestTest, WhatIsEncodedIsDecoded) {
  const auto manifest = DecodeManifest(EncodeManifest(Sample()));
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->sections, Sample().sections);
  EXPECT_EQ(manifest->metadata, "m");
  ASSERT_EQ(manifest->chunks.size(), 2u);
  EXPECT_EQ(manifest->chunks[0].stored_bytes, 90u);
  EXPECT_EQ(manifest->chunks[1].section, SectionNumber(1));
  EXPECT_EQ(manifest->chunks[1].checksum, 2u);
}

TEST(ManifestTest, CutOrLongerItIsRefused) {
  const std::string good = EncodeManifest(Sample());
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(DecodeManifest(good.substr(0, size))) << size;
  }
  EXPECT_FALSE(DecodeManifest(good + "x"));
}

TEST(ManifestTest, WhatNoWriterWritesIsRefused) {
  const auto refused = [](auto change) {
    Manifest manifest = Sample();
    change(manifest);
    return !DecodeManifest(EncodeManifest(manifest));
  };
  EXPECT_TRUE(refused([](Manifest& m) { m.sections[1] = "a"; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.sections[1] = ""; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.sections[1] = "\n"; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.sections[1] = "\x7f"; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.sections[1] = std::string(256, 'x'); }));
  EXPECT_TRUE(refused([](Manifest& m) { m.chunks[0].section = SectionNumber(2); }));
  EXPECT_TRUE(refused([](Manifest& m) { m.chunks[0].plain_bytes = kMaxChunkBytes + 1; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.chunks[0] = {SectionNumber(0), 0, 0, 1}; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.chunks[0].stored_bytes = 101; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.chunks[0].stored_bytes = 0; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.metadata.resize(kMaxMetadataBytes + 1); }));
}

TEST(ManifestTest, HugeCountsAllocateNothing) {
  std::string sections;
  PutVarint(sections, UINT64_MAX);
  EXPECT_FALSE(DecodeManifest(sections));
  std::string chunks;
  PutVarint(chunks, 0);
  PutVarint(chunks, UINT64_MAX / 16);
  EXPECT_FALSE(DecodeManifest(chunks + std::string(100, '\1')));
}

TEST(ManifestTest, AListOfChunksThatEndsWithinOneIsRefused) {
  std::string bytes;
  PutVarint(bytes, 0);  // sections
  PutVarint(bytes, 1);  // chunks
  EXPECT_FALSE(DecodeManifest(bytes + std::string(11, '\xff')));
}

TEST(FooterTest, OfAnotherSizeOrKindItIsNone) {
  const std::string good = EncodeFooter({1, 2, 3}, Sha256Of({"file"}));
  Sha256 hash{};
  ASSERT_TRUE(DecodeFooter(good, &hash));
  EXPECT_EQ(hash, Sha256Of({"file"}));
  EXPECT_FALSE(DecodeFooter(good.substr(0, good.size() - 1), &hash));
  EXPECT_FALSE(DecodeFooter(good + '\0', &hash));
  for (const size_t byte : {size_t{0}, size_t{9}, good.size() - 1}) {
    std::string bad = good;
    bad[byte] ^= 1;
    EXPECT_FALSE(DecodeFooter(bad, &hash)) << byte;
  }
}

TEST(ChunkTest, OnlyTheOneThatTheManifestListsIsOpened) {
  const std::string stored = "stored bytes";
  const ChunkHeader header = {SectionNumber(1), 2, 20, 12, Codec::kZstd};
  std::string chunk = std::string(kChunkHeaderBytes, '\0') + stored;
  const uint64_t checksum = SealChunk(header, chunk);
  const ChunkEntry entry = {SectionNumber(1), 20, 12, checksum};
  const auto view = OpenChunk(chunk, entry, 2);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->codec, Codec::kZstd);
  EXPECT_EQ(view->stored, stored);
  const auto refused = [&](std::string_view bytes, const ChunkEntry& listed, uint32_t index) {
    return OpenChunk(bytes, listed, index).status().code() == absl::StatusCode::kDataLoss;
  };
  EXPECT_TRUE(refused(chunk.substr(0, chunk.size() - 1), entry, 2));
  EXPECT_TRUE(refused(chunk + "x", entry, 2));
  EXPECT_TRUE(refused(chunk, entry, 3));
  EXPECT_TRUE(refused(chunk, {SectionNumber(0), 20, 12, checksum}, 2));
  EXPECT_TRUE(refused(chunk, {SectionNumber(1), 21, 12, checksum}, 2));
  EXPECT_TRUE(refused(chunk, {SectionNumber(1), 20, 12, checksum + 1}, 2));
}

TEST(CodecTest, NothingIsStoredAsNothing) {
  std::string stored = "before";
  EXPECT_EQ(Compressor(1).Compress("", stored), Codec::kNone);
  EXPECT_EQ(stored, "before");
}

TEST(CodecTest, ABombIsNotUnpacked) {
  std::string stored;
  ASSERT_EQ(Compressor(19).Compress(std::string(1 << 20, 'x'), stored), Codec::kZstd);
  EXPECT_FALSE(Decompressor().Decompress(Codec::kZstd, stored, 1000));
  EXPECT_FALSE(Decompressor().Decompress(Codec::kZstd, stored, (1 << 20) + 1));
  EXPECT_TRUE(Decompressor().Decompress(Codec::kZstd, stored, 1 << 20));
  EXPECT_FALSE(Decompressor().Decompress(static_cast<Codec>(2), stored, 1 << 20));
  EXPECT_FALSE(Decompressor().Decompress(Codec::kNone, stored, 1 << 20));
}

TEST(Sha256StreamTest, PiecesHashAsTheWhole) {
  Sha256Stream stream;
  for (const char* piece : {"a", "", "bc"}) stream.Update(piece);
  EXPECT_EQ(stream.Finish(), Sha256Of({"abc"}));
}

TEST(PathsTest, TemporariesAreSiblings) {
  EXPECT_EQ(TemporaryOf("/a/b"), "/a/b.tmp");
  EXPECT_EQ(TemporaryOf("/a/b//"), "/a/b.tmp");
  EXPECT_EQ(ParentOf("/a/b/"), "/a");
  EXPECT_EQ(ParentOf("/a"), "/");
  EXPECT_EQ(ParentOf("a"), ".");
}

}  // namespace
}  // namespace wallet

// The pure parts: what no version writes is refused before anything is allocated for it.
#include "snapshot/format.h"

#include <gtest/gtest.h>

#include <string>

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
  EXPECT_TRUE(refused([](Manifest& m) { m.sections[1] = std::string(256, 'x'); }));
  EXPECT_TRUE(refused([](Manifest& m) { m.chunks[0].section = SectionNumber(2); }));
  EXPECT_TRUE(refused([](Manifest& m) { m.chunks[0].plain_bytes = kMaxChunkBytes + 1; }));
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

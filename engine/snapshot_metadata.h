// What a snapshot says about itself: at which position of which log it was cut, and what must be in
// it. Pure functions. The file it goes into knows nothing of it (snapshot/FORMAT.md).
//
//   u32 version (1), u64 position, 32 bytes hash of the log's record that ends there,
//   varint epoch, 3 bytes default currency, varint last stamp, varint created at (µs since 1970),
//   varint number of shards, then of each shard, by number:
//   varint accounts, varint open withdrawals, 16 bytes digest (low half first)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ledger/digest.h"
#include "engine/ledger/types.h"
#include "wal/base/hash.h"
#include "wal/base/instant.h"
#include "wal/base/position.h"

namespace wallet {

inline constexpr uint32_t kSnapshotMetadataVersion = 1;

struct SectionFacts {
  int64_t accounts = 0;
  int64_t open_withdrawals = 0;
  Digest digest;  // Ledger::DigestAt(kMinInstant) at the cut
  bool operator==(const SectionFacts&) const = default;
};

struct SnapshotMetadata {
  Position position;
  // Of the record that ends at `position`: no other log has it. The epoch does not tell logs apart:
  // a restore makes a new one.
  Sha256 chain_hash{};
  Epoch epoch;
  Currency default_currency;
  Instant last_stamp;  // the highest over all shards; 0 before any event
  Instant created_at;
  std::vector<SectionFacts> sections;  // by the number of the shard
  bool operator==(const SnapshotMetadata&) const = default;
};

// The section of a shard: "ledger/0".
std::string SectionNameOf(size_t shard);

// kDataLoss: the sections of the snapshot at `path` are not the ones that its metadata speaks of.
absl::Status OtherSections(const std::string& path);

// Over all sections: the digest of the whole ledger.
Digest TotalDigest(const SnapshotMetadata& metadata);

std::string EncodeSnapshotMetadata(const SnapshotMetadata& metadata);

// kUnimplemented: a newer program wrote it; both versions are named. kDataLoss: it is not what any
// version writes. Messages name `path`.
absl::StatusOr<SnapshotMetadata> DecodeSnapshotMetadata(std::string_view bytes,
                                                        const std::string& path);

}  // namespace wallet

#include "engine/snapshot_metadata.h"

#include "absl/strings/str_cat.h"
#include "engine/limits.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

int64_t NonNegative(Reader& reader) {
  const uint64_t value = reader.Varint();
  if (value > static_cast<uint64_t>(INT64_MAX)) reader.Fail();
  return static_cast<int64_t>(value);
}

Instant ReadInstant(Reader& reader) {
  const Instant instant(NonNegative(reader));
  if (instant > kMaxInstant) reader.Fail();
  return instant;
}

Epoch ReadEpoch(Reader& reader) {
  const uint64_t bits = reader.Varint();
  if (Epoch(bits).bits() != bits) reader.Fail();
  return Epoch(bits);
}

Currency ReadCurrency(Reader& reader) {
  const auto currency = Currency::Parse(reader.Raw(kCurrencyBytes));
  if (!currency) reader.Fail();
  return currency.value_or(Currency());
}

SectionFacts ReadSection(Reader& reader) {
  SectionFacts facts;
  facts.accounts = NonNegative(reader);
  facts.open_withdrawals = NonNegative(reader);
  facts.digest.low = reader.Fixed<uint64_t>();
  facts.digest.high = reader.Fixed<uint64_t>();
  return facts;
}

}  // namespace

std::string SectionNameOf(size_t shard) { return absl::StrCat("ledger/", shard); }

absl::Status OtherSections(const std::string& path) {
  return absl::DataLossError(
      absl::StrCat(path, ": its sections are not the ones it says it holds"));
}

Digest TotalDigest(const SnapshotMetadata& metadata) {
  Digest total;
  for (const SectionFacts& section : metadata.sections) total += section.digest;
  return total;
}

std::string EncodeSnapshotMetadata(const SnapshotMetadata& metadata) {
  std::string bytes;
  PutFixed<uint32_t>(bytes, kSnapshotMetadataVersion);
  PutFixed<uint64_t>(bytes, metadata.position.value());
  bytes.append(AsBytes(metadata.chain_hash));
  PutVarint(bytes, metadata.epoch.bits());
  bytes.append(metadata.default_currency.ToString());
  PutVarint(bytes, static_cast<uint64_t>(metadata.last_stamp.value()));
  PutVarint(bytes, static_cast<uint64_t>(metadata.created_at.value()));
  PutVarint(bytes, metadata.sections.size());
  for (const SectionFacts& section : metadata.sections) {
    PutVarint(bytes, static_cast<uint64_t>(section.accounts));
    PutVarint(bytes, static_cast<uint64_t>(section.open_withdrawals));
    PutFixed<uint64_t>(bytes, section.digest.low);
    PutFixed<uint64_t>(bytes, section.digest.high);
  }
  return bytes;
}

absl::StatusOr<SnapshotMetadata> DecodeSnapshotMetadata(std::string_view bytes,
                                                        const std::string& path) {
  Reader reader(bytes);
  const uint32_t version = reader.Fixed<uint32_t>();
  if (version > kSnapshotMetadataVersion) {
    return absl::UnimplementedError(absl::StrCat(
        path, ": what the snapshot says of itself has version ", version,
        "; this program reads version ", kSnapshotMetadataVersion,
        ". Start the ledger with the program that wrote the snapshot, or a newer one."));
  }
  SnapshotMetadata metadata;
  metadata.position = Position(reader.Fixed<uint64_t>());
  metadata.chain_hash = reader.Array<Sha256>();
  metadata.epoch = ReadEpoch(reader);
  metadata.default_currency = ReadCurrency(reader);
  metadata.last_stamp = ReadInstant(reader);
  metadata.created_at = ReadInstant(reader);
  const uint64_t sections = reader.Varint();
  if (sections == 0 || sections > static_cast<uint64_t>(kMaxShards)) reader.Fail();
  for (uint64_t i = 0; i < sections && reader.ok(); ++i) {
    metadata.sections.push_back(ReadSection(reader));
  }
  if (version > 0 && reader.AtEnd()) return metadata;
  return absl::DataLossError(
      absl::StrCat(path,
                   " is damaged, or no snapshot of a ledger: what it says of itself can't be "
                   "read"));
}

}  // namespace wallet

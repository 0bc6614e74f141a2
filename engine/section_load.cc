#include "engine/section_load.h"

#include <thread>

#include "engine/ledger/ledger_loader.h"
#include "engine/recovery.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

using States = std::vector<std::unique_ptr<ShardState>>;

absl::Status AddSection(const SnapshotReader& reader, size_t section, size_t number,
                        LedgerLoader& loader) {
  return reader.ReadSection(SectionNameOf(section),
                            [&](std::string_view slice) { return loader.Add(number, slice); });
}

// Section by section into whichever ledger a user belongs to now.
absl::Status LoadSpread(const SnapshotReader& reader, const SnapshotMetadata& metadata,
                        const States& states) {
  std::vector<Ledger*> ledgers;
  for (const auto& state : states) ledgers.push_back(&state->ledger);
  const int shards = static_cast<int>(states.size());
  const auto shard_of = [shards](UserId user) {
    return static_cast<size_t>(ShardOfUser(user, shards));
  };
  LedgerLoader loader(ledgers, shard_of, metadata.sections.size());
  for (size_t i = 0; i < metadata.sections.size(); ++i) {
    if (absl::Status status = AddSection(reader, i, i, loader); !status.ok()) return status;
  }
  if (absl::Status status = loader.Finish(); !status.ok()) return status;
  return loader.digest() == TotalDigest(metadata) ? absl::OkStatus() : OtherSections(reader.path());
}

// A section into the ledger of its own shard; users of others refuse it.
absl::Status LoadOwn(const SnapshotReader& reader, const SnapshotMetadata& metadata, size_t section,
                     const States& states) {
  const int shards = static_cast<int>(states.size());
  const auto own = [shards, section](UserId user) -> size_t {
    return static_cast<size_t>(ShardOfUser(user, shards)) == section ? 0 : 1;
  };
  Ledger& ledger = states[section]->ledger;
  LedgerLoader loader({&ledger}, own, 1);
  absl::Status status = AddSection(reader, section, 0, loader);
  if (status.ok()) status = loader.Finish();
  if (!status.ok()) return status;
  const SectionFacts& facts = metadata.sections[section];
  const bool same = (loader.digest() == facts.digest || WALLET_MUTANT("snapshot_digest_ignored")) &&
                    ledger.account_count() == facts.accounts;
  return same ? absl::OkStatus() : OtherSections(reader.path());
}

absl::Status LoadEach(const SnapshotReader& reader, const SnapshotMetadata& metadata,
                      const States& states, bool parallel) {
  std::vector<absl::Status> results(states.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < states.size(); ++i) {
    const auto load = [&, i] { results[i] = LoadOwn(reader, metadata, i, states); };
    if (parallel) {
      threads.emplace_back(load);
    } else {
      load();
    }
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : results) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadSections(const SnapshotReader& reader, const SnapshotMetadata& metadata,
                          const States& states, bool parallel) {
  if (reader.sections().size() != metadata.sections.size()) return OtherSections(reader.path());
  if (metadata.sections.size() != states.size()) return LoadSpread(reader, metadata, states);
  return LoadEach(reader, metadata, states, parallel);
}

}  // namespace wallet

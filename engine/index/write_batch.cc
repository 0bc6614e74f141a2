#include "engine/index/write_batch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/index/entry_format.h"
#include "engine/index/families.h"
#include "engine/index/limits.h"
#include "engine/index/row_format.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// So many rows are on their way from memory while one is worked on: sorted by user, they lie
// anywhere.
constexpr size_t kRowsAhead = 16;

bool IsRepeated(const SortEntries& entries, size_t i) {
  return i + 1 < entries.size() && entries[i + 1].key == entries[i].key;
}

// The last move of each withdrawal, in the order of keys.
class Moves {
 public:
  explicit Moves(const IndexBatch& batch) : order_(Count(batch)) {
    for (const auto& source : batch.sources) {
      source->VisitMoves([&](const IndexedMove& move) {
        order_.Add({RowKey(move.user, move.id), moves_.size()});
        moves_.push_back(move.state);
      });
    }
    Sort(order_, GroupSpread::kAny);
    SkipRepeated();
  }

  bool done() const { return at_ == order_.size(); }
  // While not done.
  RunKey key() const { return order_[at_].key; }
  const MovedState& Pop() {
    const MovedState& state = moves_[order_[at_++].value];
    SkipRepeated();
    return state;
  }

 private:
  static uint64_t Count(const IndexBatch& batch) {
    uint64_t moves = 0;
    for (const auto& source : batch.sources) moves += source->moves();
    return moves;
  }
  void SkipRepeated() {
    while (IsRepeated(order_, at_)) ++at_;
  }

  SortEntries order_;
  std::vector<MovedState> moves_;
  size_t at_ = 0;
};

// The rows of a batch, in the order of keys.
class Rows {
 public:
  Rows(const IndexBatch& batch, RowRoom& room) : sources_(batch.sources), entries_(room.first) {
    WALLET_CHECK(sources_.size() <= kMaxIndexSources);
    for (size_t source = 0; source < sources_.size(); ++source) Collect(source);
    Sort(entries_, room.second, GroupSpread::kAny);
  }

  size_t size() const { return entries_.size(); }
  RunKey key(size_t i) const { return entries_[i].key; }
  bool IsRepeated(size_t i) const { return wallet::IsRepeated(entries_, i); }

  void Prefetch(size_t i) const {
    if (i < size()) SourceOf(i).PrefetchRow(HandleOf(i));
  }
  TransactionRow Load(size_t i) const {
    const IndexedTransaction loaded = SourceOf(i).LoadRow(HandleOf(i));
    Reader reader(loaded.created.bytes);
    TransactionRow row{
        .created = DecodeEvent(reader, loaded.created.base), .after = loaded.after, .moved = {}};
    WALLET_CHECK(reader.AtEnd() && RowKey(row.created.user, row.created.id) == key(i));
    return row;
  }

 private:
  void Collect(size_t source) {
    sources_[source]->VisitRows([&](const IndexedRow& row) {
      WALLET_CHECK(row.handle >> kRowHandleBits == 0);
      entries_.Add({RowKey(row.user, row.id), source << kRowHandleBits | row.handle});
    });
  }
  const IndexSource& SourceOf(size_t i) const {
    return *sources_[entries_[i].value >> kRowHandleBits];
  }
  uint64_t HandleOf(size_t i) const {
    return entries_[i].value & ((uint64_t{1} << kRowHandleBits) - 1);
  }

  const std::vector<std::shared_ptr<const IndexSource>>& sources_;
  SortEntries& entries_;
};

absl::Status WriteChangesBefore(RunKey key, Moves& moves, RowEncoder& encoder, IndexRuns& out) {
  absl::Status status;
  while (status.ok() && !moves.done() && moves.key() < key) {
    const RunKey at = moves.key();
    status = out.Add(at, encoder.Change(moves.Pop()));
  }
  return status;
}

// The value of all entries that share the key of the one at `i`.
std::string JoinedIds(const SortEntries& keys, size_t i) {
  std::vector<TransactionId> ids;
  for (size_t next = i; next < keys.size() && keys[next].key == keys[i].key; ++next) {
    ids.emplace_back(static_cast<int64_t>(keys[next].value));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return EncodeIds(ids);
}

absl::Status AddKey(const SortEntries& keys, size_t i, IndexRuns& out) {
  char bytes[kMaxVarintBytes];
  if (!IsRepeated(keys, i)) [[likely]] {
    const char* end = PutVarint(bytes, keys[i].value);
    return out.Add(keys[i].key, {bytes, static_cast<size_t>(end - bytes)});
  }
  const std::string ids = JoinedIds(keys, i);
  if (ids.size() <= kMaxRunValueBytes) return out.Add(keys[i].key, ids);
  return absl::ResourceExhaustedError(absl::StrCat("too many keys of user ", keys[i].key.order,
                                                   " have one hash: the hash is not what it was"));
}

SortEntries CollectRanks(const IndexBatch& batch) {
  uint64_t count = 0;
  for (const auto& source : batch.sources) count += source->ranks();
  SortEntries ranks(count);
  for (const auto& source : batch.sources) {
    source->VisitRanks([&](const IndexedRank& rank) {
      ranks.Add(
          {RankKey(rank.user, rank.currency, rank.rank), static_cast<uint64_t>(rank.id.value())});
    });
  }
  return ranks;
}

}  // namespace

absl::Status IndexRuns::Begin(FamilyId family, uint64_t max_groups) {
  auto writer = set_.NewRun(family, max_groups);
  if (!writer.ok()) return writer.status();
  writer_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status IndexRuns::Finish() {
  absl::Status status = writer_->Finish();
  if (status.ok()) finished_.push_back(std::move(writer_));
  return status;
}

uint64_t RowsOf(const IndexBatch& batch) {
  uint64_t rows = 0;
  for (const auto& source : batch.sources) rows += source->rows();
  return rows;
}

absl::Status WriteTransactions(const IndexBatch& batch, const KeyHasher& hash, RowRoom& room,
                               IndexRuns& out) {
  const Rows rows(batch, room);
  SortEntries& keys = room.second;
  keys.SetSize(0);
  Moves moves(batch);
  if (rows.size() == 0 && moves.done()) return absl::OkStatus();
  absl::Status status = out.Begin(kTransactionRuns, rows.size());
  RowEncoder encoder;
  for (size_t i = 0; status.ok() && i < rows.size(); ++i) {
    rows.Prefetch(i + kRowsAhead);
    if (rows.IsRepeated(i)) continue;
    const RunKey key = rows.key(i);
    status = WriteChangesBefore(key, moves, encoder, out);
    if (!status.ok()) return status;
    const TransactionRow row = rows.Load(i);
    const Event& event = row.created;
    const MovedState* moved = !moves.done() && moves.key() == key ? &moves.Pop() : nullptr;
    status = out.Add(key, encoder.Row(event, row.after, moved));
    if (WALLET_MUTANT("index_key_dropped") && i + 1 == rows.size()) continue;
    keys.Add({KeyKey(hash(event.user, event.key), event.user), key.order});
  }
  std::swap(room.first, room.second);
  if (status.ok() && !WALLET_MUTANT("index_move_lost"))
    status = WriteChangesBefore(kLastRunKey, moves, encoder, out);
  return status.ok() ? out.Finish() : status;
}

absl::Status WriteKeys(RowRoom& room, IndexRuns& out) {
  SortEntries& keys = room.first;
  if (keys.size() == 0) return absl::OkStatus();
  Sort(keys, room.second, GroupSpread::kUniform);
  absl::Status status = out.Begin(kKeyRuns, keys.size());
  for (size_t i = 0; status.ok() && i < keys.size(); ++i) {
    if (i > 0 && keys[i].key == keys[i - 1].key) continue;
    status = AddKey(keys, i, out);
  }
  return status.ok() ? out.Finish() : status;
}

absl::Status WriteRanks(const IndexBatch& batch, IndexRuns& out) {
  SortEntries ranks = CollectRanks(batch);
  if (ranks.size() == 0) return absl::OkStatus();
  Sort(ranks, GroupSpread::kAny);
  absl::Status status = out.Begin(kCurrencyRuns, ranks.size());
  for (size_t i = 0; status.ok() && i < ranks.size(); ++i) {
    if (IsRepeated(ranks, i)) continue;
    status = out.Add(ranks[i].key, EncodeId(TransactionId(static_cast<int64_t>(ranks[i].value))));
  }
  return status.ok() ? out.Finish() : status;
}

}  // namespace wallet

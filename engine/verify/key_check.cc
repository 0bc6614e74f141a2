#include "engine/verify/key_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/index/entry_format.h"
#include "engine/index/row_format.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

bool Enough(const Check& check) { return check.result().difference_count >= kMaxKeptDifferences; }

UserId UserOf(uint64_t number) { return UserId(static_cast<int64_t>(number)); }

// Names rows whose key is not there.
void NameLackingKeys(const IndexReader& index, Check& check) {
  check.Holds(
      index.view().Scan(kTransactionRuns, kFirstRunKey, kLastRunKey, [&](const RunEntry& entry) {
        const std::optional<TransactionRow> row = DecodeRow(entry.value);
        if (!row) return true;  // said already
        const UserId user = UserOf(entry.key.group);
        const TransactionId id(static_cast<int64_t>(entry.key.order));
        const RunKey key = KeyKey(index.KeyHash(user, row->created.key), user);
        bool found = false;
        const auto look = [&](const RunEntry& at) {
          const auto ids = DecodeIds(at.value);
          found = ids && std::find(ids->begin(), ids->end(), id) != ids->end();
          return false;
        };
        if (!check.Holds(index.view().Scan(kKeyRuns, key, key, look))) return false;
        if (!found) {
          check.Differ(absl::StrCat("user ", user.value(), ": the key of transaction ", id.value(),
                                    " is not among the index's keys"));
        }
        return !Enough(check);
      }));
}

// Names keys that lead to no row, or to one with another key.
void NameStrayKeys(const IndexReader& index, Check& check) {
  check.Holds(index.view().Scan(kKeyRuns, kFirstRunKey, kLastRunKey, [&](const RunEntry& entry) {
    const UserId user = UserOf(entry.key.order);
    const auto ids = DecodeIds(entry.value);
    for (const TransactionId id : ids.value_or(std::vector<TransactionId>())) {
      const auto row = index.Find(user, id);
      if (!check.Holds(row.status())) return false;
      if (*row && index.KeyHash(user, (*row)->transaction.key) == entry.key.group) continue;
      check.Differ(absl::StrCat("user ", user.value(), ": the index has a key that leads to ",
                                "transaction ", id.value(),
                                *row ? ", which has another" : ", which it does not have"));
    }
    return !Enough(check);
  }));
}

}  // namespace

void KeySum::Add(uint64_t hash, UserId user, TransactionId id) {
  const uint64_t owner = Mix64(static_cast<uint64_t>(user.value()) ^ Mix64(hash));
  const uint64_t low = Mix64(owner ^ Mix64(static_cast<uint64_t>(id.value())));
  sum_ += Digest{low, Mix64(low ^ hash)};
  ++count_;
}

void CheckIndexKeys(const IndexReader& index, const KeySum& rows, CheckList& list) {
  Check& check = list.Add("index keys", "one for each row, which it leads to", "keys");
  const CheckList::Timed timed(list, check);
  KeySum keys;
  const absl::Status status =
      index.view().Scan(kKeyRuns, kFirstRunKey, kLastRunKey, [&](const RunEntry& entry) {
        const auto ids = DecodeIds(entry.value);
        if (!ids) {
          check.Differ(absl::StrCat("user ", entry.key.order, ": a key's entry is not readable"));
          return !Enough(check);
        }
        for (const TransactionId id : *ids) keys.Add(entry.key.group, UserOf(entry.key.order), id);
        check.Count(ids->size());
        check.Progress(check.result().count, rows.count());
        return true;
      });
  if (!check.Holds(status) || keys == rows) return;
  NameLackingKeys(index, check);
  NameStrayKeys(index, check);
  if (!check.ok()) return;
  check.Differ(absl::StrCat("there are ", keys.count(), " keys for ", rows.count(), " rows"));
}

}  // namespace wallet

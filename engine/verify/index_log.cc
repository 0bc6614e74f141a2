#include "engine/verify/index_log.h"

#include <algorithm>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "engine/index/entry_format.h"
#include "wal/base/absl_view.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

constexpr size_t kTogether = 3'000'000;

uint64_t HashOfWords(std::string_view code, std::string_view message) {
  return Xxh3(message, Xxh3(code));
}
uint64_t WordsOf(Substatus to, std::string_view code, std::string_view message) {
  return to == Substatus::kFailed ? HashOfWords(code, message) : HashOfWords("", "");
}

// Visits each of the keys, which ascend, with the value that the index has there, or null.
absl::Status LookUp(const RunView& view, FamilyId family, size_t count,
                    absl::FunctionRef<RunKey(size_t)> key_of,
                    absl::FunctionRef<void(size_t, const std::string_view*)> visit) {
  if (count == 0) return absl::OkStatus();
  size_t next = 0;
  const absl::Status status =
      view.Scan(family, key_of(0), key_of(count - 1), [&](const RunEntry& entry) {
        while (next < count && key_of(next) < entry.key) visit(next++, nullptr);
        while (next < count && key_of(next) == entry.key) visit(next++, &entry.value);
        return next < count;
      });
  if (!status.ok()) return status;
  while (next < count) visit(next++, nullptr);
  return absl::OkStatus();
}

template <class T>
std::string Shown(const std::optional<T>& value) {
  if (!value) return "none";
  if constexpr (std::is_same_v<T, Instant>) {
    return FormatRfc3339(*value);
  } else {
    return absl::StrCat("'", ToAbsl(*value), "'");
  }
}

std::string TextOf(const Balance& balance) {
  return absl::StrCat(balance.total.value(), " (", balance.unreleased.value(), " unreleased, ",
                      balance.held.value(), " held)");
}

// What of the two transactions differs, apart from a withdrawal's later state; empty: nothing.
std::string FieldsThatDiffer(const Transaction& log, const Transaction& index) {
  std::string text;
  const auto compare = [&](const char* name, const auto& in_log, const auto& in_index,
                           const auto& shown) {
    if (in_log == in_index) return;
    absl::StrAppend(&text, text.empty() ? "" : "; ", name, " is ", shown(in_log),
                    " in the log and ", shown(in_index), " in the index");
  };
  const auto number = [](const auto& value) { return absl::StrCat(value.value()); };
  const auto words = [](const auto& value) { return value.ToString(); };
  const auto quoted = [](std::string_view value) { return absl::StrCat("'", ToAbsl(value), "'"); };
  const auto given = [](const auto& value) { return Shown(value); };
  const auto name = [](TransactionType type) { return std::string(ToString(type)); };
  compare("type", log.type, index.type, name);
  compare("currency", log.currency, index.currency, words);
  compare("amount", log.amount, index.amount, number);
  compare("created_at", log.created_at, index.created_at,
          [](Instant at) { return FormatRfc3339(at); });
  compare("key", log.key, index.key, quoted);
  compare("epoch", log.epoch, index.epoch, words);
  compare("release_at", log.release_at, index.release_at, given);
  compare("destination", log.destination, index.destination, given);
  compare("description", log.description, index.description, given);
  return text;
}

}  // namespace

IndexLogCheck::IndexLogCheck(const IndexReader& index, CheckList& list)
    : index_(index),
      list_(list),
      check_(list.Add("index log", "every event that the log holds, field by field", "events")) {}

void IndexLogCheck::Add(const Event& event, const EncodedEvent& encoded,
                        const std::optional<Balance>& after) {
  check_.Count();
  const Name name(event.user, event.id);
  if (event.type == EventType::kWithdrawalMoved) {
    moved_.insert_or_assign(
        name, Moved{event.to, event.at, WordsOf(event.to, event.code, event.message)});
    return;
  }
  if (event.type == EventType::kWithdrawalRequested) {
    moved_.insert_or_assign(name, Moved{Substatus::kQueued, event.at, HashOfWords("", "")});
  }
  noted_.push_back(
      {RowKey(event.user, event.id), bytes_.size(), encoded.bytes.size(), encoded.base, after});
  bytes_.append(encoded.bytes);
  if (noted_.size() >= kTogether) Flush();
}

void IndexLogCheck::Finish() {
  Flush();
  CheckMoves();
}

void IndexLogCheck::Flush() {
  const CheckList::Timed timed(list_, check_);
  std::sort(noted_.begin(), noted_.end(),
            [](const Noted& a, const Noted& b) { return a.key < b.key; });
  const absl::Status status = LookUp(
      index_.view(), kTransactionRuns, noted_.size(), [&](size_t i) { return noted_[i].key; },
      [&](size_t i, const std::string_view* value) { CheckRow(noted_[i], value); });
  check_.Holds(status);
  noted_.clear();
  bytes_.clear();
}

void IndexLogCheck::CheckRow(const Noted& noted, const std::string_view* value) {
  if (!value) return Differ(noted.key, "the log has it, the index does not");
  Reader reader(std::string_view(bytes_).substr(noted.offset, noted.size));
  const Event event = DecodeEvent(reader, noted.base);
  const std::optional<TransactionRow> row = DecodeRow(*value);
  if (!row) return Differ(noted.key, "the index's row is not readable");
  const TransactionRow expected{.created = event, .after = row->after};
  const std::string what = FieldsThatDiffer(TransactionOf(event.user, event.id, expected),
                                            TransactionOf(event.user, event.id, *row));
  if (!what.empty()) Differ(noted.key, what);
  if (noted.after && *noted.after != row->after) {
    Differ(noted.key, absl::StrCat("the balance after it was ", TextOf(*noted.after),
                                   ", in the index ", TextOf(row->after)));
  }
}

void IndexLogCheck::CheckMoves() {
  const CheckList::Timed timed(list_, check_);
  std::vector<std::pair<RunKey, Moved>> moved;
  for (const auto& [name, state] : moved_)
    moved.emplace_back(RowKey(name.first, name.second), state);
  moved_.clear();
  std::sort(moved.begin(), moved.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  check_.Holds(LookUp(
      index_.view(), kTransactionRuns, moved.size(), [&](size_t i) { return moved[i].first; },
      [&](size_t i, const std::string_view* value) {
        CheckMove(moved[i].first, moved[i].second, value);
      }));
}

void IndexLogCheck::CheckMove(RunKey key, const Moved& moved, const std::string_view* value) {
  if (!value) return Differ(key, "the log moves it, the index does not have it");
  const std::optional<TransactionRow> row = DecodeRow(*value);
  if (!row) return;  // said already, with the other rows
  const Transaction found = TransactionOf(UserId(static_cast<int64_t>(key.group)),
                                          TransactionId(static_cast<int64_t>(key.order)), *row);
  if (found.substatus != moved.substatus || found.updated_at != moved.at) {
    return Differ(key, absl::StrCat("it was moved to ", ToAbsl(ToString(moved.substatus)), " at ",
                                    FormatRfc3339(moved.at), " in the log, to ",
                                    ToAbsl(ToString(found.substatus)), " at ",
                                    FormatRfc3339(found.updated_at), " in the index"));
  }
  if (HashOfWords(found.failure_code, found.failure_message) != moved.words) {
    Differ(key, "why it failed is other words in the log than in the index");
  }
}

void IndexLogCheck::Differ(RunKey key, std::string_view what) {
  check_.Differ(absl::StrCat("user ", key.group, ", transaction ", key.order, ": ", ToAbsl(what)));
}

}  // namespace wallet

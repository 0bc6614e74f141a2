// The simulated bank's book: what it did with every reference, in a file of its own, so that a test
// or an auditor can hold the wallet's word against the bank's.
//
// The format is described in engine/bank/README.md and pinned by a golden file. Pure functions of
// bytes; the file is written by sim_bank.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/ledger/types.h"
#include "wal/base/instant.h"

namespace wallet {

// The first line, without its end.
inline constexpr std::string_view kBookTitle = "wallet-sim-book 1";

enum class BookMark : uint8_t {
  kPaid,      // the money left
  kDeclined,  // finally refused: the reference will not be paid
  kConflict,  // a known reference came with another user, currency or amount: refused, nothing paid
};
std::string_view ToString(BookMark mark);  // "paid", "declined", "conflict"

struct BookEntry {
  BookMark mark = BookMark::kPaid;
  std::string reference;  // printable ASCII without spaces, at most kMaxReferenceBytes
  UserId user;
  Currency currency;
  Amount amount;  // > 0
  Instant at;
  bool operator==(const BookEntry&) const = default;
};

// Whether it can stand in a book.
bool FitsBook(const BookEntry& entry);

// Where the next line goes.
struct BookEnd {
  uint64_t chain = 0;  // the checksum of the last whole line
  uint64_t bytes = 0;  // up to the end of the last whole line
};

// The title's line, and where it ends.
std::string BookStart(BookEnd& end);

// Appends the line of `entry` to `out`. It must fit.
void AppendBookLine(const BookEntry& entry, BookEnd& end, std::string& out);

// Visits the entries in order. A last line without its end was never synced and is left out: nobody
// was told of it. kUnimplemented: written by a newer version. kDataLoss names the first bad
// line: the line is not whole, or not the one that was written after the one before it.
absl::StatusOr<BookEnd> ReadBook(std::string_view bytes,
                                 absl::FunctionRef<void(const BookEntry&)> visit);

absl::StatusOr<std::vector<BookEntry>> ReadBook(std::string_view bytes);

// kDataLoss unless every reference was judged once: paid or declined, never both, never twice, and
// no conflict. The message names the reference.
absl::Status AuditBook(const std::vector<BookEntry>& entries);

}  // namespace wallet

// u8 how, then the simulated bank's book: as it is (0), or its lines without their checksums, which
// are put in.
#include "engine/bank/sim_book.h"

#include "absl/strings/str_cat.h"
#include "engine/bank/limits.h"
#include "tests/fuzz/input.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

std::string Sealed(std::string_view lines) {
  BookEnd end;
  std::string book = BookStart(end);
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    end.chain = Xxh3(line, end.chain);
    absl::StrAppend(&book, ToAbsl(line), " ", absl::Hex(end.chain, absl::kZeroPad16), "\n");
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  }
  return book;
}

// Written again, the entries give the same bytes, up to a last line that was never finished.
void CheckWrittenAgain(const std::vector<BookEntry>& entries, const BookEnd& end,
                       std::string_view book) {
  BookEnd again;
  std::string written = BookStart(again);
  for (const BookEntry& entry : entries) {
    WALLET_CHECK(FitsBook(entry));
    AppendBookLine(entry, again, written);
  }
  WALLET_CHECK_NOTE(written == book.substr(0, end.bytes), "one entry has one line");
  WALLET_CHECK(again.bytes == end.bytes && again.chain == end.chain);
  WALLET_CHECK(book.find('\n', end.bytes) == std::string_view::npos);
}

void CheckAudit(const std::vector<BookEntry>& entries) {
  if (!AuditBook(entries).ok() || entries.empty()) return;
  std::vector<BookEntry> twice = entries;
  twice.push_back(entries.front());
  WALLET_CHECK_NOTE(!AuditBook(twice).ok(), "no reference is judged twice");
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const bool as_it_is = input.Byte() == 0;
  const std::string book = as_it_is ? std::string(input.Rest()) : Sealed(input.Rest());
  std::vector<BookEntry> entries;
  const auto end = ReadBook(book, [&](const BookEntry& entry) { entries.push_back(entry); });
  WALLET_CHECK(ReadBook(book).ok() == end.ok());
  if (!end.ok()) {
    WALLET_CHECK(absl::IsDataLoss(end.status()) || absl::IsFailedPrecondition(end.status()) ||
                 absl::IsUnimplemented(end.status()));
    return 0;
  }
  CheckWrittenAgain(entries, *end, book);
  CheckAudit(entries);
  return 0;
}

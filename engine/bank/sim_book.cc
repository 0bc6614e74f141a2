#include "engine/bank/sim_book.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/bank/limits.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

constexpr size_t kChecksumDigits = 16;

std::string Hex(uint64_t value) { return absl::StrCat(absl::Hex(value, absl::kZeroPad16)); }

// Takes the text up to the next space, or all of it.
std::string_view NextWord(std::string_view& rest) {
  const size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

// Decimal digits only, > 0.
std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return value;
}

std::optional<BookMark> ParseMark(std::string_view text) {
  for (const BookMark mark : {BookMark::kPaid, BookMark::kDeclined, BookMark::kConflict}) {
    if (text == ToString(mark)) return mark;
  }
  return std::nullopt;
}

std::string Body(const BookEntry& entry) {
  return absl::StrCat(ToAbsl(ToString(entry.mark)), " ", entry.reference, " ", entry.user.value(),
                      " ", entry.currency.ToString(), " ", entry.amount.value(), " ",
                      FormatRfc3339(entry.at));
}

std::optional<BookEntry> ParseBody(std::string_view body) {
  std::string_view rest = body;
  const auto mark = ParseMark(NextWord(rest));
  const std::string_view reference = NextWord(rest);
  const auto user = ParseNumber(NextWord(rest));
  const auto currency = Currency::Parse(NextWord(rest));
  const auto amount = ParseNumber(NextWord(rest));
  const auto at = ParseRfc3339(NextWord(rest));
  if (!mark || !user || !currency || !amount || !at) return std::nullopt;
  BookEntry entry{*mark, std::string(reference), UserId(*user), *currency, Amount(*amount), *at};
  // One entry has one line.
  if (!FitsBook(entry) || Body(entry) != body) return std::nullopt;
  return entry;
}

// A line is its body, a space, and the checksum of the body chained to the line before.
std::optional<BookEntry> ParseLine(std::string_view line, uint64_t& chain) {
  if (line.size() <= kChecksumDigits + 1) return std::nullopt;
  const std::string_view body = line.substr(0, line.size() - kChecksumDigits - 1);
  const uint64_t checksum = Xxh3(body, chain);
  if (line.substr(body.size()) != " " + Hex(checksum)) return std::nullopt;
  chain = checksum;
  return ParseBody(body);
}

absl::Status CheckTitle(std::string_view line) {
  if (line == kBookTitle) return absl::OkStatus();
  const std::string_view name = kBookTitle.substr(0, kBookTitle.rfind(' ') + 1);
  if (line.starts_with(name) && ParseNumber(line.substr(name.size()))) {
    return absl::UnimplementedError(
        absl::StrCat("the book is of version ", ToAbsl(line.substr(name.size())),
                     "; this program reads version 1. Use a newer one."));
  }
  return absl::DataLossError("line 1 is not the title of a simulated bank's book");
}

}  // namespace

std::string_view ToString(BookMark mark) {
  switch (mark) {
    case BookMark::kPaid:
      return "paid";
    case BookMark::kDeclined:
      return "declined";
    case BookMark::kConflict:
      return "conflict";
  }
  return "";
}

bool FitsBook(const BookEntry& entry) {
  const auto printable = [](char c) { return c > 0x20 && c < 0x7f; };
  return !entry.reference.empty() && entry.reference.size() <= kMaxReferenceBytes &&
         std::all_of(entry.reference.begin(), entry.reference.end(), printable) &&
         entry.user.value() > 0 && entry.amount.value() > 0 && entry.currency != Currency() &&
         entry.at >= kMinInstant && entry.at <= kMaxInstant;
}

std::string BookStart(BookEnd& end) {
  std::string line(kBookTitle);
  end.chain = Xxh3(line);
  line += '\n';
  end.bytes = line.size();
  return line;
}

void AppendBookLine(const BookEntry& entry, BookEnd& end, std::string& out) {
  WALLET_CHECK(FitsBook(entry));
  const std::string body = Body(entry);
  end.chain = Xxh3(body, end.chain);
  const std::string line = absl::StrCat(body, " ", Hex(end.chain), "\n");
  WALLET_CHECK(line.size() <= kMaxBookLineBytes);
  end.bytes += line.size();
  out += line;
}

absl::StatusOr<BookEnd> ReadBook(std::string_view bytes,
                                 absl::FunctionRef<void(const BookEntry&)> visit) {
  const size_t title_end = bytes.find('\n');
  if (absl::Status title = CheckTitle(bytes.substr(0, title_end)); !title.ok()) return title;
  BookEnd end;
  const std::string start = BookStart(end);
  if (!bytes.starts_with(start)) return absl::DataLossError("line 1 has no end");
  for (int64_t number = 2;; ++number) {
    const size_t line_end = bytes.find('\n', end.bytes);
    if (line_end == std::string_view::npos) return end;
    const auto entry = ParseLine(bytes.substr(end.bytes, line_end - end.bytes), end.chain);
    if (!entry) {
      return absl::DataLossError(absl::StrCat("line ", number, " of the book is damaged"));
    }
    visit(*entry);
    end.bytes = line_end + 1;
  }
}

absl::StatusOr<std::vector<BookEntry>> ReadBook(std::string_view bytes) {
  std::vector<BookEntry> entries;
  const auto end = ReadBook(bytes, [&](const BookEntry& entry) { entries.push_back(entry); });
  if (!end.ok()) return end.status();
  return entries;
}

absl::Status AuditBook(const std::vector<BookEntry>& entries) {
  absl::flat_hash_map<std::string_view, BookMark> judged;
  for (const BookEntry& entry : entries) {
    if (entry.mark == BookMark::kConflict) {
      return absl::DataLossError(absl::StrCat(entry.reference, " came with another amount"));
    }
    const auto [before, first] = judged.emplace(entry.reference, entry.mark);
    if (first) continue;
    return absl::DataLossError(absl::StrCat(entry.reference, " is ",
                                            ToAbsl(ToString(before->second)), " and ",
                                            ToAbsl(ToString(entry.mark))));
  }
  return absl::OkStatus();
}

}  // namespace wallet

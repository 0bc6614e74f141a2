// The format of the simulated bank's book, and what becomes of a damaged one.

#include "engine/bank/sim_book.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/bank/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wallet {
namespace {

BookEntry Entry(BookMark mark, std::string reference, int64_t amount) {
  return {.mark = mark,
          .reference = std::move(reference),
          .user = UserId(123),
          .currency = *Currency::Parse("USD"),
          .amount = Amount(amount),
          .at = *ParseRfc3339("2024-01-15T12:00:00.25Z")};
}

std::vector<BookEntry> Entries() {
  std::vector<BookEntry> entries = {
      Entry(BookMark::kPaid, "w-abcdefgh-123-2", 1000),
      Entry(BookMark::kDeclined, "w-abcdefgh-9223372036854775807-9223372036854775807", 1),
      Entry(BookMark::kConflict, "w-abcdefgh-123-2", INT64_MAX),
  };
  entries[1].user = UserId(INT64_MAX);
  entries[1].currency = *Currency::Parse("JPY");
  entries[1].at = kMaxInstant;
  return entries;
}

std::string Written(const std::vector<BookEntry>& entries) {
  BookEnd end;
  std::string bytes = BookStart(end);
  for (const BookEntry& entry : entries) AppendBookLine(entry, end, bytes);
  EXPECT_EQ(end.bytes, bytes.size());
  return bytes;
}

std::string Golden() {
  std::ifstream file(WALLET_BANK_GOLDEN "/sim_book_1.txt", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SimBook, TheGoldenFileIsWhatIsWrittenToday) { EXPECT_EQ(Written(Entries()), Golden()); }

TEST(SimBook, TheGoldenFileCanBeRead) {
  const auto entries = ReadBook(Golden());
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_EQ(*entries, Entries());
}

TEST(SimBook, WhatAReaderWouldRefuseDoesNotFit) {
  const auto fits = [](auto change) {
    BookEntry entry = Entry(BookMark::kPaid, "w-abcdefgh-123-2", 1000);
    change(entry);
    return FitsBook(entry);
  };
  EXPECT_TRUE(fits([](BookEntry&) {}));
  EXPECT_FALSE(fits([](BookEntry& e) { e.reference = ""; }));
  EXPECT_FALSE(fits([](BookEntry& e) { e.reference = std::string(kMaxReferenceBytes + 1, 'r'); }));
  for (const char* reference : {"with a space", "\x7f", "\n", "\xc3\xa9"}) {
    EXPECT_FALSE(fits([&](BookEntry& e) { e.reference = reference; })) << reference;
  }
  EXPECT_FALSE(fits([](BookEntry& e) { e.user = UserId(0); }));
  EXPECT_FALSE(fits([](BookEntry& e) { e.amount = Amount(0); }));
  EXPECT_FALSE(fits([](BookEntry& e) { e.currency = Currency(); }));
  EXPECT_FALSE(fits([](BookEntry& e) { e.at = Instant(-1); }));
  EXPECT_FALSE(fits([](BookEntry& e) { e.at = Instant(kMaxInstant.value() + 1); }));
}

TEST(SimBook, WritingGoesOnWhereReadingEnded) {
  const std::vector<BookEntry> entries = Entries();
  std::string bytes = Written({entries[0]});
  auto end = ReadBook(bytes, [](const BookEntry&) {});
  ASSERT_TRUE(end.ok());
  AppendBookLine(entries[1], *end, bytes);
  AppendBookLine(entries[2], *end, bytes);
  EXPECT_EQ(bytes, Written(entries));
}

TEST(SimBook, ALastLineWithoutItsEndIsLeftOut) {
  const std::string bytes = Written(Entries());
  const std::string two = Written({Entries()[0], Entries()[1]});
  for (size_t size = two.size(); size < bytes.size(); ++size) {
    int seen = 0;
    const auto end = ReadBook(bytes.substr(0, size), [&](const BookEntry&) { ++seen; });
    ASSERT_TRUE(end.ok()) << size;
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(end->bytes, two.size());
  }
}

TEST(SimBook, EveryFlippedBitIsNoticedOrTearsTheLastLine) {
  const std::string bytes = Written(Entries());
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      const auto entries = ReadBook(damaged);
      if (at + 1 == bytes.size()) continue;  // the end of the last line: as if torn
      EXPECT_FALSE(entries.ok()) << "byte " << at << " bit " << bit;
    }
  }
}

TEST(SimBook, AMissingOrSwappedLineIsNoticed) {
  const std::string title = Written({});
  const std::string one = Written({Entries()[0]}).substr(title.size());
  const std::string two = Written({Entries()[0], Entries()[1]}).substr(title.size() + one.size());
  EXPECT_TRUE(ReadBook(title + one + two).ok());
  for (const std::string& lines : {two, two + one, one + one, one + two + two}) {
    EXPECT_EQ(ReadBook(title + lines).status().code(), absl::StatusCode::kDataLoss) << lines;
  }
}

TEST(SimBook, TheMessageNamesTheLine) {
  std::string bytes = Written(Entries());
  bytes[bytes.find("declined")] = 'D';
  EXPECT_THAT(std::string(ReadBook(bytes).status().message()), testing::HasSubstr("line 3"));
}

TEST(SimBook, NoTitleIsNoBook) {
  for (const std::string bytes : {"", "w", "wallet-sim-book 1", "wallet-sim-book x\n", "\n",
                                  "wallet-sim-book 0\n", "something else\n"}) {
    EXPECT_EQ(ReadBook(bytes).status().code(), absl::StatusCode::kDataLoss) << bytes;
  }
}

TEST(SimBook, ANewerVersionIsNotReadAndNotCalledDamaged) {
  const auto entries = ReadBook("wallet-sim-book 2\nwhatever\n");
  EXPECT_EQ(entries.status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(entries.status().message()), testing::HasSubstr("version 2"));
}

TEST(SimBook, WhatWouldNotReadBackDoesNotFit) {
  EXPECT_TRUE(FitsBook(Entry(BookMark::kPaid, "w", 1)));
  EXPECT_FALSE(FitsBook(Entry(BookMark::kPaid, "", 1)));
  EXPECT_FALSE(FitsBook(Entry(BookMark::kPaid, "a b", 1)));
  EXPECT_FALSE(FitsBook(Entry(BookMark::kPaid, "a\nb", 1)));
  EXPECT_FALSE(FitsBook(Entry(BookMark::kPaid, "\xc3\xa9", 1)));
  EXPECT_FALSE(FitsBook(Entry(BookMark::kPaid, std::string(65, 'w'), 1)));
  EXPECT_FALSE(FitsBook(Entry(BookMark::kPaid, "w", 0)));
  EXPECT_FALSE(FitsBook(Entry(BookMark::kPaid, "w", -1)));
  BookEntry nobody = Entry(BookMark::kPaid, "w", 1);
  nobody.user = UserId(0);
  EXPECT_FALSE(FitsBook(nobody));
}

TEST(SimBook, TheAuditFindsWhatMustNotBe) {
  const BookEntry paid = Entry(BookMark::kPaid, "w-a", 1);
  const BookEntry declined = Entry(BookMark::kDeclined, "w-a", 1);
  const BookEntry other = Entry(BookMark::kPaid, "w-b", 1);
  EXPECT_TRUE(AuditBook({}).ok());
  EXPECT_TRUE(AuditBook({paid, other}).ok());
  EXPECT_TRUE(AuditBook({declined, other}).ok());
  EXPECT_FALSE(AuditBook({paid, other, paid}).ok());
  EXPECT_FALSE(AuditBook({paid, declined}).ok());
  EXPECT_FALSE(AuditBook({declined, paid}).ok());
  EXPECT_FALSE(AuditBook({declined, declined}).ok());
  EXPECT_FALSE(AuditBook({paid, Entry(BookMark::kConflict, "w-a", 2)}).ok());
}

}  // namespace
}  // namespace wallet

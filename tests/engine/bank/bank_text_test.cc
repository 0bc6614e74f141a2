#include "engine/bank/bank_text.h"

#include <string>

#include "gtest/gtest.h"

namespace wallet {
namespace {

TEST(BankText, LeavesPlainTextAlone) {
  for (const std::string text :
       {"", "insufficient funds (51) ~", "Konto gesperrt – bitte prüfen"}) {
    EXPECT_EQ(BankText(text, 255), text);
  }
}

TEST(BankText, EveryOtherByteBecomesAQuestionMark) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string expected(1, byte >= 0x20 && byte <= 0x7e ? c : '?');
    EXPECT_EQ(BankText(std::string(1, c), 255), expected) << byte;
  }
}

TEST(BankText, OfBrokenTextWhatIsReadableStays) {
  EXPECT_EQ(BankText("line\nbreak \xc3\xa9", 255), "line?break ??");
}

TEST(BankText, CutsBetweenCharacters) {
  EXPECT_EQ(BankText("abcdef", 3), "abc");
  EXPECT_EQ(BankText("abé", 4), "abé");
  EXPECT_EQ(BankText("abé", 3), "ab");
  EXPECT_EQ(BankText("\xf0\x9f\x92\xb0", 3), "");
  EXPECT_EQ(BankText("abc", 0), "");
}

TEST(BankText, ATextOfContinuationsOnlyIsHandledLikeAnyOther) {
  EXPECT_EQ(BankText(std::string(10, '\x80'), 4), "");
}

}  // namespace
}  // namespace wallet

#include "net/client/wire_result.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "net/client/codec.h"
#include "net/client/wire_response.h"

namespace wallet::client {
namespace {

// What becomes of a transaction, in words.
std::string Words(const WireTransaction& each) {
  const auto text = [](const auto& maybe) {
    return maybe ? "'" + std::string(*maybe) + "'" : std::string("-");
  };
  const auto number = [](const auto& maybe) {
    return maybe ? std::to_string(*maybe) : std::string("-");
  };
  std::string words;
  for (const int64_t part : {each.id, each.user_id, int64_t{each.type}, int64_t{each.substatus},
                             each.amount, each.created_at, each.updated_at}) {
    words += std::to_string(part) + " ";
  }
  for (const std::string_view part :
       {each.currency, each.idempotency_key, each.epoch, each.failure_code, each.failure_message}) {
    words.append(part).append(" ");
  }
  return words + text(each.destination) + text(each.description) + number(each.related_id) +
         number(each.release_at);
}

std::string Words(const WireResult& result) {
  std::string words = ToString(result.code) + std::string(result.field) +
                      std::string(result.error_message) + std::to_string(result.position);
  if (result.transaction) words += "|transaction " + Words(*result.transaction);
  if (result.balance) {
    const WireBalance& balance = *result.balance;
    words += "|balance " + std::string(balance.currency);
    for (const int64_t part :
         {balance.total, balance.withdrawable, balance.unreleased, balance.held}) {
      words += " " + std::to_string(part);
    }
  }
  for (const WireTransaction& each : result.page) words += "|page " + Words(each);
  words += "|" + std::to_string(result.page_total);
  if (result.page_next) words += " next " + std::to_string(*result.page_next);
  return words;
}

std::string Read(const std::string& bytes) {
  google::protobuf::Arena arena;
  WireResult result;
  return result.Read(bytes, arena) ? Words(result) : "unreadable";
}

// A field that no Result has: then it is Protobuf that reads all of it.
std::string ReadByProtobuf(const std::string& bytes) {
  v1::Result message;
  if (!message.ParseFromString(bytes)) return "unreadable";
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(99, 1);
  return Read(message.SerializeAsString());
}

v1::Transaction FullTransaction() {
  v1::Transaction full;
  full.set_id(1);
  full.set_user_id(INT64_MAX);
  full.set_currency("EUR");
  full.set_type(2);
  full.set_substatus(7);
  full.set_amount(-3);
  full.set_idempotency_key(std::string(255, 'k'));
  full.set_epoch("abcdefgh");
  full.set_destination("");
  full.set_description("d");
  full.set_related_id(4);
  full.set_created_at(5);
  full.set_updated_at(6);
  full.set_release_at(0);
  full.set_failure_code("declined");
  return full;
}

v1::Result FullResult() {
  v1::Result full;
  *full.mutable_transaction() = FullTransaction();
  full.mutable_balance()->set_currency("EUR");
  full.mutable_balance()->set_total(10);
  full.mutable_balance()->set_withdrawable(5);
  full.mutable_balance()->set_unreleased(3);
  full.mutable_balance()->set_held(2);
  full.set_position(77);
  *full.mutable_page()->add_transactions() = FullTransaction();
  full.mutable_page()->add_transactions();
  full.mutable_page()->set_total(12);
  full.mutable_page()->set_next(2);
  return full;
}

TEST(WireResultTest, ThePlainCaseIsReadAsItsMessageSays) {
  const std::string bytes = FullResult().SerializeAsString();
  google::protobuf::Arena arena;
  WireResult result;
  ASSERT_TRUE(result.Read(bytes, arena));
  EXPECT_EQ(result.rest, &v1::Result::default_instance());  // no message was needed
  EXPECT_EQ(Words(result), ReadByProtobuf(bytes));
  EXPECT_EQ(result.transaction->amount, -3);
  EXPECT_EQ(result.transaction->destination, "");
  EXPECT_EQ(result.page.size(), 2u);
}

TEST(WireResultTest, WhatIsNotPlainIsReadToo) {
  v1::Result failed = FullResult();
  failed.mutable_transaction()->set_failure_message("no such account");  // its tag has two bytes
  EXPECT_NE(Read(failed.SerializeAsString()).find("no such account"), std::string::npos);
  v1::Result refused;
  refused.mutable_error()->set_code(33);
  refused.mutable_error()->set_field("amount");
  EXPECT_EQ(Read(refused.SerializeAsString()), "insufficient_balanceamount0|0");
  refused.mutable_error()->set_code(0);
  EXPECT_EQ(Read(refused.SerializeAsString()), "internalamount0|0");
}

TEST(WireResultTest, NothingIsLeftOfTheResultBefore) {
  google::protobuf::Arena arena;
  WireResult result;
  const std::string full = FullResult().SerializeAsString();
  ASSERT_TRUE(result.Read(full, arena));
  ASSERT_TRUE(result.Read("", arena));
  EXPECT_EQ(Words(result), Read(""));
}

// Protobuf's rule: parts of a message that stand apart are joined.
TEST(WireResultTest, AMessageInTwoPartsIsJoined) {
  v1::Result first, second;
  first.mutable_balance()->set_total(1);
  second.mutable_balance()->set_held(1);
  const std::string bytes = first.SerializeAsString() + second.SerializeAsString();
  EXPECT_EQ(Read(bytes), ReadByProtobuf(bytes));
  EXPECT_NE(Read(bytes).find("balance  1 0 0 1"), std::string::npos);
}

// Real bytes with some changed, cut and added: what is readable, and as what, is what Protobuf
// says.
RC_GTEST_PROP(WireResultProperty, ReadsWhatProtobufReads, (std::string noise)) {
  v1::Result full = FullResult();
  full.mutable_transaction()->set_amount(*rc::gen::arbitrary<int64_t>());
  full.mutable_balance()->set_total(*rc::gen::arbitrary<int64_t>());
  std::string bytes = full.SerializeAsString();
  const auto place = *rc::gen::inRange<size_t>(0, bytes.size() + 1);
  const auto cut = *rc::gen::inRange<size_t>(0, 4);
  bytes = bytes.substr(0, place) + noise + bytes.substr(std::min(bytes.size(), place + cut));
  RC_ASSERT(Read(bytes) == ReadByProtobuf(bytes));
}

std::string ResultsOf(const WireResponse& response) {
  std::string results;
  response.ForEachResult([&](std::string_view bytes) {
    results += "[" + Read(std::string(bytes)) + "]";
    return true;
  });
  return results;
}

TEST(WireResponseTest, ResultsAreCountedAndPassedOnInTheirOrder) {
  v1::Response message;
  message.add_results()->set_position(1);
  message.add_results()->set_position(2);
  message.set_more(true);
  const std::string body = message.SerializeAsString();
  const auto response = WireResponse::Of(body);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->results(), 2u);
  EXPECT_TRUE(response->more());
  EXPECT_EQ(ResultsOf(*response), "[ok1|0][ok2|0]");
}

TEST(WireResponseTest, AFieldOfANewerServerIsPassedOver) {
  v1::Response message;
  message.add_results()->set_position(1);
  message.GetReflection()->MutableUnknownFields(&message)->AddFixed64(9, 1);
  const std::string body = message.SerializeAsString();
  const auto response = WireResponse::Of(body);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->results(), 1u);
  EXPECT_EQ(ResultsOf(*response), "[ok1|0]");
}

TEST(WireResponseTest, WhatIsNoResponseIsSeen) {
  EXPECT_FALSE(WireResponse::Of("\x0a\x05"));  // a result that ends beyond its body
}

TEST(WireResponseTest, ItEndsWhereAResultIsRefused) {
  v1::Response message;
  for (int i = 0; i < 3; ++i) message.add_results()->set_position(1);
  const std::string body = message.SerializeAsString();
  const auto response = WireResponse::Of(body);
  int seen = 0;
  EXPECT_FALSE(response->ForEachResult([&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace wallet::client

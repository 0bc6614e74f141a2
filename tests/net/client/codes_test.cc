#include <gtest/gtest.h>

#include <string>

#include "engine/ledger/outcome.h"
#include "net/client/codec.h"
#include "net/client/types.h"

namespace wallet::client {
namespace {

constexpr Outcome kSent[] = {
    Outcome::kOk,
    Outcome::kMalformedRequest,
    Outcome::kMissingField,
    Outcome::kInvalidField,
    Outcome::kUnknownField,
    Outcome::kShuttingDown,
    Outcome::kOverloaded,
    Outcome::kRateLimited,
    Outcome::kDuplicateRequest,
    Outcome::kIdempotencyKeyReused,
    Outcome::kAmountOutOfRange,
    Outcome::kInsufficientBalance,
    Outcome::kStorageFull,
    Outcome::kQueueFull,
    Outcome::kTransactionNotFound,
    Outcome::kIllegalTransition,
    Outcome::kPositionTooOld,
    Outcome::kOutcomeUnknown,
    Outcome::kInternal,
};

TEST(ClientCodes, HaveTheNamesOfTheServersOutcomes) {
  for (const Outcome outcome : kSent) {
    EXPECT_EQ(ToString(static_cast<Code>(outcome)), wallet::Code(outcome));
  }
}

TEST(ClientCodes, HaveTheNumbersOfTheServersOutcomes) {
  EXPECT_EQ(static_cast<int>(Code::kOk), static_cast<int>(Outcome::kOk));
  EXPECT_EQ(static_cast<int>(Code::kOverloaded), static_cast<int>(Outcome::kOverloaded));
  EXPECT_EQ(static_cast<int>(Code::kShuttingDown), static_cast<int>(Outcome::kShuttingDown));
  EXPECT_EQ(static_cast<int>(Code::kDuplicateRequest),
            static_cast<int>(Outcome::kDuplicateRequest));
  EXPECT_EQ(static_cast<int>(Code::kOutcomeUnknown), static_cast<int>(Outcome::kOutcomeUnknown));
}

TEST(ClientCodes, OfANewerServerKeepTheirNumber) {
  EXPECT_EQ(ToString(static_cast<Code>(77)), "code_77");
}

TEST(ClientErrands, WhatIsNotGivenIsAbsentAndNotEmpty) {
  const auto sent = [](const CreateBackup& backup) {
    std::string bytes;
    Encode(backup, bytes);
    v1::Request request;
    EXPECT_TRUE(request.ParseFromString(bytes));
    return request.operations(0).admin().create_backup();
  };
  const v1::CreateBackup bare = sent({.directory = "/b/1"});
  EXPECT_EQ(bare.directory(), "/b/1");
  EXPECT_FALSE(bare.has_earlier());
  EXPECT_FALSE(bare.has_token());
  const v1::CreateBackup full = sent({.directory = "/b/2", .earlier = "/b/1", .token = 7});
  EXPECT_EQ(full.earlier(), "/b/1");
  EXPECT_EQ(full.token(), 7u);
}

TEST(ClientCodes, ARefusalNeverLooksLikeASuccess) {
  for (const uint32_t code : {0u, 256u, 256u + 20u, UINT32_MAX}) {
    v1::Result result;
    result.mutable_error()->set_code(code);
    const std::string bytes = result.SerializeAsString();
    google::protobuf::Arena arena;
    WireResult wire;
    ASSERT_TRUE(wire.Read(bytes, arena));
    EXPECT_EQ(wire.code, Code::kInternal) << code;
    WriteAnswer answer;
    Decode(wire, "k3v7qm2a", answer);
    EXPECT_EQ(answer.code, Code::kInternal) << code;
  }
}

TEST(ClientCodes, TheClientsOwnIsNoneOfTheServers) {
  EXPECT_EQ(ToString(Code::kUnreachable), "unreachable");
  for (const Outcome outcome : kSent) {
    EXPECT_NE(static_cast<int>(Code::kUnreachable), static_cast<int>(outcome));
  }
}

}  // namespace
}  // namespace wallet::client

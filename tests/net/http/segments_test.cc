// However TCP cuts the bytes, the requests are the same.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/net/http/http_server.h"

namespace wallet {
namespace {

int64_t TotalOf(RawHttpClient& client, int64_t user) {
  return client.Ask(BalanceRequestOf(user)).body.at("total").as_int64();
}

// The same charge in either way to send a body.
std::string WithLength(const std::string& body) { return PostRequest("/charge", body); }
std::string InChunks(const std::string& body) {
  return PostHead("/charge", "Transfer-Encoding: chunked\r\n") +
         absl::StrCat("5;a=\"b\"\r\n", body.substr(0, 5), "\r\n", absl::Hex(body.size() - 5),
                      "\r\n", body.substr(5), "\r\n0\r\nX: y\r\n\r\n");
}

class SegmentsTest : public ::testing::TestWithParam<std::string (*)(const std::string&)> {
 protected:
  std::string Charge(size_t number) const {
    return GetParam()(
        absl::StrCat(R"({"user_id":7,"amount":1,"idempotency_key":"k)", 1'000 + number, "\"}"));
  }
};

INSTANTIATE_TEST_SUITE_P(Bodies, SegmentsTest, ::testing::Values(&WithLength, &InChunks),
                         [](const auto& each) {
                           return each.param == &WithLength ? "WithLength" : "InChunks";
                         });

TEST_P(SegmentsTest, PipelinedRequestsAreAnsweredInOrder) {
  HttpServer server;
  RawHttpClient client(server.address());
  constexpr int kRequests = 100;
  std::string bytes;
  for (int i = 1; i <= kRequests; ++i) bytes += Charge(i) + BalanceRequestOf(7);
  client.Send(bytes);
  for (int i = 1; i <= kRequests; ++i) {
    const HttpAnswer charged = client.Receive();
    ASSERT_EQ(charged.status, 200) << charged.text;
    EXPECT_EQ(charged.body.at("idempotency_key").as_string(), absl::StrCat("k", 1'000 + i));
    EXPECT_EQ(client.Receive().body.at("total").as_int64(), i);
  }
}

TEST_P(SegmentsTest, ARequestMayBeCutAnywhere) {
  HttpServer server;
  RawHttpClient client(server.address());
  const size_t size = Charge(0).size();
  for (size_t cut = 1; cut < size; ++cut) {
    const std::string bytes = Charge(cut);
    // Once the first is answered, the beginning that came with it has been read.
    client.Send(std::string(kHealthRequest) + bytes.substr(0, cut));
    ASSERT_EQ(client.Receive().status, 200);
    const HttpAnswer charged = client.Ask(bytes.substr(cut));
    ASSERT_EQ(charged.status, 200) << "cut at " << cut << ": " << charged.text;
  }
  EXPECT_EQ(TotalOf(client, 7), static_cast<int64_t>(size) - 1);
}

TEST_P(SegmentsTest, ARequestMayComeByteByByte) {
  HttpServer server;
  RawHttpClient client(server.address());
  for (const char byte : Charge(1)) {
    client.Send(std::string_view(&byte, 1));
    server.Settle();
  }
  EXPECT_EQ(client.Receive().status, 200);
  EXPECT_EQ(TotalOf(client, 7), 1);
}

TEST(EmptySegmentsTest, AnEmptyChunkedBodyMayComeByteByByte) {
  HttpServer server;
  RawHttpClient client(server.address());
  for (const char byte : PostHead("/charge", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n") {
    client.Send(std::string_view(&byte, 1));
    server.Settle();
  }
  EXPECT_EQ(client.Receive().ErrorCode(), "malformed_request");
  EXPECT_EQ(client.Ask(kHealthRequest).status, 200);
}

}  // namespace
}  // namespace wallet

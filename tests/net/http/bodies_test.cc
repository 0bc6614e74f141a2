// Bodies: how they are announced, cut into chunks, waited for, and how large they may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "tests/net/http/http_server.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

constexpr const char* kCharge = R"({"user_id":7,"amount":500,"idempotency_key":"k"})";
constexpr const char* kExpect = "Expect: 100-continue\r\n";

// A charge of that many bytes.
std::string ChargeOfSize(size_t size) {
  return kCharge + std::string(size - std::string(kCharge).size(), ' ');
}

std::string Chunks(const std::string& body, size_t size) {
  std::string bytes;
  for (size_t i = 0; i < body.size(); i += size) {
    const std::string chunk = body.substr(i, size);
    absl::StrAppend(&bytes, absl::Hex(chunk.size()), "\r\n", chunk, "\r\n");
  }
  return bytes + "0\r\n\r\n";
}

std::string LengthOf(size_t size) { return absl::StrCat("Content-Length: ", size, "\r\n"); }

TEST(HttpBodyTest, ABodyOfTheLargestSizeIsTaken) {
  HttpServer server;
  RawHttpClient client(server.address());
  const std::string body = ChargeOfSize(kMaxHttpBodyBytes);
  EXPECT_EQ(client.Ask(PostRequest("/charge", body)).status, 200);
  EXPECT_EQ(client.Ask(PostHead("/charge", kChunked) + Chunks(body, 1'000)).ErrorCode(),
            "duplicate_request");
  EXPECT_EQ(client.Ask(PostHead("/charge", kChunked) + Chunks(body, 65'536)).ErrorCode(),
            "duplicate_request");
  EXPECT_EQ(client.Ask(kHealthRequest).status, 200);
}

TEST(HttpBodyTest, ALargerOneIsRefusedHoweverItIsSent) {
  HttpServer server;
  const std::string body = ChargeOfSize(kMaxHttpBodyBytes + 1);
  for (const std::string& bytes :
       {PostRequest("/charge", body), PostHead("/charge", kChunked) + Chunks(body, 1'000),
        PostHead("/charge", kChunked) + Chunks(body, 1 << 20),
        PostHead("/charge", kChunked) + "ffffffffffffffff\r\n",
        PostHead("/charge", LengthOf(kMaxHttpBodyBytes + 1)),
        PostHead("/charge", LengthOf(SIZE_MAX)), PostRequest("/nowhere", body)}) {
    RawHttpClient client(server.address());
    client.Send(bytes);
    const HttpAnswer answer = client.Receive();
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.ErrorCode(), "body_too_large");
    EXPECT_THAT(answer.text, HasSubstr("65536 bytes"));
    EXPECT_EQ(answer.Header("connection"), "close");
    EXPECT_TRUE(client.AtEnd());
  }
}

TEST(HttpBodyTest, TheAnswerReachesWhoSendsFarTooMuch) {
  HttpServer server;
  RawHttpClient client(server.address());
  // More than all buffers between the two hold: it is read, and thrown away.
  EXPECT_TRUE(client.Send(PostRequest("/charge", std::string(16 << 20, ' '))));
  EXPECT_EQ(client.Receive().ErrorCode(), "body_too_large");
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpBodyTest, WhoAsksFirstIsToldToGoOn) {
  HttpServer server;
  RawHttpClient client(server.address());
  const std::string body = kCharge;
  EXPECT_EQ(client.Ask(PostHead("/charge", LengthOf(body.size()) + kExpect)).status, 100);
  EXPECT_EQ(client.Ask(body).status, 200);
  EXPECT_EQ(
      client.Ask(PostHead("/charge", std::string(kChunked) + "EXPECT: 100-Continue\r\n")).status,
      100);
  EXPECT_EQ(client.Ask(Chunks(body, 10)).ErrorCode(), "duplicate_request");
}

TEST(HttpBodyTest, WhoHasAlreadySentItIsNotToldToGoOn) {
  HttpServer server;
  RawHttpClient client(server.address());
  EXPECT_EQ(client.Ask(PostRequest("/charge", kCharge, kExpect)).status, 200);
  EXPECT_EQ(client.Ask(GetRequest("/health", kExpect)).status, 200) << "there is no body";
}

TEST(HttpBodyTest, WhoWouldSendTooMuchIsNotToldToGoOn) {
  HttpServer server;
  RawHttpClient client(server.address());
  EXPECT_EQ(client.Ask(PostHead("/charge", LengthOf(kMaxHttpBodyBytes + 1) + kExpect)).status, 413);
  EXPECT_TRUE(client.AtEnd());
}

TEST(HttpBodyTest, Http10IsNeverToldToGoOn) {
  HttpServer server;
  RawHttpClient client(server.address());
  const std::string body = kCharge;
  client.Send("POST /charge HTTP/1.0\r\nContent-Type: application/json\r\n" +
              LengthOf(body.size()) + kExpect + "\r\n");
  server.Settle();
  EXPECT_EQ(client.Ask(body).status, 200);
}

TEST(HttpBodyTest, WithoutALengthThereIsNoBody) {
  HttpServer server;
  RawHttpClient client(server.address());
  EXPECT_EQ(client.Ask(PostHead("/charge", "")).ErrorCode(), "malformed_request");
  EXPECT_EQ(client.Ask(PostHead("/charge", LengthOf(0))).ErrorCode(), "malformed_request");
}

TEST(HttpBodyTest, TheBodyOfAGetIsReadOverAndNotServed) {
  HttpServer server;
  RawHttpClient client(server.address());
  const std::string inner = ChargeRequest(7, 500, "k");
  const HttpAnswer answer =
      client.Ask(GetRequest("/balance?user_id=7", LengthOf(inner.size())) + inner);
  EXPECT_EQ(answer.body.at("total").as_int64(), 0);
  EXPECT_EQ(client.Ask(BalanceRequestOf(7)).body.at("total").as_int64(), 0);
}

}  // namespace
}  // namespace wallet

// What is no HTTP, or more of it than the server takes: answered once, then the connection ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "tests/net/http/http_server.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

// Sent whole on a connection of its own; the answer, after which there is nothing more.
HttpAnswer LastAnswer(HttpServer& server, std::string_view bytes) {
  RawHttpClient client(server.address());
  client.Send(bytes);
  HttpAnswer answer = client.Receive();
  EXPECT_TRUE(client.AtEnd());
  return answer;
}

void ExpectUnreadable(const HttpAnswer& answer, const std::string& sent) {
  EXPECT_EQ(answer.status, 400) << sent << answer.text;
  EXPECT_EQ(answer.ErrorCode(), "malformed_request") << sent;
  EXPECT_EQ(answer.Header("connection"), "close") << sent;
}

TEST(UnreadableTest, GarbageIsToldThatItIs) {
  HttpServer server;
  for (const std::string sent :
       {"\r\n\r\n\r\n", "garbage\r\n\r\n", "GET\r\n\r\n", "GET /health\r\n\r\n",
        "GET  /health HTTP/1.1\r\n\r\n", "GET /health HTTP/2.0\r\n\r\n",
        "GET /health HTTP/0.9\r\n\r\n", "GET /health HTTX/1.1\r\n\r\n",
        "GET /hea lth HTTP/1.1\r\n\r\n", "GET /health HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /health HTTP/1.1\r\nBad Name: x\r\n\r\n", "GET /health HTTP/1.1\r\nX: \x01\r\n\r\n",
        "GET /health HTTP/1.1\r\n: x\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "WALLET\x01\r\n\r\n"}) {
    const HttpAnswer answer = LastAnswer(server, sent);
    ExpectUnreadable(answer, sent);
    EXPECT_THAT(answer.text, HasSubstr("not readable HTTP")) << sent;
  }
}

TEST(UnreadableTest, ABodyWhoseEndIsNotCertainIsRefused) {
  HttpServer server;
  // Two readers of these could see different requests in the same bytes.
  for (const std::string headers :
       {"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n",
        "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 5x\r\n",
        "Content-Length: \r\n", "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"}) {
    ExpectUnreadable(LastAnswer(server, PostHead("/charge", headers) + "{}   "), headers);
  }
}

TEST(UnreadableTest, BrokenChunksAreRefused) {
  HttpServer server;
  for (const std::string chunks :
       {"x\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n\r\n", "2\r\n{}}}\r\n0\r\n\r\n", "2 {}\r\n0\r\n\r\n",
        "11111111111111111\r\n{}\r\n"}) {
    ExpectUnreadable(LastAnswer(server, PostHead("/charge", kChunked) + chunks), chunks);
  }
}

TEST(UnreadableTest, AGoodRequestBeforeGarbageIsAnsweredFirst) {
  HttpServer server;
  RawHttpClient client(server.address());
  client.Send(ChargeRequest(7, 500, "k") + "garbage\r\n\r\n" + ChargeRequest(7, 500, "l"));
  EXPECT_EQ(client.Receive().status, 200);
  ExpectUnreadable(client.Receive(), "garbage");
  EXPECT_TRUE(client.AtEnd());
  const HttpAnswer balance = RawHttpClient(server.address()).Ask(BalanceRequestOf(7));
  EXPECT_EQ(balance.body.at("total").as_int64(), 500) << "what follows garbage is not served";
}

// A GET whose head has that many bytes.
std::string HeadOfSize(size_t size) {
  const size_t fixed = GetRequest("/health", "X: \r\n").size();
  return GetRequest("/health", "X: " + std::string(size - fixed, 'x') + "\r\n");
}

TEST(HeadLimitTest, AHeadOfTheLargestSizeIsTaken) {
  HttpServer server;
  RawHttpClient client(server.address());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.Ask(HeadOfSize(kMaxHttpHeaderBytes)).status, 200);
}

void ExpectTooLarge(HttpServer& server, const std::string& bytes) {
  const HttpAnswer answer = LastAnswer(server, bytes);
  ExpectUnreadable(answer, bytes.substr(0, 100));
  EXPECT_THAT(answer.text, HasSubstr("Headers take at most 16384 bytes"));
}

TEST(HeadLimitTest, ALargerHeadIsRefused) {
  HttpServer server;
  ExpectTooLarge(server, HeadOfSize(kMaxHttpHeaderBytes + 1));
  ExpectTooLarge(server, HeadOfSize(4 * kMaxHttpHeaderBytes));
  ExpectTooLarge(server, GetRequest("/health?" + std::string(kMaxHttpHeaderBytes, 'x')));
}

TEST(HeadLimitTest, OneThatDoesNotEndIsRefusedWhereverItStops) {
  HttpServer server;
  ExpectTooLarge(server, std::string(2 * kMaxHttpHeaderBytes, 'x'));
  ExpectTooLarge(server, "GET /" + std::string(2 * kMaxHttpHeaderBytes, 'x'));
  ExpectTooLarge(server, "GET / HTTP/1.1\r\nX: " + std::string(2 * kMaxHttpHeaderBytes, 'x'));
}

// Fields of 64 bytes each, so that reads, of a power of two, end one byte behind a field: the
// parser then keeps none of it back.
std::string ManyFields(size_t bytes) {
  std::string head = "GET /health HTTP/1.1\r\nX: " + std::string(36, 'x') + "\r\n";
  EXPECT_EQ(head.size(), 63u);
  while (head.size() < bytes) head += "Y: " + std::string(59, 'y') + "\r\n";
  return head;
}

TEST(HeadLimitTest, FieldsAreCountedTogether) {
  HttpServer server;
  ExpectTooLarge(server, ManyFields(4 * kMaxHttpHeaderBytes));
  ExpectTooLarge(server, ManyFields(2 * kMaxHttpHeaderBytes) + "\r\n");
}

TEST(HeadLimitTest, WhatStandsAroundChunksIsBounded) {
  HttpServer server;
  const std::string head = PostHead("/charge", kChunked), endless(2 * kMaxHttpHeaderBytes, 'x');
  ExpectTooLarge(server, head + "2;" + endless);
  ExpectTooLarge(server, head + "2\r\n{}\r\n0;" + endless);
  ExpectTooLarge(server, head + "2\r\n{}\r\n0\r\nX: " + endless);
  std::string trailers;
  while (trailers.size() < endless.size()) trailers += "Y: " + std::string(59, 'y') + "\r\n";
  ExpectTooLarge(server, head + "2\r\n{}\r\n0\r\n" + trailers);
}

}  // namespace
}  // namespace wallet

#include "bench/wallet_bench/http_answer.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <string>

namespace wallet::bench {
namespace {

std::string Response(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

// As a connection does it: with more of the answer each time.
void Feed(const std::string& text, size_t piece, HttpAnswer& answer) {
  boost::system::error_code error;
  std::string have;
  for (size_t at = 0; at < text.size() && !answer.is_done(); at += piece) {
    have += text.substr(at, piece);
    have.erase(0, answer.put(boost::asio::buffer(have), error));
    ASSERT_TRUE(!error || error == boost::beast::http::error::need_more) << error.message();
  }
}

TEST(HttpAnswerTest, AcceptedIsTwoHundred) {
  for (const size_t piece : {1, 7, 1'000}) {
    HttpAnswer answer;
    Feed(Response("200 OK", R"({"message":"charged"})"), piece, answer);
    EXPECT_TRUE(answer.is_done());
    EXPECT_TRUE(answer.ok());
    EXPECT_TRUE(answer.keep_alive());
  }
}

TEST(HttpAnswerTest, ARefusalHasItsCode) {
  HttpAnswer answer;
  Feed(Response("503 Service Unavailable", R"({"error":{"code":"queue_full","message":"…"}})"), 9,
       answer);
  EXPECT_TRUE(answer.is_done());
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(answer.Code(), "queue_full");
}

TEST(HttpAnswerTest, WithoutACodeTheStatusIsOne) {
  for (const char* body : {"", "<html>", "{}", R"({"error":{"code":5}})"}) {
    HttpAnswer answer;
    Feed(Response("502 Bad Gateway", body), 1'000, answer);
    EXPECT_EQ(answer.Code(), "http_502") << body;
  }
}

}  // namespace
}  // namespace wallet::bench

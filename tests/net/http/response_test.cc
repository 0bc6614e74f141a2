// What goes around a reply on the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "net/http/answers.h"

namespace wallet {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::StartsWith;

struct Response {
  std::string status_line;
  std::vector<std::string> headers;
  std::string body;
};

Response Written(const HttpReply& reply, HttpFraming framing) {
  std::string bytes;
  AppendResponse(reply, framing, bytes);
  const size_t end = bytes.find("\r\n\r\n");
  EXPECT_NE(end, std::string::npos) << bytes;
  Response response;
  size_t begin = bytes.find("\r\n");
  response.status_line = bytes.substr(0, begin);
  while (begin != end) {
    begin += 2;
    const size_t next = bytes.find("\r\n", begin);
    response.headers.push_back(bytes.substr(begin, next - begin));
    begin = next;
  }
  response.body = bytes.substr(end + 4);
  return response;
}

TEST(ResponseTest, CarriesItsBodyAsJsonThatNobodyKeeps) {
  const Response response = Written({.body = "{}\n"}, {.keep_alive = true});
  EXPECT_EQ(response.status_line, "HTTP/1.1 200 OK");
  EXPECT_THAT(response.headers, Contains("Content-Type: application/json"));
  EXPECT_THAT(response.headers, Contains("Cache-Control: no-store"));
  EXPECT_THAT(response.headers, Contains("Content-Length: 3"));
  EXPECT_EQ(response.body, "{}\n");
}

TEST(ResponseTest, HasNoHeadersThatItWasNotGiven) {
  const Response response = Written({}, {});
  for (const char* name :
       {"Retry-After", "Allow", "Transfer-Encoding", "Set-Cookie", "Access-Control-Allow-Origin"}) {
    EXPECT_THAT(response.headers, Not(Contains(StartsWith(name))));
  }
}

TEST(ResponseTest, SaysWhenToComeBackAndWhatIsAllowed) {
  const Response wait = Written({.status = 503, .retry_after_s = 7}, {});
  EXPECT_EQ(wait.status_line, "HTTP/1.1 503 Service Unavailable");
  EXPECT_THAT(wait.headers, Contains("Retry-After: 7"));
  const Response other = Written({.status = 405, .allow = "POST"}, {});
  EXPECT_EQ(other.status_line, "HTTP/1.1 405 Method Not Allowed");
  EXPECT_THAT(other.headers, Contains("Allow: POST"));
}

TEST(ResponseTest, SaysWhetherTheConnectionGoesOnAsTheVersionHasIt) {
  struct Case {
    unsigned version;
    bool keep_alive;
    const char* status_line;
    const char* connection;  // empty: as is usual with the version
  };
  for (const auto& [version, keep_alive, status_line, connection] :
       {Case{11, true, "HTTP/1.1 200 OK", ""}, Case{11, false, "HTTP/1.1 200 OK", "close"},
        Case{10, true, "HTTP/1.0 200 OK", "keep-alive"}, Case{10, false, "HTTP/1.0 200 OK", ""}}) {
    const Response response = Written({}, {.version = version, .keep_alive = keep_alive});
    EXPECT_EQ(response.status_line, status_line);
    if (*connection) {
      EXPECT_THAT(response.headers, Contains(std::string("Connection: ") + connection));
    } else {
      EXPECT_THAT(response.headers, Not(Contains(StartsWith("Connection"))));
    }
  }
}

TEST(ResponseTest, TheAnswerToAHeadHasNoBody) {
  const Response response =
      Written({.status = 405, .body = "{}\n", .allow = "GET"}, {.head = true});
  EXPECT_EQ(response.body, "");
  EXPECT_THAT(response.headers, Contains("Allow: GET"));
}

TEST(ResponseTest, FollowsWhatIsThere) {
  std::string bytes = "before";
  AppendResponse({.body = "x"}, {}, bytes);
  EXPECT_THAT(bytes, StartsWith("beforeHTTP/1.1 "));
}

}  // namespace
}  // namespace wallet

// Requests that are refused for their form: path, method, media type, and in which order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/net/http/request_lines.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kCharge = R"({"user_id":7,"amount":500,"idempotency_key":"k"})";

struct Route {
  const char* path;
  const char* method;
};

constexpr Route kRoutes[] = {
    {"/charge", "POST"},
    {"/withdraw", "POST"},
    {"/balance", "GET"},
    {"/transactions", "GET"},
    {"/transaction", "GET"},
    {"/withdrawals", "GET"},
    {"/withdrawals/resolve", "POST"},
    {"/health", "GET"},
};

Call Read(const HttpRequestView& request) { return ReadCall(request, *Currency::Parse("USD")); }

Outcome OutcomeOf(const Call& call) { return call.refusal ? call.refusal->outcome : Outcome::kOk; }

TEST(CallRefusalTest, AnotherMethodIsToldTheRightOne) {
  for (const Route& route : kRoutes) {
    for (const std::string_view method :
         {"GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "BREW", ""}) {
      if (method == route.method) continue;
      const Call call = Read({.method = method,
                              .target = route.path,
                              .content_type = "application/json",
                              .body = kCharge});
      EXPECT_EQ(OutcomeOf(call), Outcome::kMethodNotAllowed) << method << " " << route.path;
      EXPECT_EQ(call.allow, route.method) << method << " " << route.path;
      EXPECT_THAT(call.refusal->message,
                  HasSubstr(std::string(route.path) + " takes " + route.method));
    }
  }
}

TEST(CallRefusalTest, TheRightMethodIsNotRefusedForIt) {
  for (const Route& route : kRoutes) {
    const Call call =
        Read({.method = route.method, .target = route.path, .content_type = "application/json"});
    EXPECT_EQ(call.allow, "") << route.path;
    EXPECT_NE(OutcomeOf(call), Outcome::kMethodNotAllowed) << route.path;
    EXPECT_NE(OutcomeOf(call), Outcome::kNotFound) << route.path;
  }
}

TEST(CallRefusalTest, AnUnknownPathIsToldAllCalls) {
  for (const char* path :
       {"/", "", "*", "/accounts", "/charges", "/Charge", "/charge/", "//charge", "/charge%20",
        "/%63harge", "charge", "/withdrawals/", "/withdrawals/resolve/1", "/?path=/charge"}) {
    for (const char* method : {"GET", "POST", "HEAD"}) {
      const Call call = Read(
          {.method = method, .target = path, .content_type = "application/json", .body = kCharge});
      ASSERT_EQ(OutcomeOf(call), Outcome::kNotFound) << path;
      EXPECT_EQ(call.allow, "") << path;
      for (const Route& route : kRoutes) {
        EXPECT_THAT(call.refusal->message, HasSubstr(std::string(route.method) + " " + route.path));
      }
    }
  }
}

TEST(CallRefusalTest, JsonMayBeSaidWithParametersAndInAnyCase) {
  for (const char* type :
       {"application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8",
        "APPLICATION/JSON", "Application/Json ; charset=\"utf-8\"", "application/json\t;"}) {
    EXPECT_EQ(OutcomeOf(Read({"POST", "/charge", type, kCharge})), Outcome::kOk) << type;
  }
}

TEST(CallRefusalTest, AnyOtherMediaTypeIsShownARightCall) {
  for (const Route& route : kRoutes) {
    if (route.method != std::string_view("POST")) continue;
    for (const char* type :
         {"", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data",
          "application/jsonx", "application/json-patch+json", "application/ld+json", "json",
          "text/plain; application/json", "text/plain;charset=application/json",
          "application/json, text/plain", "application /json", "*/*"}) {
      const Call call = Read({"POST", route.path, type, kCharge});
      ASSERT_EQ(OutcomeOf(call), Outcome::kUnsupportedMediaType) << type;
      EXPECT_THAT(call.refusal->message, HasSubstr("-H 'Content-Type: application/json'"));
      EXPECT_THAT(call.refusal->message, HasSubstr(std::string(route.path) + " "));
    }
  }
}

// The example a refusal shows, as its reader would send it.
std::string ExampleOf(const std::string& message) {
  const size_t begin = message.find("-d '") + 4;
  return message.substr(begin, message.rfind('\'') - begin);
}

TEST(CallRefusalTest, TheCallThatIsShownIsRight) {
  for (const char* path : {"/charge", "/withdraw", "/withdrawals/resolve"}) {
    const Call refused = Read({"POST", path, "text/plain", kCharge});
    ASSERT_TRUE(refused.refusal);
    const Call shown = ReadPost(path, ExampleOf(refused.refusal->message));
    EXPECT_FALSE(shown.refusal) << shown.refusal->message;
  }
}

TEST(CallRefusalTest, AGetNeedsNoMediaTypeAndItsBodyIsNotRead) {
  EXPECT_EQ(OutcomeOf(Read({"GET", "/balance?user_id=7", "text/plain", "{"})), Outcome::kOk);
}

TEST(CallRefusalTest, APostTakesNoQuery) {
  for (const char* target : {"/charge?user_id=7", "/charge?x", "/charge?%"}) {
    EXPECT_EQ(OutcomeOf(ReadPost(target, kCharge)), Outcome::kUnknownField) << target;
  }
  EXPECT_EQ(OutcomeOf(ReadPost("/charge?", kCharge)), Outcome::kOk);
}

TEST(CallRefusalTest, FormIsJudgedFromTheOutsideIn) {
  struct Case {
    HttpRequestView request;
    Outcome outcome;
  };
  const Case cases[] = {
      {{"BREW", "/nowhere?%", "text/plain", "{"}, Outcome::kNotFound},
      {{"BREW", "/charge?%", "text/plain", "{"}, Outcome::kMethodNotAllowed},
      {{"POST", "/balance?%", "text/plain", "{"}, Outcome::kMethodNotAllowed},
      {{"POST", "/charge", "text/plain", "{"}, Outcome::kUnsupportedMediaType},
      {{"POST", "/charge", "application/json", "{"}, Outcome::kMalformedRequest},
      {{"GET", "/balance?user_id=0&bad=%", "", ""}, Outcome::kMalformedRequest},
  };
  for (const auto& [request, outcome] : cases) {
    EXPECT_EQ(OutcomeOf(Read(request)), outcome) << request.method << " " << request.target;
  }
}

}  // namespace
}  // namespace wallet

#include "net/session_hello.h"

#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "net/proto/frame.h"

namespace wallet {
namespace {

void AppendMessage(FrameKind kind, const google::protobuf::MessageLite& message, std::string& out) {
  const size_t header_at = out.size();
  AppendFrameHeader({.kind = kind}, out);
  message.AppendToString(&out);
  SetBodySize(out, header_at);
}

v1::Welcome Refuse(Outcome reason, std::string_view field, std::string_view message) {
  v1::Welcome welcome;
  EncodeError(reason, field, message, *welcome.mutable_error());
  return welcome;
}

v1::Welcome Accept(const ServerIdentity& server) {
  v1::Welcome welcome;
  welcome.set_version(kProtocolVersion);
  welcome.set_epoch(server.epoch);
  v1::Limits& limits = *welcome.mutable_limits();
  limits.set_max_frame_bytes(kMaxFrameBytes);
  limits.set_max_operations_per_frame(kMaxOperationsPerFrame);
  limits.set_max_frames_in_flight(kMaxFramesInFlight);
  welcome.set_server(server.version);
  welcome.set_bank(server.bank);
  welcome.set_default_currency(server.default_currency.ToString());
  return welcome;
}

}  // namespace

std::optional<v1::Welcome> AnswerHello(std::string_view body, const ServerIdentity& server) {
  v1::Hello hello;
  if (!hello.ParseFromArray(body.data(), static_cast<int>(body.size()))) return std::nullopt;
  if (hello.min_version() > kProtocolVersion || hello.max_version() < kProtocolVersion) {
    return Refuse(Outcome::kInvalidField, "max_version",
                  absl::StrCat("this server speaks protocol version ", kProtocolVersion,
                               ", the client versions ", hello.min_version(), " to ",
                               hello.max_version(), ": use programs of the same version"));
  }
  if (!hello.credentials().empty()) {
    return Refuse(Outcome::kInvalidField, "credentials",
                  "this server takes no credentials: leave them empty");
  }
  return Accept(server);
}

void AppendWelcome(const v1::Welcome& welcome, std::string& out) {
  AppendMessage(FrameKind::kWelcome, welcome, out);
}

void AppendGoodbye(Outcome reason, std::string_view message, std::string& out) {
  v1::Error error;
  EncodeError(reason, "", message, error);
  AppendMessage(FrameKind::kGoodbye, error, out);
}

}  // namespace wallet

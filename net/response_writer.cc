#include "net/response_writer.h"

#include "net/proto/frame.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// Protobuf messages one behind the other read as one, with the repeated fields joined: so a
// Response can be appended to result by result, and marked at its end.
std::string EncodedMore() {
  v1::Response response;
  response.set_more(true);
  return response.SerializeAsString();
}

const std::string& More() {
  static const std::string* const more = new std::string(EncodedMore());
  return *more;
}

}  // namespace

void ResponseWriter::Begin(uint64_t request_id, std::string& out) {
  request_id_ = request_id;
  out_ = &out;
  BeginFrame();
}

void ResponseWriter::Add(const Result& result) {
  const size_t at = out_->size();
  AppendResult(result, *out_);
  if (!Fits()) Move(at);
}

void ResponseWriter::Add(const Health& health, const ServerIdentity& server) {
  const size_t at = out_->size();
  v1::Response response;
  Encode(health, server, *response.add_results()->mutable_health());
  response.AppendToString(out_);
  if (!Fits()) Move(at);
}

void ResponseWriter::Add(const v1::AdminResult& admin) {
  const size_t at = out_->size();
  v1::Response response;
  *response.add_results()->mutable_admin() = admin;
  response.AppendToString(out_);
  if (!Fits()) Move(at);
}

void ResponseWriter::End() {
  SetBodySize(*out_, frame_at_);
  out_ = nullptr;
}

void ResponseWriter::BeginFrame() {
  frame_at_ = out_->size();
  AppendFrameHeader({.kind = FrameKind::kResponse, .request_id = request_id_}, *out_);
}

void ResponseWriter::Move(size_t at) {
  if (at > frame_at_ + kFrameHeaderBytes) MoveToNextFrame(at);
  if (Fits()) return;
  out_->resize(frame_at_ + kFrameHeaderBytes);
  Result refusal;
  refusal.outcome = Outcome::kInvalidField;
  refusal.field = "limit";
  refusal.message = "the answer does not fit a frame: ask for fewer";
  AppendResult(refusal, *out_);
  WALLET_CHECK(Fits());
}

void ResponseWriter::MoveToNextFrame(size_t at) {
  const std::string result = out_->substr(at);
  out_->resize(at);
  out_->append(More());
  SetBodySize(*out_, frame_at_);
  BeginFrame();
  out_->append(result);
}

bool ResponseWriter::Fits() const {
  return out_->size() - frame_at_ + More().size() <= max_frame_bytes_;
}

}  // namespace wallet

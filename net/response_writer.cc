#include "net/response_writer.h"

#include "net/proto/frame.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

constexpr int kResultsPerArena = 16;

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

ResponseWriter::ResponseWriter(size_t max_frame_bytes)
    : max_frame_bytes_(max_frame_bytes), arena_(arena_block_.get(), kArenaBytes) {}

void ResponseWriter::Begin(uint64_t request_id, std::string& out) {
  request_id_ = request_id;
  out_ = &out;
  BeginFrame();
}

void ResponseWriter::Add(const Result& result) {
  Encode(result, Fresh());
  Append();
}

void ResponseWriter::Add(const Health& health, const ServerIdentity& server) {
  Encode(health, server, *Fresh().mutable_health());
  Append();
}

void ResponseWriter::End() {
  SetBodySize(*out_, frame_at_);
  out_ = nullptr;
}

v1::Result& ResponseWriter::Fresh() {
  if (results_in_arena_++ == kResultsPerArena) {
    arena_.Reset();
    results_in_arena_ = 1;
  }
  one_ = google::protobuf::Arena::CreateMessage<v1::Response>(&arena_);
  return *one_->add_results();
}

void ResponseWriter::BeginFrame() {
  frame_at_ = out_->size();
  AppendFrameHeader({.kind = FrameKind::kResponse, .request_id = request_id_}, *out_);
}

void ResponseWriter::Append() {
  const size_t at = out_->size();
  one_->AppendPartialToString(out_);
  if (Fits()) return;
  if (at > frame_at_ + kFrameHeaderBytes) MoveToNextFrame(at);
  if (Fits()) return;
  out_->resize(frame_at_ + kFrameHeaderBytes);
  EncodeError(Outcome::kInvalidField, "limit", "the answer does not fit a frame: ask for fewer",
              *Fresh().mutable_error());
  one_->AppendPartialToString(out_);
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

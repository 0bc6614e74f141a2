// Writes the answer to one request as frames.
#pragma once

#include <google/protobuf/arena.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "net/codec.h"
#include "net/limits.h"

namespace wallet {

// Appends results to a buffer as Response frames of at most `max_frame_bytes`: a new frame is begun
// when the next result does not fit. A result that fits no frame (a page of long texts) is replaced
// by `invalid_field` on `limit`: only reads can be that large.
//
// One writer serves all sessions of a thread, one answer at a time: Begin, Add…, End.
class ResponseWriter {
 public:
  explicit ResponseWriter(size_t max_frame_bytes = kMaxFrameBytes);

  // `out` must stay until End.
  void Begin(uint64_t request_id, std::string& out);
  void Add(const Result& result);
  void Add(const Health& health, const ServerIdentity& server);
  void End();

 private:
  // An empty result in `one_`.
  v1::Result& Fresh();
  void BeginFrame();
  // Appends the message, in the frame under way or the next.
  void Append();
  void MoveToNextFrame(size_t at);
  bool Fits() const;

  const size_t max_frame_bytes_;
  // Messages of a few results; far cheaper than a message that is cleared for each.
  static constexpr size_t kArenaBytes = 16 << 10;
  const std::unique_ptr<char[]> arena_block_ = std::make_unique<char[]>(kArenaBytes);
  google::protobuf::Arena arena_;
  int results_in_arena_ = 0;
  v1::Response* one_ = nullptr;  // of the result under way
  uint64_t request_id_ = 0;
  std::string* out_ = nullptr;
  size_t frame_at_ = 0;
};

}  // namespace wallet

// Writes the answer to one request as frames.
#pragma once

#include <cstddef>
#include <cstdint>
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
  explicit ResponseWriter(size_t max_frame_bytes = kMaxFrameBytes)
      : max_frame_bytes_(max_frame_bytes) {}

  // `out` must stay until End.
  void Begin(uint64_t request_id, std::string& out);
  void Add(const Result& result);
  void Add(const Health& health, const ServerIdentity& server);
  void Add(const v1::AdminResult& admin);
  void End();

 private:
  void BeginFrame();
  // The result that begins at `at` does not fit: it goes into the next frame, or is replaced.
  void Move(size_t at);
  void MoveToNextFrame(size_t at);
  bool Fits() const;

  const size_t max_frame_bytes_;
  uint64_t request_id_ = 0;
  std::string* out_ = nullptr;
  size_t frame_at_ = 0;
};

}  // namespace wallet

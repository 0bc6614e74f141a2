// A connection's bytes, as something handed in: a socket in production, a simulated wire in tests.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "absl/functional/any_invocable.h"

namespace wallet {

// All on one thread, where its callbacks run, too: none of them within a call. One read and one
// write may be under way. Destroyed, it is closed.
class Stream {
 public:
  // As Asio calls: no error and how many bytes, at least one; eof when the peer has shut its
  // sending side; operation_aborted after Cancel or Close.
  using Done = absl::AnyInvocable<void(boost::system::error_code error, size_t size)>;

  virtual ~Stream() = default;

  // What the span and the view show must stay until `done` runs.
  virtual void Read(std::span<char> space, Done done) = 0;
  virtual void Write(std::string_view bytes, Done done) = 0;
  // What is under way ends with operation_aborted.
  virtual void Cancel() = 0;
  // Ends the sending side. False if the connection has failed.
  virtual bool ShutdownSend() = 0;
  // Idempotent.
  virtual void Close() = 0;
  // Sends what can leave at once, and shuts the sending side; to be closed right after. Never
  // blocks, never fails: it is a courtesy.
  virtual void WriteLast(std::string_view bytes) = 0;
  // Runs `task` once what runs now has returned, and so much time has passed.
  virtual void PostAfter(int64_t delay_us, absl::AnyInvocable<void()> task) = 0;
  void Post(absl::AnyInvocable<void()> task) { PostAfter(0, std::move(task)); }
};

}  // namespace wallet

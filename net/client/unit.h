// Operations that were handed over together and are answered together.
#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "net/client/types.h"
#include "net/client/wire_result.h"

namespace wallet::client {

using SteadyTime = std::chrono::steady_clock::time_point;

// The answer to one operation, before it has the caller's form.
struct Ending {
  const WireResult& result;
  std::string_view epoch;
  bool replayed = false;  // duplicate_request, of an earlier try of this call
  bool in_doubt = false;  // refused, while an earlier try of this call may yet be done
};

// Made by the caller's thread, then owned by the client's: it counts its owners without locks. Each
// operation ends exactly once, and the unit is done when all have.
//
// An operation waits → is sent → is answered; or it is lost or refused, and waits again.
class Unit : public boost::intrusive_ref_counter<Unit, boost::thread_unsafe_counter>,
             public boost::intrusive::list_base_hook<
                 boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  enum class Kind : uint8_t { kRead, kWrite };

  Unit(Kind kind, SteadyTime deadline) : deadline_(deadline), kind_(kind) {}
  virtual ~Unit() = default;

  // Before it is handed over: an operation, as it stands in a Request, goes to the end of buffer(),
  // then Seal ends it. `listed`: transactions that a list asks for.
  std::string& buffer() { return bytes_; }
  void Seal(int64_t listed = 0);

  SteadyTime deadline() const { return deadline_; }
  size_t size() const { return operations_.size(); }
  bool done() const { return open_ == 0; }
  int64_t listed() const { return listed_; }
  // Of the operations [first, first + count), one behind the other.
  std::string_view bytes(size_t first, size_t count) const;

  // Its place among the units of its connection.
  void set_sequence(uint64_t sequence) { sequence_ = sequence; }
  uint64_t sequence() const { return sequence_; }

  void Send(size_t first, size_t count);

  // The server has answered. False: it waits again (only if `retry`).
  bool Receive(size_t index, const WireResult& result, std::string_view epoch, bool retry);

  // The connection was lost while the operation was on its way: it may have been done.
  void Lose(size_t index);

  // End what has not ended, one operation or all: unreachable; or outcome_unknown, for a write that
  // may have been done; or as the server has refused it, if it was asked and always refused.
  void GiveUp(size_t index, const std::string& why);
  void GiveUp(const std::string& why);
  // Ends an operation that can't be sent.
  void Refuse(size_t index, Code code, const std::string& message);

 protected:
  // The operation ends. May run the caller's code, which may make further calls.
  virtual void End(size_t index, const Ending& ending) = 0;

 private:
  struct Operation {
    uint32_t end = 0;           // in bytes_
    Code refused = Code::kOk;   // by the last try: nothing was done
    bool sent = false;          // and neither answered nor lost since
    bool perhaps_done = false;  // by a try that was lost, or whose outcome the server doesn't know
    bool ended = false;
  };

  void Finish(Operation& operation, const Ending& ending);
  bool InDoubt(const Operation& operation, Code code) const;

  std::string bytes_;
  absl::InlinedVector<Operation, 1> operations_;
  const SteadyTime deadline_;
  uint64_t sequence_ = 0;
  int64_t listed_ = 0;
  uint32_t open_ = 0;
  const Kind kind_;
};

using UnitPtr = boost::intrusive_ptr<Unit>;

}  // namespace wallet::client

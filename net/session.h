// One connection of the binary protocol, on one I/O thread.
//
//   opening → serving → finishing → lingering → closed
//
// finishing: nothing is read any more, answers under way still leave, then the goodbye if there is
// a reason for one. lingering: the sending side is shut, and what still comes is thrown away until
// the peer has closed: closing at once could reset the connection before the peer has read the
// reason.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "net/proto/frame.h"
#include "net/session_input.h"
#include "net/session_output.h"
#include "net/session_round.h"
#include "net/session_services.h"
#include "net/stream.h"

namespace wallet {

// All on the I/O thread of the services. Kept alive by its stream's operations and its batches.
class Session final : public RoundOwner, public std::enable_shared_from_this<Session> {
 public:
  // `on_closed` runs once, inside the call that closed it.
  Session(std::unique_ptr<Stream> stream, std::shared_ptr<SessionServices> services,
          absl::AnyInvocable<void(Session&)> on_closed);

  // The peer is on this machine: operators are served. Before Start.
  void ServeOperators() { serves_operators_ = true; }

  void Start();

  // Judges all time limits. To be called every kSessionTickUs.
  void Tick(int64_t now_us);

  // Lets the answers under way leave, says goodbye and closes.
  void Finish(Outcome reason, std::string_view message);

  // At once.
  void Close();

  // At once, but for the reason, which is said if no other frame is half written and the stream
  // takes it.
  void CloseSaying(Outcome reason, std::string_view message);

  void OnAnswered(std::unique_ptr<ShardBatch> batch) override;

 private:
  enum class State : uint8_t { kOpening, kServing, kFinishing, kLingering, kClosed };

  void Read();
  void OnRead(boost::system::error_code error, size_t size);
  void OnEndOfInput(boost::system::error_code error);

  // Takes what has been read as far as the limits allow, then reads on.
  void Process();
  // Lets the others of the thread have their turn, for so long at least, then goes on.
  void YieldTurn(int64_t rest_us);
  void TakeOpening();
  bool TakeMagic();
  void TakeHello();
  void TakeFrames(int64_t now_us);
  // An empty string, or what is wrong with the frame.
  std::string_view TakeFrame(const ParsedFrame& frame, Round& round);
  // Whether no more may be taken until answers have left.
  bool Saturated() const;

  void Submit(std::unique_ptr<Round> round);
  void WriteComplete(Round& round);

  // Writes what has gathered, once all that is ready by now has been added.
  void ScheduleWrite();
  void Write();
  void Send();
  void OnWritten(boost::system::error_code error, size_t size);

  // Ends with `frame` as the last thing said; it may be empty.
  void FinishWith(std::string frame);
  void FinishIfDone();
  void Linger();

  void ExpireRounds(int64_t now_us);
  void CheckReadTimeouts(int64_t now_us);
  void ReleaseMemory(int64_t now_us);

  int64_t Now() const { return services_->clock.SteadyMicros(); }

  const std::unique_ptr<Stream> stream_;
  const std::shared_ptr<SessionServices> services_;
  absl::AnyInvocable<void(Session&)> on_closed_;

  State state_ = State::kOpening;
  bool serves_operators_ = false;
  bool magic_taken_ = false;
  bool reading_ = false;
  bool yielding_ = false;  // between two turns: more may have been read than was taken
  bool write_scheduled_ = false;
  bool writing_ = false;
  bool peer_is_done_ = false;  // has shut its sending side
  std::string last_words_;     // a frame, while finishing

  SessionInput input_;
  SessionOutput output_;
  std::deque<std::unique_ptr<Round>> rounds_;  // oldest first
  Round::Load unanswered_;                     // requests whose answers are not in output_ yet
  size_t under_way_ = 0;                       // requests whose answers have not left

  int64_t active_us_ = 0;       // last time a frame was taken or something left
  int64_t frame_began_us_ = 0;  // when the unfinished frame in input_ began; 0: none
  int64_t linger_until_us_ = 0;
};

}  // namespace wallet

#include "net/session.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <utility>

#include "net/limits.h"
#include "net/session_hello.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

namespace asio = boost::asio;

// Between looks at whether a connection could do with less memory.
constexpr int64_t kQuietUs = 1'000'000;

}  // namespace

Session::Session(std::unique_ptr<Stream> stream, std::shared_ptr<SessionServices> services,
                 absl::AnyInvocable<void(Session&)> on_closed)
    : stream_(std::move(stream)),
      services_(std::move(services)),
      on_closed_(std::move(on_closed)) {}

void Session::Start() {
  active_us_ = Now();
  Read();
}

void Session::Read() {
  const bool wanted = state_ == State::kLingering ||
                      ((state_ == State::kOpening || state_ == State::kServing) && !Saturated());
  if (reading_ || peer_is_done_ || !wanted) return;
  reading_ = true;
  stream_->Read(input_.Space(), [self = shared_from_this()](auto error, size_t size) {
    self->OnRead(error, size);
  });
}

void Session::OnRead(boost::system::error_code error, size_t size) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  if (error) return OnEndOfInput(error);
  input_.Commit(size);
  if (state_ == State::kLingering) input_.Consume(input_.bytes().size());
  Process();
}

void Session::OnEndOfInput(boost::system::error_code error) {
  if (error == asio::error::operation_aborted) {  // by ReleaseMemory
    if (input_.ShouldShrink()) input_.Shrink();
    return Read();
  }
  if (error != asio::error::eof || state_ == State::kLingering) return Close();
  peer_is_done_ = true;
  FinishWith("");
}

void Session::Process() {
  if (yielding_) return;
  const int64_t now_us = Now();
  if (state_ == State::kOpening) TakeOpening();
  if (state_ == State::kServing) TakeFrames(now_us);
  if (!yielding_) Read();
}

void Session::YieldTurn(int64_t rest_us) {
  yielding_ = true;
  stream_->PostAfter(rest_us, [self = shared_from_this()] {
    self->yielding_ = false;
    if (self->state_ != State::kClosed) self->Process();
  });
}

void Session::TakeOpening() {
  if (magic_taken_ || TakeMagic()) TakeHello();
}

bool Session::TakeMagic() {
  const size_t size = std::min(input_.bytes().size(), kMagic.size());
  if (input_.bytes().substr(0, size) != kMagic.substr(0, size)) {
    Finish(Outcome::kMalformedRequest,
           "this port speaks the wallet's binary protocol; HTTP has a port of its own");
    return false;
  }
  if (size < kMagic.size()) return false;
  input_.Consume(size);
  return magic_taken_ = true;
}

void Session::TakeHello() {
  const ParsedFrame frame = ParseFrame(input_.bytes(), kMaxHelloFrameBytes);
  if (frame.state == ParsedFrame::State::kNeedMore) return;
  std::optional<v1::Welcome> welcome;
  if (frame.state == ParsedFrame::State::kFrame && frame.header.kind == FrameKind::kHello) {
    welcome = AnswerHello(frame.body, services_->identity);
  }
  if (!welcome) {
    return Finish(Outcome::kMalformedRequest, "the first frame must be a readable hello");
  }
  input_.Consume(frame.consumed);
  std::string answer;
  AppendWelcome(*welcome, answer);
  if (welcome->has_error()) return FinishWith(std::move(answer));
  output_.gathering().append(answer);
  state_ = State::kServing;
  ScheduleWrite();
}

void Session::TakeFrames(int64_t now_us) {
  std::unique_ptr<Round> round;
  std::string_view complaint;
  bool turn_is_over = false;
  const int64_t limited = services_->limited();
  while (complaint.empty() && !Saturated() && !turn_is_over) {
    const ParsedFrame frame = ParseFrame(input_.bytes(), kMaxFrameBytes);
    if (frame.state == ParsedFrame::State::kNeedMore) break;
    if (!round) round = std::make_unique<Round>(*services_, now_us, serves_operators_);
    complaint = TakeFrame(frame, *round);
    input_.Consume(frame.consumed);
    turn_is_over = round->operations() >= kOperationsPerTurn && !input_.empty() &&
                   !WALLET_MUTANT("turn_without_end");
  }
  const int64_t rest_us = WALLET_MUTANT("flood_costs_nothing")
                              ? 0
                              : kRestUsPerLimited * (services_->limited() - limited);
  if (complaint.empty() && (turn_is_over || rest_us > 0)) YieldTurn(rest_us);
  if (round) active_us_ = now_us;
  if (input_.empty()) {
    frame_began_us_ = 0;
  } else if (frame_began_us_ == 0 || round) {
    frame_began_us_ = now_us;
  }
  if (round && !round->empty()) Submit(std::move(round));
  if (!complaint.empty()) Finish(Outcome::kMalformedRequest, complaint);
}

std::string_view Session::TakeFrame(const ParsedFrame& frame, Round& round) {
  if (frame.state == ParsedFrame::State::kError) return ToString(frame.error);
  if (frame.header.kind != FrameKind::kRequest) return "only requests may follow the hello";
  switch (round.Add(frame.header.request_id, frame.body)) {
    case RequestReader::Verdict::kUnreadable:
      return "the body of the request is not a Request message";
    case RequestReader::Verdict::kTooManyOperations:
      return "the request has more operations than the limit";
    case RequestReader::Verdict::kRead:
      break;
  }
  unanswered_ += round.last_load();
  ++under_way_;
  services_->state->under_way.fetch_add(1, std::memory_order_relaxed);
  return {};
}

bool Session::Saturated() const {
  return under_way_ >= kMaxFramesInFlight ||
         unanswered_.bytes + output_.queued_bytes() >= kMaxAnswerBytesQueued;
}

void Session::Submit(std::unique_ptr<Round> round) {
  Round& submitted = *rounds_.emplace_back(std::move(round));
  submitted.Submit(shared_from_this());
  WriteComplete(submitted);
}

void Session::OnAnswered(std::unique_ptr<ShardBatch> batch) {
  if (state_ == State::kClosed) return;
  Round& round = batch->round;
  round.Take(std::move(batch));
  WriteComplete(round);
}

void Session::WriteComplete(Round& round) {
  const Round::Load written = round.WriteComplete(output_.gathering());
  unanswered_ -= written;
  output_.CountRequests(written.requests);
  if (written.requests > 0) ScheduleWrite();
  if (!round.finished()) return;
  rounds_.erase(std::find_if(rounds_.begin(), rounds_.end(),
                             [&](const auto& other) { return other.get() == &round; }));
}

void Session::ScheduleWrite() {
  if (write_scheduled_ || writing_) return;
  write_scheduled_ = true;
  stream_->Post([self = shared_from_this()] {
    self->write_scheduled_ = false;
    self->Write();
  });
}

void Session::Write() {
  if (writing_ || state_ == State::kClosed || !output_.Begin()) return;
  active_us_ = Now();
  Send();
}

void Session::Send() {
  writing_ = true;
  stream_->Write(
      output_.unsent().substr(0, kBytesPerTurn),
      [self = shared_from_this()](auto error, size_t size) { self->OnWritten(error, size); });
}

void Session::OnWritten(boost::system::error_code error, size_t size) {
  writing_ = false;
  if (state_ == State::kClosed) return;
  if (error) return Close();
  active_us_ = Now();
  const size_t answered = output_.Advance(size);
  under_way_ -= answered;
  services_->state->under_way.fetch_sub(static_cast<int64_t>(answered), std::memory_order_release);
  if (!output_.unsent().empty()) return Send();
  Write();
  FinishIfDone();
  if (!reading_) Process();  // it may have been saturated
}

void Session::Finish(Outcome reason, std::string_view message) {
  std::string goodbye;
  AppendGoodbye(reason, message, goodbye);
  FinishWith(std::move(goodbye));
}

void Session::FinishWith(std::string frame) {
  if (state_ != State::kOpening && state_ != State::kServing) return;
  state_ = State::kFinishing;
  last_words_ = std::move(frame);
  FinishIfDone();
}

void Session::FinishIfDone() {
  if (state_ != State::kFinishing || unanswered_.requests > 0) return;
  if (!last_words_.empty()) {
    output_.gathering().append(std::exchange(last_words_, {}));
    ScheduleWrite();
  }
  if (output_.queued_bytes() == 0) Linger();
}

void Session::Linger() {
  if (!stream_->ShutdownSend() || peer_is_done_) return Close();
  state_ = State::kLingering;
  linger_until_us_ = Now() + kLingerUs;
  input_.Consume(input_.bytes().size());
  Read();
}

void Session::Close() {
  if (state_ == State::kClosed) return;
  const auto self = shared_from_this();
  state_ = State::kClosed;
  stream_->Close();
  services_->state->under_way.fetch_sub(static_cast<int64_t>(under_way_),
                                        std::memory_order_release);
  on_closed_(*this);
}

void Session::CloseSaying(Outcome reason, std::string_view message) {
  if (state_ == State::kServing && output_.queued_bytes() == 0) {
    std::string goodbye;
    AppendGoodbye(reason, message, goodbye);
    stream_->WriteLast(goodbye);
  }
  Close();
}

void Session::Tick(int64_t now_us) {
  ExpireRounds(now_us);
  if (writing_ && now_us - active_us_ >= kWriteTimeoutUs) return Close();
  if (state_ == State::kLingering && now_us >= linger_until_us_) return Close();
  CheckReadTimeouts(now_us);
  ReleaseMemory(now_us);
}

void Session::ExpireRounds(int64_t now_us) {
  for (size_t i = 0; i < rounds_.size(); ++i) {
    if (now_us - rounds_[i]->arrived_us() < services_->request_timeout_us) return;
    rounds_[i]->Expire();
    WriteComplete(*rounds_[i]);
  }
}

void Session::CheckReadTimeouts(int64_t now_us) {
  if (state_ == State::kOpening && now_us - active_us_ >= kReadTimeoutUs) {
    return Finish(Outcome::kMalformedRequest, "no hello came in time");
  }
  if (state_ != State::kServing || !reading_) return;
  if (frame_began_us_ != 0 && now_us - frame_began_us_ >= kReadTimeoutUs) {
    return Finish(Outcome::kMalformedRequest, "a frame was begun and not finished in time");
  }
  if (under_way_ == 0 && now_us - active_us_ >= kIdleTimeoutUs) {
    Finish(Outcome::kOk, "the connection was idle");
  }
}

void Session::ReleaseMemory(int64_t now_us) {
  if (state_ != State::kServing || under_way_ > 0 || now_us - active_us_ < kQuietUs) return;
  if (output_.queued_bytes() == 0 && output_.ShouldShrink()) output_.Shrink();
  if (reading_ && input_.ShouldShrink()) stream_->Cancel();
}

}  // namespace wallet

#include "tests/simulation/cable.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <utility>

namespace wallet::simulation {

namespace error = boost::asio::error;

class Cable::End final : public Stream {
 public:
  explicit End(std::shared_ptr<Cable> cable) : cable_(std::move(cable)) {}

  void Read(std::span<char> space, Done done) override {
    cable_->reading_ = Reading{space, std::move(done)};
    cable_->TryRead();
  }
  void Write(std::string_view bytes, Done done) override {
    Cable& cable = *cable_;
    cable.writing_ = Writing{bytes, std::move(done)};
    const WireKnobs& knobs = cable.core_.knobs.wire;
    const int64_t most_us = cable.random_.Chance(knobs.stuck) ? knobs.stuck_us : knobs.latency_us;
    const int64_t delay_us = cable.random_.LogRange(1, most_us);
    cable.slowest_write_us_ = std::max(cable.slowest_write_us_, delay_us);
    cable.io_.PostAfter(delay_us, [cable = cable_, write = ++cable.writes_] {
      if (write == cable->writes_) cable->CompleteWrite();
    });
  }
  void Cancel() override { cable_->Abort(error::operation_aborted); }
  bool ShutdownSend() override {
    cable_->Finish();
    return !cable_->cut_;
  }
  void Close() override {
    Cancel();
    cable_->Finish();
    cable_->cut_ = true;
  }
  void WriteLast(std::string_view bytes) override {
    if (!cable_->cut_ && cable_->peer_.on_bytes) cable_->peer_.on_bytes(bytes);
    cable_->Finish();
  }
  void PostAfter(int64_t delay_us, absl::AnyInvocable<void()> task) override {
    if (delay_us == 0) return cable_->io_.Post(std::move(task));
    cable_->io_.PostAfter(delay_us, std::move(task));
  }

 private:
  const std::shared_ptr<Cable> cable_;
};

Cable::Cable(Core& core, SimRandom random, Executor& io, Peer peer)
    : core_(core), random_(random), io_(io), peer_(std::move(peer)) {}

std::unique_ptr<Stream> Cable::WalletEnd() { return std::make_unique<End>(shared_from_this()); }

void Cable::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const int64_t most = std::min<int64_t>(core_.knobs.wire.piece, std::ssize(bytes));
    const auto size = static_cast<size_t>(random_.LogRange(1, most));
    After(random_.LogRange(1, core_.knobs.wire.latency_us),
          [this, piece = std::string(bytes.substr(0, size))] {
            inbox_ += piece;
            TryRead();
          });
    bytes.remove_prefix(size);
  }
}

void Cable::ShutdownSend() {
  After(1, [this] {
    end_of_input_ = true;
    TryRead();
  });
}

// In the order sent.
void Cable::After(int64_t delay_us, std::function<void()> arrive) {
  const int64_t now_us = core_.clock.steady_us();
  arrives_us_ = std::max(arrives_us_, now_us + delay_us);
  io_.PostAfter(arrives_us_ - now_us, [self = shared_from_this(), arrive = std::move(arrive)] {
    if (!self->cut_) arrive();
  });
}

void Cable::Cut() {
  cut_ = true;
  inbox_.clear();
  peer_ = {};
  Abort(error::connection_reset);
}

void Cable::TryRead() {
  const bool ready = !inbox_.empty() || end_of_input_ || cut_;
  if (!reading_ || !ready || std::exchange(read_posted_, true)) return;
  io_.Post([self = shared_from_this()] { self->CompleteRead(); });
}

void Cable::CompleteRead() {
  read_posted_ = false;
  if (!reading_) return;
  Reading reading = std::move(*std::exchange(reading_, std::nullopt));
  if (cut_) return reading.done(error::connection_reset, 0);
  if (inbox_.empty()) return reading.done(error::eof, 0);
  const auto most = static_cast<int64_t>(std::min(inbox_.size(), reading.space.size()));
  const auto size =
      static_cast<size_t>(random_.Chance(kAlways / 2) ? most : random_.Range(1, most));
  inbox_.copy(reading.space.data(), size);
  inbox_.erase(0, size);
  reading.done({}, size);
}

void Cable::CompleteWrite() {
  if (!writing_) return;
  Writing writing = std::move(*std::exchange(writing_, std::nullopt));
  if (cut_) return writing.done(error::broken_pipe, 0);
  const int64_t most = std::ssize(writing.bytes);
  const auto size =
      static_cast<size_t>(random_.Chance(kAlways / 2) ? most : random_.Range(1, most));
  const std::string_view left = writing.bytes.substr(0, size);
  core_.trace.Note("left", {}, {static_cast<int64_t>(size), static_cast<int64_t>(Xxh3(left))});
  if (peer_.on_bytes) peer_.on_bytes(left);
  writing.done({}, size);
}

void Cable::Abort(Error error) {
  if (reading_) {
    io_.Post([self = shared_from_this(), done = std::move(reading_->done), error]() mutable {
      done(error, 0);
    });
  }
  if (writing_) {
    io_.Post([self = shared_from_this(), done = std::move(writing_->done), error]() mutable {
      done(error, 0);
    });
  }
  reading_.reset();
  writing_.reset();
}

void Cable::Finish() {
  if (std::exchange(finished_, true)) return;
  io_.Post([self = shared_from_this()] {
    if (const auto on_end = std::exchange(self->peer_.on_end, {})) on_end();
  });
}

void Cable::Forget() {
  cut_ = true;
  peer_ = {};
  reading_.reset();
  writing_.reset();
}

}  // namespace wallet::simulation

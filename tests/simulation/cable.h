// A connection between a client and the wallet: bytes that take their time, in pieces, until it is
// cut.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/stream.h"
#include "tests/simulation/core.h"
#include "wal/base/executor.h"

namespace wallet::simulation {

// The client calls from wherever it likes; what the wallet's end does are tasks of the wallet, and
// die with it.
class Cable : public std::enable_shared_from_this<Cable> {
 public:
  // Told in tasks of the wallet.
  struct Peer {
    std::function<void(std::string_view)> on_bytes;  // have left the wallet
    std::function<void()> on_end;                    // none will follow; at most once
  };

  // `io` runs the wallet's end.
  Cable(Core& core, SimRandom random, Executor& io, Peer peer);

  // The client's end.
  void Send(std::string_view bytes);
  void ShutdownSend();
  // What has not arrived is lost, in both directions; so is what the wallet has not read.
  void Cut();

  // The wallet's end.
  std::unique_ptr<Stream> WalletEnd();

  // The longest that something the wallet wrote was kept back.
  int64_t slowest_write_us() const { return slowest_write_us_; }

  // The wallet's process has ended.
  void Forget();

 private:
  class End;
  using Error = boost::system::error_code;
  struct Reading {
    std::span<char> space;
    Stream::Done done;
  };
  struct Writing {
    std::string_view bytes;
    Stream::Done done;
  };

  void After(int64_t delay_us, std::function<void()> arrive);
  void TryRead();
  void CompleteRead();
  void CompleteWrite();
  void Abort(Error error);
  void Finish();

  Core& core_;
  SimRandom random_;
  Executor& io_;
  Peer peer_;
  int64_t arrives_us_ = 0;  // the last thing the client sent
  int64_t slowest_write_us_ = 0;
  std::string inbox_;  // arrived, not read
  bool end_of_input_ = false;
  bool cut_ = false;
  bool finished_ = false;     // the wallet sends no more
  bool read_posted_ = false;  // a CompleteRead is on its way
  uint64_t writes_ = 0;       // begun
  std::optional<Reading> reading_;
  std::optional<Writing> writing_;
};

}  // namespace wallet::simulation

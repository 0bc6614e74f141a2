// A real walletd in a process of its own, for tests that stop, kill and restart it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wallet {

// Generous: a machine under load is slow, not wrong.
inline constexpr std::chrono::seconds kPatience{120};

// One thread at a time.
class Walletd {
 public:
  // Starts the program on `data_dir` (--create), on ports it picks, with `flags`, and waits until
  // it serves. The error of one that ends instead says what it logged. What it logs goes to
  // `data_dir`.log, and it dies with the test.
  static absl::StatusOr<std::unique_ptr<Walletd>> Start(const std::string& data_dir,
                                                        const std::vector<std::string>& flags);
  // The same, without waiting: it may be killed before it serves.
  static absl::StatusOr<std::unique_ptr<Walletd>> Launch(const std::string& data_dir,
                                                         const std::vector<std::string>& flags);

  // Kills it if it still runs.
  ~Walletd();

  // As the ready line says; empty after Launch.
  const std::string& http() const { return http_; }
  const std::string& binary() const { return binary_; }
  pid_t pid() const { return pid_; }
  // Everything that it and earlier servers on this directory have logged.
  std::string Logged() const;

  // SIGKILL, and waits for the end. Nothing when it has ended.
  void Kill();
  // SIGTERM; it goes on for a while.
  void Terminate();
  // The exit code; 128 + n when signal n ended it; nullopt when it still runs after `bound`.
  std::optional<int> AwaitExit(std::chrono::milliseconds bound);

  // Asks again and again until `condition` holds. False when the server ended or patience did.
  bool Eventually(const std::function<bool()>& condition,
                  std::chrono::milliseconds patience = kPatience);

 private:
  explicit Walletd(std::string data_dir) : log_path_(std::move(data_dir) + ".log") {}

  absl::Status Spawn(const std::vector<std::string>& arguments);
  absl::Status AwaitReady();
  // Bytes up to the end of the line; nullopt when the program ended its output.
  std::optional<std::string> ReadLine();

  const std::string log_path_;
  std::string http_;
  std::string binary_;
  pid_t pid_ = -1;
  int pid_fd_ = -1;  // readable once it has ended
  int output_ = -1;  // its standard output
  std::optional<int> exit_code_;
};

}  // namespace wallet

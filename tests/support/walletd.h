// A real walletd in a process of its own, for tests that stop, kill and restart it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/process.h"

namespace wallet {

// What a walletd runs in: nothing particular, unless a test says so.
struct Surroundings {
  std::vector<std::string> wrapper;  // a program and arguments that ends in becoming it
  std::map<std::string, std::string> environment;  // on top of the test's own
  // Whether it is known by now that it will never say that it serves; asked over and over.
  std::function<bool()> is_hopeless = [] { return false; };
};

// One thread at a time.
class Walletd {
 public:
  // Starts the program on `data_dir` (--create), on ports it picks, with `flags`, and waits until
  // it serves. The error of one that ends instead says what it logged. What it logs goes to
  // `data_dir`.log. It is killed with the object, and dies with the test.
  static absl::StatusOr<std::unique_ptr<Walletd>> Start(const std::string& data_dir,
                                                        const std::vector<std::string>& flags,
                                                        const Surroundings& surroundings = {});
  // The same, without waiting: it may be killed before it serves.
  static absl::StatusOr<std::unique_ptr<Walletd>> Launch(const std::string& data_dir,
                                                         const std::vector<std::string>& flags,
                                                         const Surroundings& surroundings = {});

  // As the ready line says; empty after Launch.
  const std::string& http() const { return http_; }
  const std::string& binary() const { return binary_; }
  pid_t pid() const { return process_->pid(); }
  // Everything that it and earlier servers on this directory have logged.
  std::string Logged() const;

  // SIGKILL, and waits for the end. Nothing when it has ended.
  void Kill();
  // SIGTERM; it goes on for a while.
  void Terminate();
  // From now on every write beyond this size of any file fails, in the middle if it comes to that.
  void LimitFiles(uint64_t bytes);
  // The exit code; 128 + n when signal n ended it; nullopt when it still runs after `bound`.
  std::optional<int> AwaitExit(std::chrono::milliseconds bound);

  // Asks again and again until `condition` holds. False when the server ended or patience did.
  bool Eventually(const std::function<bool()>& condition,
                  std::chrono::milliseconds patience = kPatience);

 private:
  explicit Walletd(std::string data_dir) : log_path_(std::move(data_dir) + ".log") {}

  absl::Status AwaitReady(const std::function<bool()>& is_hopeless);

  const std::string log_path_;
  std::string http_;
  std::string binary_;
  std::unique_ptr<Process> process_;
};

}  // namespace wallet

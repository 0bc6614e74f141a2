// Someone who means no harm: asks one thing after the other, and is told how long each took.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/client.h"
#include "tests/crash/peers.h"

namespace wallet::crash {

// Charges many users in turn, each a little. One thread and one blocking socket: what it waits for
// is the server, and the machine.
class Bystander {
 public:
  explicit Bystander(const std::string& address);

  // Whether it was done.
  bool Charge();

  // Of each user; 0 for others.
  static constexpr int64_t kFirstUser = 1'000;
  static constexpr int64_t kUsers = 100;
  int64_t charges() const { return charges_; }

 private:
  Peer peer_;
  int64_t charges_ = 0;
};

// What its users have, when asked.
int64_t ChargesOf(client::Client& client);

// Microseconds.
struct Waits {
  double p50 = 0;
  double p99 = 0;
};

// Of so many charges. Fails the test if one is not done.
Waits MeasureWaits(Bystander& bystander, int calls);

// Measures in turn without and with what `begin` begins and `end` ends, several times: so what the
// machine does meanwhile hurts both alike. Prints the medians of these turns' p99s, and between
// what they were.
void Compare(Bystander& bystander, std::string_view what, const std::function<void()>& begin,
             const std::function<void()>& end);

}  // namespace wallet::crash

// Tests against a real walletd, through either interface.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/door.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"

namespace wallet::e2e {

class ServerTest : public testing::Test {
 protected:
  // On the test's own directory; ends the test when the server does not serve. A server that still
  // runs is killed first.
  void Start(const std::vector<std::string>& flags = {});

  Walletd& server() { return *server_; }
  std::string data_dir() const { return dir_.path() + "/data"; }

 private:
  TempDir dir_;
  std::unique_ptr<Walletd> server_;
};

// Runs once for each interface.
class EitherInterface : public ServerTest, public testing::WithParamInterface<Interface> {
 protected:
  std::unique_ptr<Door> Open();
};

#define WALLET_ON_EITHER_INTERFACE(suite)                                                    \
  INSTANTIATE_TEST_SUITE_P(On, suite, testing::Values(Interface::kHttp, Interface::kBinary), \
                           [](const auto& info) { return ToString(info.param); })

// Ready requests, so that a test names only what it is about.
client::Charge ChargeOf(int64_t user_id, int64_t amount, std::string key);
client::Withdraw WithdrawOf(int64_t user_id, int64_t amount, std::string key);

MATCHER(IsOk, "") {
  *result_listener << ToString(arg.code) << " " << arg.field << " " << arg.message;
  return arg.ok();
}

MATCHER_P(IsCode, code, ToString(code)) {
  *result_listener << ToString(arg.code) << " " << arg.field << " " << arg.message;
  return arg.code == code;
}

// Of a Balance.
MATCHER_P4(IsBalance, total, withdrawable, unreleased, held, "") {
  *result_listener << arg.total << " = " << arg.withdrawable << " + " << arg.unreleased << " + "
                   << arg.held;
  return arg.total == total && arg.withdrawable == withdrawable && arg.unreleased == unreleased &&
         arg.held == held;
}

}  // namespace wallet::e2e

// A program outside the project that uses the installed client.
#include <cstdio>

#include "net/client/client.h"

int main() {
  const auto wallet = wallet::client::Client::Create(
      {.address = "127.0.0.1:1", .timeout = std::chrono::milliseconds(10)});
  const auto answer = wallet->GetBalance(1);
  std::puts(wallet::client::ToString(answer.code).c_str());
  return answer.code == wallet::client::Code::kUnreachable ? 0 : 1;
}

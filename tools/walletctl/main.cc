// walletctl: the wallet's calls from a shell, over the binary protocol.
#include <chrono>
#include <variant>

#include "net/client/client.h"
#include "tools/walletctl/options.h"
#include "tools/walletctl/verify.h"

int main(int argc, char** argv) {
  const auto parsed = wallet::ParseCommandLine(argc, argv);
  if (const auto* code = std::get_if<wallet::ExitCode>(&parsed)) return *code;
  if (const auto* verify = std::get_if<wallet::VerifyArguments>(&parsed)) {
    return wallet::DoVerify(*verify);
  }
  const auto& [arguments, command] = std::get<wallet::Invocation>(parsed);
  const std::chrono::duration<double> timeout(arguments.timeout_s);
  const auto wallet = wallet::client::Client::Create(
      {.address = arguments.connect,
       .timeout = std::chrono::duration_cast<std::chrono::milliseconds>(timeout)});
  return command(*wallet, arguments);
}

// What the values of walletd's flags may be, and what is said of those that may not.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wallet {

// "10s", "50ms", "1m", "250us", "1h": microseconds; nullopt for anything else.
std::optional<int64_t> ParseDuration(std::string_view text);

// Each validator's error names the value and what is allowed.
CLI::Validator DurationBetween(std::string_view least, std::string_view most);
// An ISO 4217 code; empty for the ledger's own.
CLI::Validator CurrencyOrEmpty();
// 0 … 1.
CLI::Validator Probability();
// Anything but nothing.
CLI::Validator DirectoryName();
// What a flag without a value may be given all the same: true, false, and CLI11's other words for
// them. (Of a number, CLI11 itself reads only the start.)
CLI::Validator Switch();
// HOST:PORT; whether it can be bound is not judged.
CLI::Validator ListenAddress();

}  // namespace wallet

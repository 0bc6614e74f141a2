// Where a value comes from: the command line, the environment or the configuration file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace wallet {

// WALLETD_DATA_DIR for "data-dir".
std::string EnvironmentName(const std::string& flag);

// The command line, with --data-dir=x in front for WALLETD_DATA_DIR=x where it does not say
// --data-dir itself: so a flag wins over the environment, and both win over the file.
std::vector<std::string> WithEnvironment(const CLI::App& app, int argc, const char* const* argv);

// Reads the configuration file: one value a name. What CLI11 alone would take for something else
// than it says is refused: a list, a # within quotes, a name that stands twice.
class ConfigFile final : public CLI::ConfigTOML {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
};

// What is wrong, in words, with the variable of the environment or the line of `config_file` that
// it stands in. `arguments` is the command line itself.
std::string Explain(const CLI::ParseError& error, const std::vector<std::string>& arguments,
                    const std::string& config_file);

// Whether the command line gives `flag` ("data-dir").
bool Gives(const std::vector<std::string>& arguments, const std::string& flag);

}  // namespace wallet

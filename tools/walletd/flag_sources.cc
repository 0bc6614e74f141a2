#include "tools/walletd/flag_sources.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "wal/base/check.h"

namespace wallet {
namespace {

// CLI11 begins the message of a bad value with the flag: "--shards: Value 0 not in range".
std::string FlagOf(const std::string& message) {
  if (!message.starts_with("--")) return {};
  return message.substr(2, message.find_first_of(": =") - 2);
}

// What CLI11 could not read in a file stands at the end of its message.
constexpr std::string_view kUnreadable = "INI was not able to parse ";

std::string UnknownNameOf(const std::string& message) {
  return message.starts_with(kUnreadable) ? message.substr(kUnreadable.size()) : std::string();
}

// " (FILE, line N: …)" of the last line that gives `name`, which is the one that counts.
std::string LineThatGives(const std::string& name, const std::string& file) {
  std::ifstream lines(file);
  std::string line, found;
  for (int number = 1; std::getline(lines, line); ++number) {
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    if (line.substr(begin, line.find_first_of(" \t=", begin) - begin) != name) continue;
    found = " (" + file + ", line " + std::to_string(number) + ": " + line + ")";
  }
  return found;
}

[[noreturn]] void Misread(const std::string& name, const std::string& advice) {
  throw CLI::ConfigError("--" + name + " can't be read: " + advice, CLI::ExitCodes::ConfigError);
}

// CLI11 looks for the end of a list in the lines that follow, and for a comment within quotes.
void CheckLine(const std::string& line) {
  const size_t begin = line.find_first_not_of(" \t");
  const size_t equals = line.find('=');
  if (begin == std::string::npos || equals == std::string::npos) return;
  if (line[begin] == '#' || line[begin] == ';') return;
  const std::string name = line.substr(begin, line.find_first_of(" \t=", begin) - begin);
  const std::string value = CLI::detail::trim_copy(line.substr(equals + 1));
  if (value.starts_with('[')) Misread(name, "write the value in quotes");
  const bool quoted = value.starts_with('"') || value.starts_with('\'');
  if (quoted && value.find('#') < value.rfind(value.front())) {
    Misread(name, "a # begins a comment, even within quotes");
  }
}

}  // namespace

std::string EnvironmentName(const std::string& flag) {
  std::string name = "WALLETD_";
  for (const char c : flag) name += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return name;
}

bool Gives(const std::vector<std::string>& arguments, const std::string& flag) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& each) {
    return each.substr(0, each.find('=')) == "--" + flag;
  });
}

std::vector<std::string> WithEnvironment(const CLI::App& app, int argc, const char* const* argv) {
  const std::vector<std::string> given(argv + 1, argv + argc);
  std::vector<std::string> arguments;
  for (const CLI::Option* option : app.get_options()) {
    const bool takes_value = option->get_configurable() || option == app.get_config_ptr();
    if (!takes_value) continue;
    WALLET_CHECK(!option->get_lnames().empty());
    const std::string flag = option->get_lnames().front();
    const char* value = std::getenv(EnvironmentName(flag).c_str());
    if (value != nullptr && !Gives(given, flag)) arguments.push_back("--" + flag + "=" + value);
  }
  arguments.insert(arguments.end(), given.begin(), given.end());
  return arguments;
}

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
  std::string text;
  for (std::string line; std::getline(input, line); text += line + '\n') CheckLine(line);
  std::istringstream checked(text);
  std::vector<CLI::ConfigItem> items = CLI::ConfigTOML::from_config(checked);
  std::set<std::string> names;
  for (const CLI::ConfigItem& item : items) {
    if (item.name == "++" || item.name == "--") continue;  // the bounds of a section
    // Of values without quotes, CLI11 makes a list at commas and spaces.
    const bool once = names.insert(item.fullname()).second;
    if (!once || item.inputs.size() != 1)
      Misread(item.name, "write one value, in quotes, and once");
  }
  return items;
}

std::string Explain(const CLI::ParseError& error, const std::vector<std::string>& arguments,
                    const std::string& config_file) {
  const std::string message = error.what();
  if (const std::string name = UnknownNameOf(message); !name.empty()) {
    return "the configuration file says \"" + name + "\", which is no flag of walletd" +
           LineThatGives(name, config_file);
  }
  const std::string flag = FlagOf(message);
  if (flag.empty() || Gives(arguments, flag)) return message;
  const std::string variable = EnvironmentName(flag);
  if (std::getenv(variable.c_str()) != nullptr) return message + " (environment: " + variable + ")";
  return message + LineThatGives(flag, config_file);
}

}  // namespace wallet

#include "tools/wallet-restore/options.h"

#include <CLI/CLI.hpp>

#include "absl/strings/numbers.h"
#include "net/proto/position_token.h"
#include "wal/base/absl_view.h"
#include "wal/base/instant.h"

namespace wallet {
namespace {

constexpr int kUsage = 2;

constexpr char kFooter[] =
    "Neither the source nor anything that exists is changed: the target must be absent or empty, "
    "and\n"
    "has its name only once all of it was written, read again and found right. The restored "
    "ledger\n"
    "has a new epoch, and its bank is paused until walletd is started once with --resume-bank.\n\n"
    "Examples:\n"
    "  wallet-restore --from backups/monday --to data-restored\n"
    "  wallet-restore --from data --until 2026-11-27T18:30:00Z --to data-restored --dry-run\n"
    "  wallet-restore --from backups/monday --archive archive --until 81234567 --to "
    "data-restored\n\n"
    "Exit codes: 0 done; 2 usage, or the target is taken; 3 the source is in use; 4 data damaged,\n"
    "missing or newer than the program; 5 storage failed; 130 interrupted, and nothing is left.";

CLI::Validator Until() {
  return CLI::Validator(
      [](std::string& text) {
        if (ParseUntil(text)) return std::string();
        return "\"" + text + "\" is neither a position, such as 81234567, nor a time, such as " +
               "2026-11-27T18:30:00Z";
      },
      "TIME|POSITION");
}

CLI::Validator NotEmpty() {
  return CLI::Validator(
      [](std::string& text) {
        return text.empty() ? std::string("the name of a directory is wanted") : std::string();
      },
      "DIR");
}

void AddOptions(CLI::App& app, RestoreCommand& command) {
  app.add_option("--from", command.options.from,
                 "A backup set, or the data directory of a walletd that is stopped")
      ->required()
      ->check(NotEmpty());
  app.add_option("--archive", command.options.archive,
                 "The archive of its log, for what the source does not have")
      ->check(NotEmpty());
  app.add_option("--until", command.until_text,
                 "The moment: a position, or a time after which nothing is restored (default: all)")
      ->check(Until());
  app.add_option("--to", command.options.to, "The directory to make")
      ->required()
      ->check(NotEmpty());
  app.add_flag("--dry-run", command.options.dry_run,
               "Read and check everything, say what would be restored, and write nothing");
  app.add_flag("--json", command.json, "Answer as JSON, one line");
  app.set_version_flag("--version", std::string("wallet-restore ") + WALLET_VERSION);
  app.footer(kFooter);
}

}  // namespace

std::optional<RestoreUntil> ParseUntil(std::string_view text) {
  uint64_t position = 0;
  const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  if (digits && absl::SimpleAtoi(ToAbsl(text), &position)) {
    return RestoreUntil{.position = Position(position)};
  }
  if (const auto token = ParsePositionToken(text)) {
    const auto epoch = Epoch::Parse(token->epoch);
    if (epoch) return RestoreUntil{.position = token->position, .epoch = *epoch};
  }
  if (const auto instant = ParseRfc3339(text)) return RestoreUntil{.instant = *instant};
  return std::nullopt;
}

std::variant<RestoreCommand, int> ParseRestoreCommand(int argc, char** argv) {
  RestoreCommand command;
  CLI::App app("wallet-restore: a ledger as it was at a moment, in a directory of its own.",
               "wallet-restore");
  AddOptions(app, command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (!command.until_text.empty()) command.options.until = *ParseUntil(command.until_text);
  return command;
}

}  // namespace wallet

#include "tools/walletd/startup.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/bank/sim_book.h"
#include "net/limits.h"
#include "wal/base/absl_view.h"

namespace wallet {
namespace {

// The log keeps at most 256 files open; the rest is for the index, snapshots, archives, and what is
// being turned away.
constexpr uint64_t kDescriptorsForFiles = 1'024;

std::string Row(absl::string_view name, absl::string_view value) {
  return absl::StrFormat("  %-10s %s\n", name, value);
}

double Seconds(int64_t us) { return static_cast<double>(us) / kMicrosPerSecond; }
double Megabytes(uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

std::string BegunFromText(const Recovery& recovery) {
  if (!recovery.snapshot) return "";
  const SnapshotTaken& snapshot = *recovery.snapshot;
  return absl::StrFormat("the snapshot at position %d (%s, %.1f MB) and %d events behind it: ",
                         snapshot.position.value(), FormatRfc3339(snapshot.created_at),
                         Megabytes(snapshot.bytes), recovery.replayed);
}

std::string RecoveredText(const Recovery& recovery) {
  return BegunFromText(recovery) +
         absl::StrFormat(
             "%d events, %d accounts, %d transactions in %.1f s; %d withdrawals under way",
             recovery.events, recovery.accounts, recovery.transactions,
             Seconds(recovery.elapsed_us), recovery.open_withdrawals - recovery.in_review) +
         (recovery.in_review > 0
              ? absl::StrCat(", ", recovery.in_review, " IN REVIEW: they wait for an operator")
              : "");
}

std::string RateText(const UserRate& rate) {
  if (rate.per_second == 0) return "";
  return Row("each user", absl::StrCat(rate.per_second, " operations a second, ",
                                       rate.burst > 0 ? rate.burst : rate.per_second, " at once"));
}

std::string PausedText(const LedgerIdentity& identity) {
  return absl::StrCat("PAUSED since the restore of ", FormatRfc3339(identity.restored->at),
                      ": nothing is sent to the bank. Check that it is the right one, then start "
                      "once with --resume-bank");
}

std::string Calls(absl::string_view http) {
  return absl::StrCat(
      "  Try:\n", "    curl -s http://", http, "/charge -H 'Content-Type: application/json' \\\n",
      "      -d '{\"user_id\":123,\"amount\":5000,\"idempotency_key\":\"charge-1\"}'\n",
      "    curl -s 'http://", http, "/balance?user_id=123'\n", "    curl -s http://", http,
      "/health\n");
}

}  // namespace

ExitCode ExitCodeFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitStopped;
    case absl::StatusCode::kUnavailable:
      return kExitInUse;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
      return kExitUsage;
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kUnimplemented:
      return kExitData;
    default:
      return kExitStorage;
  }
}

absl::Status CheckUnusedBook(FileSystem& files, const std::string& path) {
  const auto exists = files.Exists(path);
  if (!exists.ok() || !*exists) return exists.status();
  const auto bytes = files.ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() <= kBookTitle.size() + 1) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      path, " holds payments of a ledger that is no longer here. Restore that ledger, or choose ",
      "another --data-dir."));
}

std::string Banner(const Flags& flags, const Directory& directory, const Engine& engine,
                   const Server& server) {
  const std::string name(engine.bank_name());
  const std::string bank = name == "sim" ? "sim — SIMULATED: no real money moves" : name;
  return absl::StrCat(
      "\nwallet ", WALLET_VERSION, directory.created() ? " — NEW EMPTY LEDGER" : "", "\n",
      Row("http", server.http_address()), Row("binary", server.binary_address()),
      Row("data", directory.path()),
      Row("ledger", absl::StrCat("epoch ", engine.epoch().ToString(), ", default currency ",
                                 engine.default_currency().ToString())),
      Row("shards", absl::StrCat(engine.shard_count())), RateText(flags.user_rate),
      Row("bank", absl::StrCat(bank, " (", flags.dispatcher.workers, " workers + ",
                               flags.bank_queue, " waiting)")),
      directory.identity().bank_paused() ? Row("", PausedText(directory.identity())) : "",
      Row("recovered", RecoveredText(engine.recovery())), Calls(server.http_address()),
      "  Ctrl-C stops it in order; a second one at once.\n");
}

void LogBankPaused(const LedgerIdentity& identity) {
  spdlog::warn("bank dispatch is {}", PausedText(identity));
}

int64_t ConnectionsWithin(uint64_t descriptors) {
  const uint64_t files = std::min(kDescriptorsForFiles, descriptors / 2);
  return static_cast<int64_t>(std::min(descriptors - files, uint64_t{2 * kMaxConnections}));
}

void LogSnapshot(const SnapshotTaken& taken) {
  spdlog::info("snapshot at position {}: {:.1f} MB in {:.2f} s", taken.position.value(),
               Megabytes(taken.bytes), Seconds(taken.elapsed_us));
}

void LogTrim(const LogTrimmed& trimmed) {
  spdlog::info(
      "log trimmed: it begins behind position {} now (was {}){}", trimmed.to.value(),
      trimmed.from.value(),
      trimmed.archived ? absl::StrCat("; the archive goes up to ", trimmed.archived->value()) : "");
}

void LogBanner(const Flags& flags, const std::string& banner) {
  if (flags.log_format == "json") return spdlog::info(banner);
  std::fputs(banner.c_str(), stderr);
}

}  // namespace wallet

#include "tools/wallet-restore/report.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "wal/base/absl_view.h"

namespace wallet {
namespace {

namespace json = boost::json;

std::string Row(absl::string_view name, absl::string_view value) {
  return absl::StrFormat("  %-18s %s\n", name, value);
}

std::string Hex(const Digest& digest) {
  return absl::StrFormat("%016x%016x", digest.high, digest.low);
}

std::string InstantText(const RestoreReport& report) {
  return report.position == Position(0) ? "-" : FormatRfc3339(report.last_stamp);
}

std::string Found(const RestoreReport& report) {
  const std::string log = report.archive_read ? "the log with its archive" : "the log";
  const std::string from =
      report.snapshot ? absl::StrCat("the snapshot at ", report.snapshot->value(), " and ", log)
                      : log + " alone";
  switch (report.history) {
    case HistoryFrom::kLog:
      return from;
    case HistoryFrom::kCopied:
      return from + "; the index as it was";
    case HistoryFrom::kRebuilt:
      return from + "; the index without what is later";
  }
  return from;
}

std::string Next(const RestoreOptions& options, const RestoreReport& report) {
  const std::string start = absl::StrCat("walletd --data-dir ", options.to,
                                         report.needs_accept_clock ? " --accept-clock" : "");
  return absl::StrCat("\nNext, start it:\n  ", start, "\n",
                      "Nothing is sent to the bank yet. Look at balances and at the bank; then "
                      "stop it, and once:\n",
                      "  ", start, " --resume-bank\n");
}

std::string Notes(const RestoreReport& report) {
  std::string notes;
  for (const std::string& note : report.notes) absl::StrAppend(&notes, "NOTE: ", note, "\n");
  if (!report.has_bank_book) {
    notes +=
        "NOTE: a backup set has no book of the simulated bank. With --bank sim, copy "
        "bank-sim.book\n"
        "      from the old data directory over the one in the new directory before the start, if\n"
        "      withdrawals that were paid are to be found.\n";
  }
  if (report.needs_accept_clock) {
    notes +=
        "NOTE: the newest event is far from this machine's clock: a start needs --accept-clock.\n";
  }
  return notes;
}

}  // namespace

std::string RestoreText(const RestoreOptions& options, const RestoreReport& report) {
  const uint64_t lost = report.last.value() - report.position.value();
  return absl::StrCat(
      options.dry_run ? "This would be restored (nothing was written):\n" : "Restored:\n",
      Row("directory", options.to), Row("position", absl::StrCat(report.position.value())),
      Row("newest event", InstantText(report)),
      Row("epoch", absl::StrCat(report.from_epoch.ToString(), " -> ",
                                options.dry_run ? "a new one" : report.epoch.ToString())),
      Row("accounts", absl::StrCat(report.accounts)),
      Row("transactions", absl::StrCat(report.transactions)),
      Row("open withdrawals",
          absl::StrCat(report.open_withdrawals, " that the bank will be asked about, ",
                       report.in_review, " in review")),
      Row("size", absl::StrCat("some ", report.bytes_to_write >> 20, " MiB, onto a disk with ",
                               report.bytes_free >> 20, " MiB free")),
      Row("digest", Hex(report.digest)), Row("found in", Found(report)),
      Row("gone", lost == 0
                      ? "nothing that the source holds"
                      : absl::StrCat("writes and keys after position ", report.position.value(),
                                     ": ", lost, " events, up to position ", report.last.value())),
      Notes(report), options.dry_run ? "" : Next(options, report));
}

std::string RestoreJson(const RestoreOptions& options, const RestoreReport& report) {
  json::object object;
  object["dry_run"] = options.dry_run;
  object["directory"] = options.to;
  object["position"] = report.position.value();
  object["last_position"] = report.last.value();
  if (report.position > Position(0)) object["newest_event"] = FormatRfc3339(report.last_stamp);
  object["from_epoch"] = report.from_epoch.ToString();
  if (!options.dry_run) object["epoch"] = report.epoch.ToString();
  object["default_currency"] = report.default_currency.ToString();
  if (report.snapshot) object["snapshot"] = report.snapshot->value();
  object["archive_read"] = report.archive_read;
  object["history"] = std::string(ToString(report.history));
  object["bytes_to_write"] = report.bytes_to_write;
  object["bytes_free"] = report.bytes_free;
  object["accounts"] = report.accounts;
  object["transactions"] = report.transactions;
  object["open_withdrawals"] = report.open_withdrawals;
  object["in_review"] = report.in_review;
  object["digest"] = Hex(report.digest);
  object["bank_book"] = report.has_bank_book;
  object["needs_accept_clock"] = report.needs_accept_clock;
  json::array notes;
  for (const std::string& note : report.notes) notes.emplace_back(note);
  object["notes"] = std::move(notes);
  return json::serialize(object) + "\n";
}

int RestoreExitCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
      return 2;
    case absl::StatusCode::kUnavailable:
      return 3;
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return 4;
    case absl::StatusCode::kCancelled:
      return 130;
    default:
      return 5;
  }
}

}  // namespace wallet

#include "engine/directory.h"

#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "wal/base/absl_view.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

constexpr int kFormatVersion = 2;
constexpr std::string_view kChecksumName = "checksum ";

// What a directory holds when an attempt to make a ledger in it was interrupted. (lost+found: it
// may be a file system's root.) Not RESERVE: only a server of a whole ledger makes it.
constexpr std::string_view kUnfinished[] = {
    "LOCK", "MARK",          "MARK.tmp",          "LEDGER.tmp",
    "log",  "bank-sim.book", "bank-sim.book.tmp", "lost+found"};

bool IsUnfinished(std::string_view name) {
  for (const std::string_view known : kUnfinished) {
    if (name == known) return true;
  }
  return false;
}

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(absl::StrCat("LEDGER is damaged: ", ToAbsl(what),
                                          ". Nothing was changed; restore the file or a backup."));
}

std::string Hex(uint64_t value) { return absl::StrCat(absl::Hex(value, absl::kZeroPad16)); }

absl::StatusOr<std::map<std::string, std::string>> Lines(std::string_view text) {
  std::map<std::string, std::string> values;
  for (const absl::string_view line : absl::StrSplit(ToAbsl(text), '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    if (!values.insert(pair).second) return Damaged(absl::StrCat(pair.first, " stands twice"));
  }
  return values;
}

std::string EncodeNote(const RestoreNote& note) {
  return absl::StrCat("restored_at ", FormatRfc3339(note.at), "\nrestored_position ",
                      note.position.value(), "\nrestored_from ", note.from.ToString(), "\nbank ",
                      note.bank_paused ? "paused" : "running", "\n");
}

// Whether the values are the only ones that mean something, EncodeIdentity tells.
std::optional<RestoreNote> DecodeNote(std::map<std::string, std::string>& lines) {
  const auto at = ParseRfc3339(lines["restored_at"]);
  const auto from = Epoch::Parse(lines["restored_from"]);
  uint64_t position = 0;
  if (!at || !from || !absl::SimpleAtoi(lines["restored_position"], &position)) {
    return std::nullopt;
  }
  return RestoreNote{*at, Position(position), *from, lines["bank"] != "running"};
}

}  // namespace

std::string EncodeIdentity(const LedgerIdentity& identity) {
  std::string text = absl::StrCat(
      "wallet-ledger ", identity.restored ? 2 : 1, "\nepoch ", identity.epoch.ToString(),
      "\ndefault_currency ", identity.default_currency.ToString(), "\ncreated_at ",
      FormatRfc3339(identity.created_at), "\nchain_seed ", identity.chain_seed, "\n");
  if (identity.restored) text += EncodeNote(*identity.restored);
  return absl::StrCat(text, ToAbsl(kChecksumName), Hex(Xxh3(text)), "\n");
}

absl::StatusOr<LedgerIdentity> DecodeIdentity(std::string_view bytes) {
  const size_t checksum = bytes.rfind(kChecksumName);
  if (checksum == std::string_view::npos) return Damaged("it has no checksum");
  auto lines = Lines(bytes);
  if (!lines.ok()) return lines.status();
  int version = 0;
  if (!absl::SimpleAtoi((*lines)["wallet-ledger"], &version)) return Damaged("it has no version");
  if (bytes.substr(checksum) !=
      absl::StrCat(ToAbsl(kChecksumName), Hex(Xxh3(bytes.substr(0, checksum))), "\n")) {
    return Damaged("its checksum does not match");
  }
  if (version < 1 || version > kFormatVersion) {
    return absl::UnimplementedError(absl::StrCat(
        "the ledger has format version ", version, "; this program reads versions 1 to ",
        kFormatVersion, ". Start it with the program that made it, or a newer one."));
  }
  const auto epoch = Epoch::Parse((*lines)["epoch"]);
  const auto currency = Currency::Parse((*lines)["default_currency"]);
  const auto created_at = ParseRfc3339((*lines)["created_at"]);
  if (!epoch || !currency || !created_at || (*lines)["chain_seed"].empty()) {
    return Damaged("a value can't be read");
  }
  LedgerIdentity identity{*epoch, *currency, *created_at, (*lines)["chain_seed"]};
  if (version == 2) {
    identity.restored = DecodeNote(*lines);
    if (!identity.restored) return Damaged("what it says of its restore can't be read");
  }
  // What a line that is not understood was meant to say can't be left unheard.
  if (EncodeIdentity(identity) != bytes) return Damaged("it is not as this version writes it");
  return identity;
}

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(const DirectoryOptions& options,
                                                           FileSystem& files, const Clock& clock,
                                                           Random& random, MakeLog make_log) {
  std::unique_ptr<Directory> directory(new Directory(options.path));
  const auto exists = files.Exists(options.path);
  if (!exists.ok()) return exists.status();
  if (!*exists && !options.create) {
    return absl::NotFoundError(absl::StrCat(
        "there is no directory ", options.path,
        ". If a new, empty ledger is wanted, start with --create; otherwise check --data-dir."));
  }
  absl::Status status = *exists ? absl::OkStatus() : files.CreateDirectory(options.path);
  if (absl::IsNotFound(status)) {
    return absl::NotFoundError(absl::StrCat("the directory ", options.path,
                                            " can't be made, because the one it should be in does "
                                            "not exist. Make that, or check --data-dir."));
  }
  if (status.ok()) status = directory->Lock(files);
  if (!status.ok()) return status;

  const auto made = files.Exists(directory->ledger_path());
  if (!made.ok()) return made.status();
  status = *made ? directory->Load(options, files)
                 : directory->Create(options, files, clock, random, make_log);
  if (!status.ok()) return status;
  return directory;
}

absl::Status Directory::Lock(FileSystem& files) {
  auto lock = files.Lock(path_ + "/LOCK");
  if (absl::IsUnavailable(lock.status())) {
    return absl::UnavailableError(absl::StrCat(
        "the directory ", path_,
        " is in use by another walletd. Stop that one, or choose another --data-dir."));
  }
  if (!lock.ok()) return lock.status();
  lock_ = *std::move(lock);
  return absl::OkStatus();
}

absl::Status Directory::Load(const DirectoryOptions& options, FileSystem& files) {
  const auto bytes = files.ReadFile(ledger_path());
  if (!bytes.ok()) return bytes.status();
  auto identity = DecodeIdentity(*bytes);
  if (!identity.ok()) return identity.status();
  identity_ = *std::move(identity);
  const Currency wanted = options.default_currency;
  if (wanted == Currency() || wanted == identity_.default_currency) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the ledger in ", path_, " was made with --default-currency ",
                   identity_.default_currency.ToString(), "; it can't be started with ",
                   wanted.ToString(), "."));
}

absl::Status Directory::Create(const DirectoryOptions& options, FileSystem& files,
                               const Clock& clock, Random& random, MakeLog make_log) {
  const auto names = files.List(path_);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (IsUnfinished(name)) continue;
    return absl::DataLossError(absl::StrCat(
        path_, " holds ", name, " but no LEDGER: it is not a whole ledger, and it is not empty. ",
        "Restore LEDGER or a backup, or choose another --data-dir."));
  }
  if (!options.create) {
    return absl::NotFoundError(absl::StrCat(
        "the directory ", path_,
        " holds no ledger. If a new, empty one is wanted, start with --create; otherwise check "
        "--data-dir, or that the disk is mounted."));
  }
  identity_ = {.epoch = Epoch(random.Next()),
               .default_currency = options.default_currency,
               .created_at = clock.Now(),
               .chain_seed = Hex(random.Next()) + Hex(random.Next())};
  if (identity_.default_currency == Currency()) {
    identity_.default_currency = *Currency::Parse("USD");
  }
  created_ = true;
  if (absl::Status status = make_log(*this); !status.ok()) return status;
  return files.WriteFileAtomically(ledger_path(), EncodeIdentity(identity_));
}

absl::Status Directory::ResumeBank(FileSystem& files) {
  if (!identity_.bank_paused()) return absl::OkStatus();
  LedgerIdentity resumed = identity_;
  resumed.restored->bank_paused = false;
  absl::Status status = files.WriteFileAtomically(ledger_path(), EncodeIdentity(resumed));
  if (status.ok()) identity_ = std::move(resumed);
  return status;
}

}  // namespace wallet

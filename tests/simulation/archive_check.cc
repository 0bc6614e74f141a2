#include "tests/simulation/archive_check.h"

#include "absl/strings/str_cat.h"
#include "wal/archive/archive_reader.h"
#include "wal/archive/read_history.h"

namespace wallet::simulation {

std::string CheckArchive(FileSystem& files, const std::string& directory, Log& log,
                         const LogDisk& disk, bool whole) {
  const auto exists = files.Exists(directory);
  if (!exists.ok()) return exists.status().ToString();
  if (!*exists) return disk.trimmed == 0 ? "" : "the log was trimmed, but there is no archive";
  const auto archive = ArchiveReader::Open(files, directory);
  if (!archive.ok()) return archive.status().ToString();
  if ((*archive)->begin() != Position(0) || (*archive)->end() < disk.begin ||
      (*archive)->end() > disk.end()) {
    return absl::StrCat("the archive holds what is behind ", (*archive)->begin().value(), " up to ",
                        (*archive)->end().value(), ", the log what is behind ", disk.begin.value(),
                        " up to ", disk.end().value());
  }
  if (!whole) return "";
  size_t next = 0;
  const absl::Status status =
      ReadHistory(archive->get(), &log, Position(0), std::nullopt, [&](const RecordView& record) {
        if (next == disk.records.size() || disk.records[next].first != record.first ||
            disk.records[next].hash != record.hash) {
          return absl::InternalError(absl::StrCat("another record at ", record.first.value()));
        }
        ++next;
        return absl::OkStatus();
      });
  if (!status.ok()) return status.ToString();
  return next == disk.records.size() ? "" : "archive and log end early";
}

}  // namespace wallet::simulation

#include "engine/verify/log_check.h"

#include "absl/strings/str_cat.h"
#include "engine/payload.h"
#include "wal/archive/read_history.h"
#include "wal/mark.h"
#include "wal/record.h"

namespace wallet {
namespace {

void CheckMark(FileSystem& files, const Directory& directory, CheckList& list) {
  Check& check = list.Add("mark", "the slots of MARK", "slots");
  const CheckList::Timed timed(list, check);
  const auto mark = Mark::Open(files, directory.mark_path());
  if (!check.Holds(mark.status())) return;
  check.Count(Mark::kSlotCount);
  if ((*mark)->damaged_slots() == 0) return;
  check.Differ(absl::StrCat(directory.mark_path(),
                            ": one of its two slots is damaged; the other says position ",
                            (*mark)->Load().position.value(), ", which may be the older one"));
}

// Reads everything once; notes the hashes of the positions asked for.
absl::Status WalkLog(Log& log, const std::set<Position>& positions, RecordHashes& hashes,
                     Check& check) {
  const uint64_t begin = log.begin().value();
  const uint64_t total = log.end().value() - begin;
  return log.Read(log.begin(), [&](const RecordView& record) {
    const Position before(record.first.value() - 1);
    if (before.value() == begin && positions.contains(before)) {
      hashes.emplace(before, record.previous);
    }
    if (positions.contains(record.last())) hashes.emplace(record.last(), record.hash);
    uint64_t events = 0;
    const absl::Status status =
        ReadPayload(record, [&](const Event&, const EncodedEvent&) { ++events; });
    check.Count(events);
    check.Progress(record.last().value() - begin, total);
    return status;
  });
}

// That the log has the very records which both hold.
void CheckOverlap(const ArchiveReader& archive, Log& log, Check& check) {
  const Position from = std::max(archive.begin(), log.begin());
  if (from >= archive.end()) return;
  RecordHashes archived;
  absl::Status status = archive.Read(from, [&](const RecordView& record) {
    archived.emplace(record.last(), record.hash);
    return absl::OkStatus();
  });
  if (!check.Holds(status)) return;
  status = log.Read(from, [&](const RecordView& record) {
    if (record.last() > archive.end()) return absl::CancelledError();
    const auto twin = archived.find(record.last());
    if (twin == archived.end() || twin->second != record.hash) {
      check.Differ(absl::StrCat("the record that ends at position ", record.last().value(),
                                " is another one in the archive than in the log"));
    }
    return absl::OkStatus();
  });
  if (!absl::IsCancelled(status)) check.Holds(status);
}

void CheckSeam(const ArchiveReader& archive, Log& log, Check& check) {
  if (archive.end() > log.end()) {
    check.Differ(absl::StrCat("the archive ends at position ", archive.end().value(),
                              ", the log before it, at ", log.end().value()));
  } else if (archive.end() < log.begin()) {
    check.Differ(absl::StrCat("nobody holds positions ", archive.end().value() + 1, " to ",
                              log.begin().value(), ": the archive ends before the log begins"));
  } else {
    check.Holds(ReadHistory(&archive, &log, archive.end(), std::nullopt,
                            [](const RecordView&) { return absl::OkStatus(); }));
    CheckOverlap(archive, log, check);
  }
}

}  // namespace

LogFacts CheckLog(FileSystem& files, const Directory& directory,
                  const std::set<Position>& positions, CheckList& list) {
  CheckMark(files, directory, list);
  Check& check = list.Add(
      "log", "every record's checksum, position and link; that every event decodes", "events");
  const CheckList::Timed timed(list, check);
  LogFacts facts;
  auto log = RocksLog::OpenAtRest(files, {.directory = directory.log_path(),
                                          .mark = directory.mark_path(),
                                          .chain_seed = directory.identity().chain_seed});
  if (!check.Holds(log.status())) return facts;
  facts.log = *std::move(log);
  if (!check.Holds(WalkLog(*facts.log, positions, facts.hashes, check))) facts.log.reset();
  if (facts.log && positions.contains(facts.log->end())) {
    facts.hashes.emplace(facts.log->end(), facts.log->end_hash());
  }
  return facts;
}

std::unique_ptr<ArchiveReader> CheckArchive(FileSystem& files, const std::string& archive,
                                            const Directory& directory, const LogFacts& log,
                                            CheckList& list) {
  Check& check =
      list.Add("archive", "every segment's checksums and records; its seam with the log", "events");
  const CheckList::Timed timed(list, check);
  auto reader = ArchiveReader::Open(files, archive);
  if (!check.Holds(reader.status())) return nullptr;
  const auto progress = [&](uint64_t done, uint64_t total) {
    check.Progress(done, total);
    return true;
  };
  if (!check.Holds((*reader)->Verify(progress))) return nullptr;
  if ((*reader)->segments().empty()) return nullptr;
  check.Count((*reader)->end().value() - (*reader)->begin().value());
  if ((*reader)->genesis() != GenesisHash(directory.identity().chain_seed)) {
    check.Differ(archive + " is the archive of another ledger");
    return nullptr;
  }
  if (log.log) CheckSeam(**reader, *log.log, check);
  if (!check.ok()) return nullptr;
  return *std::move(reader);
}

}  // namespace wallet

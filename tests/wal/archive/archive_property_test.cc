// Random records, copies, trims and restarts: the history read is what was appended.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/wal/archive/archive_fixture.h"

namespace wallet {
namespace {

using testing::ArchivedLog;
using testing::kDirectory;
using testing::ReadBoth;

enum class Act : uint8_t { kAppend, kCopy, kTrim, kCrash, kRestartLog };

Position Between(Position from, Position to) {
  return Position(*rc::gen::inRange<uint64_t>(from.value(), to.value() + 1));
}

void Append(ArchivedLog& ledger) {
  const auto size = *rc::gen::weightedOneOf<size_t>(
      {{8, rc::gen::inRange<size_t>(1, 200)}, {1, rc::gen::inRange<size_t>(1, 300'000)}});
  const auto count = *rc::gen::inRange<uint32_t>(1, 50);
  ledger.Append(count, std::string(size, static_cast<char>('a' + ledger.happened.size() % 26)));
}

// Wherever the power goes, the archive is good; and then the log is trimmed by what is there.
void CopyAndCrash(ArchivedLog& ledger, MemoryFiles& files) {
  files.CrashAt(files.operations() + *rc::gen::inRange<uint64_t>(1, 60));
  ledger.Copy(files).IgnoreError();
  files.Restart(*rc::gen::element(MemoryFiles::Survives::kSynced, MemoryFiles::Survives::kNames,
                                  MemoryFiles::Survives::kEverything));
}

RC_GTEST_PROP(ArchiveProperty, TheHistoryIsWhatWasAppended, ()) {
  MemoryFiles files;
  ArchivedLog ledger(testing::kSeed,
                     {.segment_bytes = *rc::gen::element<uint64_t>(300, 2'000, 400'000),
                      .compression_level = *rc::gen::inRange(0, 3)});
  for (const Act act : *rc::gen::container<std::vector<Act>>(
           rc::gen::weightedElement<Act>({{6, Act::kAppend},
                                          {2, Act::kCopy},
                                          {1, Act::kTrim},
                                          {1, Act::kCrash},
                                          {1, Act::kRestartLog}}))) {
    const Position end = ledger.log->end();
    if (act == Act::kAppend) Append(ledger);
    if (act == Act::kCopy) RC_ASSERT(ledger.Copy(files, Between(Position(0), end)).ok());
    if (act == Act::kCrash) CopyAndCrash(ledger, files);
    if (act == Act::kRestartLog) ledger.log = std::make_unique<MemoryLog>(ledger.disk);
    if (act == Act::kTrim) {
      const auto writer = ledger.OpenWriter(files, kDirectory);
      RC_ASSERT(writer.ok());
      RC_ASSERT(ledger.log->Trim(Between(Position(0), (*writer)->end())).ok());
    }
  }
  RC_ASSERT(ledger.OpenWriter(files, kDirectory).ok());
  const auto archive = ArchiveReader::Open(files, kDirectory);
  RC_ASSERT(archive.ok());
  RC_ASSERT(ReadBoth(archive->get(), ledger.log.get()).records == ledger.happened);
  const Position after = Between(Position(0), ledger.log->end());
  const Position until = Between(after, ledger.log->end());
  const auto part = ReadBoth(archive->get(), ledger.log.get(), after, until);
  RC_ASSERT(part.status.ok());
  RC_ASSERT(part.records == (until > after ? ledger.Behind(after, until) : testing::History{}));
}

}  // namespace
}  // namespace wallet

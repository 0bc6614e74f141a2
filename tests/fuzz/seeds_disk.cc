#include "engine/backup/backup_contents.h"
#include "engine/bank/sim_book.h"
#include "engine/directory.h"
#include "engine/payload.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/backup_manifest.h"
#include "snapshot/container.h"
#include "snapshot/format.h"
#include "snapshot/snapshot_writer.h"
#include "tests/engine/events.h"
#include "tests/fuzz/mapped_file.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/memory_files.h"
#include "wal/archive/segment_writer.h"
#include "wal/base/check.h"
#include "wal/mark.h"
#include "wal/record.h"

namespace wallet::fuzz {
namespace {

std::vector<Event> Events() {
  Event full = testing::WithdrawalRequested(1, 2, "withdraw-2024-001");
  full.destination = "DE02 1203";
  full.description = "";
  Event later = testing::Charged(INT64_MAX, 1, "k", INT64_MAX, "JPY", kMaxInstant.value());
  later.release_at = kMaxInstant;
  later.description = "für März";
  return {testing::Charged(1, 1, "charge-2024-001"),      full,
          testing::Moved(1, 2, Substatus::kDispatching),  testing::Moved(1, 2, Substatus::kFailed),
          testing::WithdrawalRequested(300, 70'000, "w"), later};
}

std::string Segment(const std::vector<Event>& events, Instant base) {
  std::string bytes;
  for (const Event& event : events) EncodeEvent(event, base, bytes);
  return SegmentHead(bytes.size(), static_cast<uint32_t>(events.size()), base) + bytes;
}

std::string Payload() {
  return std::string(kPayloadStart) + Segment(Events(), Instant(900)) +
         Segment({testing::Charged(2, 1, "c")}, Instant(1'000));
}

void AddLog(SeedList& seeds) {
  std::string all = FixedBytes(uint64_t{900});
  for (const Event& event : Events()) {
    std::string one = FixedBytes(uint64_t{1'000});
    EncodeEvent(event, Instant(1'000), one);
    seeds.Add("event", one);
    EncodeEvent(event, Instant(900), all);
  }
  seeds.Add("event", all);
  seeds.Add("payload", Payload());
  seeds.Add("payload", std::string(kPayloadStart) + Segment(Events(), Instant(5)));
  seeds.Add("payload", std::string(kPayloadStart) + Segment({}, Instant(5)));

  Sha256 hash{};
  const std::string payload = Payload();
  const std::string record =
      EncodeRecord(Position(1), 7, GenesisHash("seed"), {{std::string_view(payload)}}, &hash);
  const std::string next =
      EncodeRecord(Position(8), 1, hash, {{std::string_view("payload")}}, &hash);
  for (const char how : {'\0', '\2', '\3'}) {
    for (const auto& each : {record, next})
      seeds.Add("record", how + FixedBytes(uint16_t{77}) + each);
  }
}

std::string SegmentFile(int level, const std::vector<std::string>& payloads) {
  MemoryFiles files;
  WALLET_CHECK(files.CreateDirectory("/archive").ok());
  const Sha256 genesis = GenesisHash("seed");
  const auto writer = SegmentWriter::Create(files, "/archive", {genesis, Position(5), genesis},
                                            {.compression_level = level});
  WALLET_CHECK(writer.ok());
  Position first(5);
  Sha256 hash = genesis;
  for (const std::string& payload : payloads) {
    const Sha256 previous = hash;
    const std::string record =
        EncodeRecord(first, 2, previous, {{std::string_view(payload)}}, &hash);
    const auto view = DecodeRecord(record, first, previous);
    WALLET_CHECK(view.ok() && (*writer)->Add(*view).ok());
    first = Position(first.value() + 2);
  }
  const auto segment = (*writer)->Publish();
  WALLET_CHECK(segment.ok());
  return files.Get("/archive/" + segment->name);
}

void AddSegments(SeedList& seeds) {
  const std::vector<std::string> payloads = {Payload(), "payload", std::string(300, 'p')};
  std::string blocks;
  for (const std::string& payload : payloads) {
    const auto what = static_cast<uint8_t>(blocks.empty() ? 2 : 7);  // plain; compressed, 2 events
    blocks += FixedBytes(what) + FixedBytes(static_cast<uint16_t>(payload.size())) + payload;
  }
  seeds.Add("archive_segment", "\1" + FixedBytes(uint16_t{900}) + FixedBytes(uint64_t{1}) + blocks);
  seeds.Add("archive_segment", "\1" + FixedBytes(uint16_t{9}) + FixedBytes(uint64_t{7}) + blocks +
                                   std::string("\1\2\0ab", 5));
  for (const int level : {0, 1}) {
    seeds.Add("archive_segment",
              std::string(1, '\0') + FixedBytes(uint16_t{900}) + SegmentFile(level, payloads));
  }
}

void AddMarks(SeedList& seeds) {
  constexpr size_t kSlotBytes = 4096, kFieldBytes = 64;
  MappedFileSystem files("");
  WALLET_CHECK(Mark::Create(files, "MARK", {Position(0), GenesisHash("seed")}).ok());
  const auto mark = Mark::Open(files, "MARK");
  WALLET_CHECK(mark.ok());
  for (uint64_t position = 0; position < 3; ++position) {
    if (position > 0) (*mark)->Store({Position(position), Sha256Of({"x"})});
    const std::string slots =
        files.bytes().substr(0, kFieldBytes) + files.bytes().substr(kSlotBytes, kFieldBytes);
    for (const char how : {'\0', '\1', '\3', '\4'}) {
      seeds.Add("mark", how + FixedBytes(uint64_t{99}) + slots);
    }
  }
}

void AddRocksTails(SeedList& seeds) {
  const auto record = [](uint16_t size) { return FixedBytes(size) + "x"; };
  for (const char sectors : {'\1', '\6', '\x7e'}) {
    for (const uint16_t last : {100, 3'000, 60'000}) {
      seeds.Add("rocks_tail", "\1" + std::string(1, sectors) + FixedBytes(uint32_t{4'000}) +
                                  record(300) + record(33'000) + record(last));
    }
  }
}

std::string SnapshotFile(int level) {
  MemoryFiles files;
  files.Put("/directory", "");
  const auto writer =
      SnapshotWriter::Create(files, "/snapshot", {.compression_level = level, .chunk_bytes = 64});
  WALLET_CHECK(writer.ok());
  const SectionNumber accounts = (*writer)->AddSection("accounts/0");
  (*writer)->AddSection("open");
  const SectionNumber keys = (*writer)->AddSection("keys");
  for (const SectionNumber section : {accounts, keys, accounts}) {
    WALLET_CHECK((*writer)->Append(section, std::string(100, 'a')).ok());
  }
  WALLET_CHECK((*writer)->Commit("position 42").ok());
  return files.Get("/snapshot");
}

void AddSnapshots(SeedList& seeds) {
  for (const int level : {0, 1}) {
    const std::string file = SnapshotFile(level);
    Sha256 hash{};
    const auto footer =
        DecodeFooter(std::string_view(file).substr(file.size() - kFooterBytes), &hash);
    WALLET_CHECK(footer.has_value());
    const std::string manifest = file.substr(footer->manifest_offset, footer->manifest_bytes);
    const std::string chunks =
        file.substr(kPreambleBytes, footer->manifest_offset - kPreambleBytes);
    const std::string size = FixedBytes(static_cast<uint16_t>(chunks.size()));
    seeds.Add("snapshot_manifest", manifest);
    seeds.Add("snapshot_file",
              std::string(1, '\0') + FixedBytes(uint16_t{200}) + FixedBytes(uint16_t{0}) + file);
    seeds.Add("snapshot_file", "\3" + FixedBytes(uint16_t{200}) + size + chunks + manifest);
  }
  seeds.Add("snapshot_manifest", EncodeManifest({}));
}

void AddSnapshotMetadata(SeedList& seeds) {
  const SectionFacts one{.accounts = 5, .open_withdrawals = 0, .digest = {.low = 1, .high = 2}};
  const SectionFacts two{
      .accounts = 300, .open_withdrawals = 7, .digest = {.low = UINT64_MAX, .high = 3}};
  SnapshotMetadata metadata{
      Position(1'234'567), Sha256Of({"x"}), Epoch(42), *Currency::Parse("EUR"),
      kMinInstant,         kMaxInstant,     {one}};
  seeds.Add("snapshot_metadata", EncodeSnapshotMetadata(metadata));
  metadata.sections = {one, two, one, two};
  seeds.Add("snapshot_metadata", EncodeSnapshotMetadata(metadata));
}

void AddBackups(SeedList& seeds) {
  const BackupManifest manifest{
      "position 42",
      {{"LEDGER", BackupKind::kImmutable, 16, Sha256Of({"1"})},
       {"index/000001.run", BackupKind::kImmutable, 0, Sha256Of({""})},
       {"log/000007.log", BackupKind::kAppendOnly, 10, Sha256Of({"2"})},
       {"log/large", BackupKind::kAppendOnly, UINT64_MAX, Sha256Of({"3"})}}};
  for (const BackupManifest& each : {manifest, BackupManifest{"", {}}}) {
    const std::string bytes = EncodeBackupManifest(each);
    const size_t body = bytes.size() - kPreambleBytes - sizeof(Sha256);
    seeds.Add("backup_manifest", std::string(1, '\0') + bytes);
    seeds.Add("backup_manifest", "\1" + bytes.substr(kPreambleBytes, body));
  }
}

void AddBackupContents(SeedList& seeds) {
  BackupContents contents{.epoch = Epoch(42),
                          .default_currency = *Currency::Parse("EUR"),
                          .created_at = kMaxInstant,
                          .log_begin = Position(0),
                          .log_begin_hash = Sha256Of({"genesis"}),
                          .end = Position(0),
                          .end_hash = Sha256Of({"genesis"})};
  seeds.Add("backup_contents", EncodeBackupContents(contents));
  contents.end = Position(1'234'567);
  contents.index = Position(1'000);
  seeds.Add("backup_contents", EncodeBackupContents(contents));
  contents.snapshot = Position(999);
  contents.log_begin = Position(998);
  seeds.Add("backup_contents", EncodeBackupContents(contents));
}

void AddIdentities(SeedList& seeds) {
  const std::string text = EncodeIdentity(
      {Epoch(42), *Currency::Parse("EUR"), Instant(1'700'000'000'250'000), "00ff00ff00ff00ff"});
  seeds.Add("ledger_identity", std::string(1, '\0') + text);
  seeds.Add("ledger_identity", "\1" + text.substr(0, text.find("checksum")));
  seeds.Add("ledger_identity", "\2wallet-ledger 2\n");
}

void AddBooks(SeedList& seeds) {
  const Currency usd = *Currency::Parse("USD");
  const Instant at(1'705'320'000'250'000);
  BookEnd end;
  std::string book = BookStart(end);
  const size_t title = book.size();
  for (const BookMark mark : {BookMark::kPaid, BookMark::kDeclined, BookMark::kConflict}) {
    AppendBookLine({mark, "w-abcdefgh-123-2", UserId(123), usd, Amount(1000), at}, end, book);
  }
  seeds.Add("sim_book", std::string(1, '\0') + book);
  seeds.Add("sim_book", std::string(1, '\0') + book + "paid w-never-finished");
  seeds.Add("sim_book", std::string(1, '\0') + "wallet-sim-book 2\n");
  std::string lines;
  for (size_t begin = title; begin < book.size(); begin = book.find('\n', begin) + 1) {
    const size_t line_end = book.find('\n', begin);
    lines += book.substr(begin, book.rfind(' ', line_end) - begin) + "\n";
  }
  seeds.Add("sim_book", "\1" + lines);
}

}  // namespace

std::vector<Seed> DiskSeeds() {
  SeedList seeds;
  AddLog(seeds);
  AddSegments(seeds);
  AddMarks(seeds);
  AddRocksTails(seeds);
  AddSnapshots(seeds);
  AddSnapshotMetadata(seeds);
  AddBackups(seeds);
  AddBackupContents(seeds);
  AddIdentities(seeds);
  AddBooks(seeds);
  return seeds.Take();
}

}  // namespace wallet::fuzz

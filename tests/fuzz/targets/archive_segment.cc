// u8 how, u16 a bit to flip, then a segment of the log's archive. As it is (how = 0), the rest is
// the file. Otherwise it is u64 the first position, then blocks, from which a file is made with the
// checksums it needs: of each u8 what, u16 size, bytes. Bit 0 of what: the bytes are compressed
// (else they are as stored). Bit 1: they are the payload of one record, which is made to follow the
// one before, of as many events as bits 2 … 7 say, and one.
#include "tests/fuzz/input.h"
#include "tests/support/memory_files.h"
#include "wal/archive/segment.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/record.h"

namespace wallet {
namespace {

constexpr char kDirectory[] = "/archive";
constexpr uint8_t kCompressed = 1, kRecord = 2;
constexpr size_t kFirstOffset = kPreambleBytes + 32;
constexpr size_t kLastOffset = 24;  // in the footer

// The blocks of a file, one by one, and what its footer says of them.
class Maker {
 public:
  explicit Maker(Position first)
      : header_{GenesisHash("seed"), first, GenesisHash("seed")},
        next_(first.value()),
        file_(EncodeSegmentHeader(header_)) {
    footer_.hash = header_.previous;
  }

  void AddBlock(uint8_t what, std::string_view bytes) {
    const std::string plain = what & kRecord ? Record(1 + (what >> 2), bytes) : std::string(bytes);
    only_records_ = only_records_ && (what & kRecord) != 0;
    if (plain.empty()) return;
    std::string block(kSegmentBlockHeadBytes, '\0');
    Codec codec = Codec::kNone;
    if (what & kCompressed) {
      codec = Compressor(1).Compress(plain, block);
    } else {
      block += plain;
    }
    SealSegmentBlock(static_cast<uint32_t>(plain.size()), codec, file_.size(), block);
    file_ += block;
  }

  std::string Finish() {
    footer_.last = Position(next_ - 1);
    FileHash hash;
    hash.Update(file_);
    footer_.digest = hash.Digest();
    return file_ + EncodeSegmentFooter(footer_, file_.size());
  }

  // Nothing else is in the blocks, and no position is used up.
  bool must_be_intact() const {
    return only_records_ && footer_.records > 0 && header_.first > Position(0) &&
           header_.first.value() < UINT64_MAX / 2;
  }

 private:
  std::string Record(uint32_t count, std::string_view payload) {
    if (payload.empty()) payload = "p";
    const std::string record =
        EncodeRecord(Position(next_), count, footer_.hash, {{payload}}, &footer_.hash);
    next_ += count;
    ++footer_.records;
    footer_.record_bytes += record.size();
    std::string framed;
    PutFixed(framed, static_cast<uint32_t>(record.size()));
    return framed + record;
  }

  const SegmentHeader header_;
  uint64_t next_;
  std::string file_;
  SegmentFooter footer_;
  bool only_records_ = true;
};

// The name that the file's own bytes ask for.
std::string NameOf(std::string_view file) {
  if (file.size() < kSegmentHeaderBytes + kSegmentFooterBytes) return SegmentName({});
  const std::string_view footer = file.substr(file.size() - kSegmentFooterBytes);
  return SegmentName({Position(Reader(file.substr(kFirstOffset)).Fixed<uint64_t>()),
                      Position(Reader(footer.substr(kLastOffset)).Fixed<uint64_t>())});
}

void CheckEnds(const ArchivedSegment& segment, std::string_view file) {
  const uint64_t offset = file.size() - kSegmentFooterBytes;
  WALLET_CHECK(segment.file_bytes == file.size());
  WALLET_CHECK(EncodeSegmentHeader(segment.header) == file.substr(0, kSegmentHeaderBytes));
  WALLET_CHECK(EncodeSegmentFooter(segment.footer, offset) == file.substr(offset));
}

// Whether all of it can be read; what is handed out is in order, and follows the one before.
bool IsIntact(const std::string& file, const std::string& name) {
  MemoryFiles files;
  WALLET_CHECK(files.CreateDirectory(kDirectory).ok());
  files.Put(std::string(kDirectory) + "/" + name, file);
  const auto segment = LoadSegment(files, kDirectory, name);
  if (!segment.ok()) {
    WALLET_CHECK(absl::IsDataLoss(segment.status()) || absl::IsUnimplemented(segment.status()));
    return false;
  }
  CheckEnds(*segment, file);
  uint64_t next = segment->header.first.value(), records = 0, bytes = 0;
  const absl::Status read = ReadSegment(
      files, kDirectory, *segment,
      [&](const RecordView& record) {
        WALLET_CHECK(record.first == Position(next) && record.count > 0);
        next += record.count;
        ++records;
        return absl::OkStatus();
      },
      [&](uint64_t done) {
        bytes += done;
        return absl::OkStatus();
      });
  WALLET_CHECK(read.ok() || absl::IsDataLoss(read) || absl::IsUnimplemented(read));
  if (!read.ok()) return false;
  WALLET_CHECK(bytes == file.size() && records == segment->footer.records);
  WALLET_CHECK(next == segment->footer.last.value() + 1);
  return true;
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  size_t bit = input.Number<uint16_t>();
  std::string file;
  bool must_be_intact = false;
  if (how == 0) {
    file = input.Rest();
  } else {
    Maker maker(Position(input.Number<uint64_t>()));
    while (!input.empty()) {
      const uint8_t what = input.Byte();
      maker.AddBlock(what, input.Take(input.Number<uint16_t>()));
    }
    file = maker.Finish();
    must_be_intact = maker.must_be_intact();
  }
  const std::string name = NameOf(file);
  const bool intact = IsIntact(file, name);
  WALLET_CHECK_NOTE(intact || !must_be_intact, "what the format says can be read");
  if (!intact) return 0;
  bit %= file.size() * 8;
  file[bit / 8] = static_cast<char>(file[bit / 8] ^ 1 << bit % 8);
  WALLET_CHECK_NOTE(!IsIntact(file, name), "any change of any byte is found");
  return 0;
}

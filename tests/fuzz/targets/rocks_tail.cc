// u8 how. 0: the rest is of a log file of RocksDB, and more zeros follow. Else u8 which sectors of
// the last append were lost (bits, over and over), u32 a bit to flip, and records, from which a
// file is made: of each u16 the size, u8 the byte it consists of.
#include "wal/rocks_tail.h"

#include <algorithm>
#include <boost/crc.hpp>

#include "tests/fuzz/input.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/limits.h"

namespace wallet {
namespace {

constexpr size_t kHeaderBytes = 7, kSectorBytes = 512;

// Writes as RocksDB does, by the words of its log_format.h.
class Writer {
 public:
  void Add(std::string_view record) {
    before_ = file_.size();
    bool first = true;
    do {
      size_t left = kRocksBlockBytes - file_.size() % kRocksBlockBytes;
      if (left < kHeaderBytes) file_.append(left, '\0');
      left = kRocksBlockBytes - file_.size() % kRocksBlockBytes - kHeaderBytes;
      const std::string_view part = record.substr(0, left);
      record.remove_prefix(part.size());
      const bool last = record.empty();
      AddFragment(first ? (last ? 1 : 2) : (last ? 4 : 3), part);
      first = false;
    } while (!record.empty());
  }

  const std::string& file() const { return file_; }
  size_t before_last() const { return before_; }

 private:
  void AddFragment(uint8_t type, std::string_view part) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_byte(type);
    crc.process_bytes(part.data(), part.size());
    const uint32_t sum = crc.checksum();
    PutFixed<uint32_t>(file_, ((sum >> 15) | (sum << 17)) + 0xa282ead8);
    PutFixed<uint16_t>(file_, static_cast<uint16_t>(part.size()));
    PutFixed<uint8_t>(file_, type);
    file_ += part;
  }

  std::string file_;
  size_t before_ = 0;
};

std::string WithZeros(std::string bytes) {
  return bytes + std::string(kMaxRecordBytes + kRocksBlockBytes, '\0');
}

// Of any bytes: what is read to its end ends there.
void CheckAny(const std::string& bytes) {
  const size_t end = WrittenEnd(bytes);
  WALLET_CHECK(end <= bytes.size());
  if (end < bytes.size()) WALLET_CHECK(WrittenEnd(WithZeros(bytes.substr(0, end))) == end);
}

// Whether anything of the last append that is not zero was lost.
bool Lose(uint8_t sectors, size_t from, std::string& file) {
  bool lost = false;
  for (size_t at = from; at < file.size();) {
    const size_t end = std::min(file.size(), (at / kSectorBytes + 1) * kSectorBytes);
    for (; at < end; ++at) {
      if ((sectors >> (end - 1) / kSectorBytes % 8 & 1) == 0) continue;
      lost = lost || file[at] != 0;
      file[at] = 0;
    }
  }
  return lost;
}

void CheckMade(uint8_t sectors, size_t bit, const Writer& writer) {
  const std::string whole = WithZeros(writer.file());
  WALLET_CHECK(WrittenEnd(writer.file()) == writer.file().size());
  WALLET_CHECK(WrittenEnd(whole) == writer.file().size());
  std::string torn = writer.file();
  if (Lose(sectors, writer.before_last(), torn)) {
    WALLET_CHECK_NOTE(WrittenEnd(WithZeros(torn)) == writer.before_last(),
                      "what is left of an append is no record, and no damage");
  }
  if (writer.before_last() == 0) return;
  std::string damaged = whole;
  bit %= writer.before_last() * 8;
  damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
  const size_t end = WrittenEnd(damaged);
  WALLET_CHECK_NOTE(end == damaged.size() || end == writer.file().size(),
                    "nothing is left out because of damage to what comes before");
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  if (how == 0) {
    CheckAny(WithZeros(std::string(input.Rest())));
    return 0;
  }
  const uint8_t sectors = input.Byte();
  const size_t bit = input.Number<uint32_t>();
  Writer writer;
  // Two more blocks than one append takes would be damage: the last one is smaller than that.
  while (!input.empty() && writer.file().size() < 8 * kRocksBlockBytes) {
    const size_t record_bytes = input.Number<uint16_t>();
    writer.Add(std::string(record_bytes, static_cast<char>(input.Byte())));
  }
  if (!writer.file().empty()) CheckMade(sectors, bit, writer);
  return 0;
}

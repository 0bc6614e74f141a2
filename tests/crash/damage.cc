#include "tests/crash/damage.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace wallet::crash {
namespace {

// RocksDB's own log: blocks of this size, in each records with a head of kLogHead bytes: checksum
// (4), length (2), type (1).
constexpr size_t kLogBlock = 32 << 10;
constexpr size_t kLogHead = 7;
constexpr size_t kPage = 4096;

// What stands at the end of a snapshot (snapshot/FORMAT.md) and of a segment of the archive
// (wal/archive/FORMAT.md).
constexpr size_t kSnapshotFooter = 72;
constexpr size_t kSegmentFooter = 88;

std::string Flipped(std::string bytes, size_t at) {
  if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
  return bytes;
}

Damage FlipAt(const std::string& where, int sixteenths) {
  return {"flip " + where, [sixteenths](const std::string& bytes, const std::string&) {
            if (bytes.empty()) return bytes;
            return Flipped(bytes, (bytes.size() - 1) * static_cast<size_t>(sixteenths) / 16);
          }};
}

// Where the last whole record of one of RocksDB's logs begins; 0 when there is none.
size_t LastLogRecord(const std::string& bytes) {
  size_t last = 0;
  for (size_t at = 0; at + kLogHead <= bytes.size();) {
    if (kLogBlock - at % kLogBlock < kLogHead) {
      at += kLogBlock - at % kLogBlock;
      continue;
    }
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[at + i]); };
    const size_t length = byte(4) + 256u * byte(5);
    const uint8_t type = byte(6);
    if (type == 0) break;
    if (type == 1 || type == 2) last = at;  // FULL, FIRST
    at += kLogHead + length;
  }
  return last;
}

std::string CutRecord(const std::string& bytes, const std::string&) {
  const size_t last = LastLogRecord(bytes);
  return last == 0 ? bytes : bytes.substr(0, last);
}

std::string CutLine(const std::string& bytes, const std::string&) {
  if (bytes.size() < 2 || bytes.back() != '\n') return bytes;
  const size_t end = bytes.rfind('\n', bytes.size() - 2);
  return end == bytes.npos ? bytes : bytes.substr(0, end + 1);
}

std::string CutPage(const std::string& bytes, const std::string&) {
  return bytes.size() <= kPage ? bytes : bytes.substr(0, (bytes.size() - 1) / kPage * kPage);
}

std::string CutFooter(const std::string& bytes, const std::string&) {
  const size_t footer = bytes.starts_with("WALSNAPS")   ? kSnapshotFooter
                        : bytes.starts_with("WALARCHV") ? kSegmentFooter
                                                        : 0;
  return bytes.substr(0, bytes.size() - std::min(bytes.size(), footer));
}

}  // namespace

std::vector<Damage> AllDamages() {
  std::vector<Damage> damages;
  damages.push_back(FlipAt("at the start", 0));
  damages.push_back(FlipAt("at a quarter", 4));
  damages.push_back(FlipAt("in the middle", 8));
  damages.push_back(FlipAt("near the end", 15));
  damages.push_back(FlipAt("of the last byte", 16));
  damages.push_back(
      {"empty", [](const std::string&, const std::string&) { return std::string(); }});
  damages.push_back({"half", [](const std::string& bytes, const std::string&) {
                       return bytes.substr(0, bytes.size() / 2);
                     }});
  damages.push_back({"last byte cut", [](const std::string& bytes, const std::string&) {
                       return bytes.substr(0, bytes.size() - std::min<size_t>(1, bytes.size()));
                     }});
  damages.push_back({"cut before a record", CutRecord});
  damages.push_back({"cut before a line", CutLine});
  damages.push_back({"cut before a page", CutPage});
  damages.push_back({"cut before the footer", CutFooter});
  damages.push_back({"zeroed end", [](const std::string& bytes, const std::string&) {
                       std::string zeroed = bytes;
                       std::fill(zeroed.begin() + static_cast<ptrdiff_t>(bytes.size() / 2),
                                 zeroed.end(), '\0');
                       return zeroed;
                     }});
  damages.push_back({"an older copy", [](const std::string& bytes, const std::string& older) {
                       return older.empty() ? bytes : older;
                     }});
  damages.push_back({"deleted", {}, /*deletes=*/true});
  return damages;
}

std::vector<Try> DrawTries(const Files& files, const Older& older, uint64_t most, uint64_t seed) {
  std::vector<Try> tries;
  for (const auto& [name, bytes] : files) {
    for (const Damage& damage : AllDamages()) {
      if (damage.deletes || damage.apply(bytes, older(name)) != bytes) {
        tries.push_back({name, damage});
      }
    }
  }
  std::mt19937_64 random(seed);
  std::shuffle(tries.begin(), tries.end(), random);
  if (most > 0 && tries.size() > most) tries.resize(most);
  return tries;
}

void Inflict(const Try& attempt, const Files& files, const Older& older,
             const std::string& directory) {
  const std::string path = directory + "/" + attempt.file;
  // Never into a file that others share by a link.
  std::filesystem::remove(path);
  if (attempt.damage.deletes) return;
  WriteFile(path, attempt.damage.apply(files.at(attempt.file), older(attempt.file)));
}

void Verdicts::Count(const Try& attempt, const std::string& verdict) {
  ++table_[{KindOf(attempt.file), attempt.damage.name}][verdict];
  ++tries_;
}

void Verdicts::Print() const {
  for (const auto& [what, verdicts] : table_) {
    std::cout << absl::StrFormat("%-24s %-22s", what.first, what.second);
    for (const auto& [verdict, count] : verdicts) std::cout << " " << verdict << " " << count;
    std::cout << "\n";
  }
  std::cout << tries_ << " tries" << std::endl;
}

std::string KindOf(const std::string& path) {
  std::string kind;
  for (const char c : path) {
    if (!std::isdigit(static_cast<unsigned char>(c))) {
      kind += c;
    } else if (kind.empty() || kind.back() != '*') {
      kind += '*';
    }
  }
  return kind;
}

}  // namespace wallet::crash

#include "wal/runs/run_manifest.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <set>

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_format.h"

namespace wallet {
namespace {

constexpr std::string_view kRunSuffix = ".run";
constexpr size_t kDigits = 10;

bool IsDigit(char c) { return '0' <= c && c <= '9'; }

void PutKey(std::string& out, RunKey key) {
  PutVarint(out, key.group);
  PutVarint(out, key.order);
}

RunKey GetKey(Reader& reader) {
  const uint64_t group = reader.Varint();
  return {group, reader.Varint()};
}

void PutRun(std::string& out, const RunInfo& run) {
  PutVarint(out, run.number.value());
  PutVarint(out, run.level);
  PutVarint(out, run.summary.entries);
  PutVarint(out, run.summary.groups);
  PutKey(out, run.summary.first);
  PutKey(out, run.summary.last);
  PutVarint(out, run.summary.size_bytes);
  out.append(reinterpret_cast<const char*>(run.summary.hash.data()), run.summary.hash.size());
}

RunInfo GetRun(Reader& reader) {
  RunInfo run;
  run.number = RunNumber(reader.Varint());
  const uint64_t level = reader.Varint();
  if (level > UINT32_MAX) reader.Fail();
  run.level = static_cast<uint32_t>(level);
  run.summary.entries = reader.Varint();
  run.summary.groups = reader.Varint();
  run.summary.first = GetKey(reader);
  run.summary.last = GetKey(reader);
  run.summary.size_bytes = reader.Varint();
  const std::string_view hash = reader.Raw(run.summary.hash.size());
  std::copy(hash.begin(), hash.end(), run.summary.hash.begin());
  return run;
}

RunManifest GetManifest(Reader& reader) {
  RunManifest manifest;
  manifest.sequence = reader.Varint();
  manifest.next_number = reader.Varint();
  manifest.position = Position(reader.Varint());
  manifest.metadata = reader.Bytes();
  const uint64_t families = reader.Varint();
  for (uint64_t i = 0; i < families && reader.ok(); ++i) {
    RunFamilyInfo& family = manifest.families.emplace_back();
    family.name = reader.Bytes();
    const uint64_t runs = reader.Varint();
    for (uint64_t j = 0; j < runs && reader.ok(); ++j) family.runs.push_back(GetRun(reader));
  }
  return manifest;
}

bool Makes(const RunSummary& run) {
  return run.entries > 0 && run.groups > 0 && run.groups <= run.entries && run.first <= run.last;
}

// What no writer writes; empty if nothing.
std::string ProblemOf(const RunManifest& manifest) {
  std::set<std::string> names;
  std::set<RunNumber> numbers;
  if (manifest.metadata.size() > kMaxRunMetadataBytes) return "its metadata is too long";
  if (manifest.families.size() > kMaxRunFamilies) return "it has too many families";
  for (const RunFamilyInfo& family : manifest.families) {
    if (!IsRunFamilyName(family.name)) return "a family's name is none";
    if (!names.insert(family.name).second) return "it lists the family " + family.name + " twice";
    for (const RunInfo& run : family.runs) {
      const std::string name = RunFileName(family.name, run.number);
      if (!numbers.insert(run.number).second) return "it lists the number of " + name + " twice";
      if (run.number.value() >= manifest.next_number) return name + " is ahead of its numbers";
      if (!Makes(run.summary)) return "what it says of " + name + " fits no run";
    }
  }
  return "";
}

}  // namespace

bool IsRunFamilyName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxRunFamilyNameBytes &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsDigit(c) || ('a' <= c && c <= 'z') || c == '_'; });
}

std::string RunFileName(std::string_view family, RunNumber number) {
  std::string digits = std::to_string(number.value());
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return absl::StrCat(ToAbsl(family), "-", digits, ToAbsl(kRunSuffix));
}

bool IsRunFileName(std::string_view name) {
  const size_t dash = name.find('-');
  if (dash == std::string_view::npos || !name.ends_with(kRunSuffix)) return false;
  const std::string_view rest = name.substr(dash + 1);
  const std::string_view digits = rest.substr(0, rest.size() - kRunSuffix.size());
  uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end && IsRunFamilyName(name.substr(0, dash)) &&
         RunFileName(name.substr(0, dash), RunNumber(number)) == name;
}

std::string EncodeRunManifest(const RunManifest& manifest) {
  const std::string problem = ProblemOf(manifest);
  WALLET_CHECK_NOTE(problem.empty(), problem);
  std::string bytes = EncodePreamble(kRunManifestFormat);
  PutVarint(bytes, manifest.sequence);
  PutVarint(bytes, manifest.next_number);
  PutVarint(bytes, manifest.position.value());
  PutBytes(bytes, manifest.metadata);
  PutVarint(bytes, manifest.families.size());
  for (const RunFamilyInfo& family : manifest.families) {
    PutBytes(bytes, family.name);
    PutVarint(bytes, family.runs.size());
    for (const RunInfo& run : family.runs) PutRun(bytes, run);
  }
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  return bytes;
}

absl::StatusOr<RunManifest> DecodeRunManifest(std::string_view bytes, const std::string& path) {
  const FileFormat& format = kRunManifestFormat;
  if (absl::Status status = CheckPreamble(format, bytes, path); !status.ok()) return status;
  if (bytes.size() < kPreambleBytes + kRunChecksumBytes) {
    return Damaged(format, path, bytes.size(), "it is cut short");
  }
  const std::string_view checked = bytes.substr(0, bytes.size() - kRunChecksumBytes);
  if (Reader(bytes.substr(checked.size())).Fixed<uint64_t>() != Xxh3(checked)) {
    return Damaged(format, path, kPreambleBytes, "it does not match its checksum");
  }
  Reader reader(checked.substr(kPreambleBytes));
  RunManifest manifest = GetManifest(reader);
  if (!reader.AtEnd()) return Damaged(format, path, kPreambleBytes, "it is not readable");
  const std::string problem = ProblemOf(manifest);
  if (!problem.empty()) return Damaged(format, path, kPreambleBytes, problem);
  return manifest;
}

}  // namespace wallet

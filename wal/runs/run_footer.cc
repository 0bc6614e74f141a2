#include "wal/runs/run_footer.h"

#include <cstring>

#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"
#include "wal/runs/run_format.h"

namespace wallet {
namespace {

constexpr std::string_view kFooterMagic = "WALRUNND";

void PutFixedKey(std::string& out, RunKey key) {
  PutFixed<uint64_t>(out, key.group);
  PutFixed<uint64_t>(out, key.order);
}

void PutPart(std::string& out, const RunPart& part) {
  PutFixed<uint64_t>(out, part.offset);
  PutFixed<uint64_t>(out, part.size_bytes);
  PutFixed<uint64_t>(out, part.checksum);
}

RunKey GetFixedKey(Reader& reader) {
  const uint64_t group = reader.Fixed<uint64_t>();
  return {group, reader.Fixed<uint64_t>()};
}

RunPart GetPart(Reader& reader) {
  RunPart part;
  part.offset = reader.Fixed<uint64_t>();
  part.size_bytes = reader.Fixed<uint64_t>();
  part.checksum = reader.Fixed<uint64_t>();
  return part;
}

uint64_t FooterChecksum(std::string_view bytes, uint64_t salt, uint64_t offset) {
  return Xxh3(bytes.substr(0, kRunFooterBytes - kRunChecksumBytes), RunChecksumSeed(salt, offset));
}

RunFooter GetFooter(Reader& reader) {
  RunFooter footer;
  footer.summary.entries = reader.Fixed<uint64_t>();
  footer.summary.groups = reader.Fixed<uint64_t>();
  footer.blocks = reader.Fixed<uint64_t>();
  footer.summary.first = GetFixedKey(reader);
  footer.summary.last = GetFixedKey(reader);
  footer.index = GetPart(reader);
  footer.filter = GetPart(reader);
  const std::string_view hash = reader.Raw(footer.summary.hash.size());
  std::memcpy(footer.summary.hash.data(), hash.data(), hash.size());
  return footer;
}

bool Fits(const RunFooter& footer, uint64_t footer_offset) {
  const RunSummary& run = footer.summary;
  return footer.index.offset >= kRunHeaderBytes && footer.index.offset <= footer_offset &&
         footer.index.size_bytes <= footer_offset - footer.index.offset &&
         footer.filter.offset == footer.index.end() &&
         footer.filter.size_bytes == footer_offset - footer.filter.offset && footer.blocks > 0 &&
         run.groups > 0 && run.groups <= run.entries && footer.blocks <= run.entries &&
         run.first <= run.last;
}

}  // namespace

std::string EncodeRunHeader(uint64_t salt) {
  std::string bytes = EncodePreamble(kRunFormat);
  PutFixed<uint64_t>(bytes, salt);
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  WALLET_CHECK(bytes.size() == kRunHeaderBytes);
  return bytes;
}

absl::StatusOr<uint64_t> DecodeRunHeader(std::string_view bytes, const std::string& path) {
  if (absl::Status status = CheckPreamble(kRunFormat, bytes, path); !status.ok()) return status;
  if (bytes.size() < kRunHeaderBytes) {
    return Damaged(kRunFormat, path, bytes.size(), "it is cut short");
  }
  Reader reader(bytes.substr(kPreambleBytes));
  const uint64_t salt = reader.Fixed<uint64_t>();
  if (reader.Fixed<uint64_t>() != Xxh3(bytes.substr(0, kRunHeaderBytes - kRunChecksumBytes))) {
    return Damaged(kRunFormat, path, kPreambleBytes, "the header does not match its checksum");
  }
  return salt;
}

std::string EncodeRunFooter(const RunFooter& footer, uint64_t salt) {
  std::string bytes(kFooterMagic);
  PutFixed<uint64_t>(bytes, footer.summary.entries);
  PutFixed<uint64_t>(bytes, footer.summary.groups);
  PutFixed<uint64_t>(bytes, footer.blocks);
  PutFixedKey(bytes, footer.summary.first);
  PutFixedKey(bytes, footer.summary.last);
  PutPart(bytes, footer.index);
  PutPart(bytes, footer.filter);
  bytes.append(reinterpret_cast<const char*>(footer.summary.hash.data()),
               footer.summary.hash.size());
  PutFixed<uint64_t>(bytes, FooterChecksum(bytes, salt, footer.filter.end()));
  WALLET_CHECK(bytes.size() == kRunFooterBytes);
  return bytes;
}

absl::StatusOr<RunFooter> DecodeRunFooter(std::string_view bytes, uint64_t salt,
                                          uint64_t file_bytes, const std::string& path) {
  WALLET_CHECK(bytes.size() == kRunFooterBytes && file_bytes >= kRunHeaderBytes + kRunFooterBytes);
  const uint64_t offset = file_bytes - kRunFooterBytes;
  Reader reader(bytes);
  if (reader.Raw(kFooterMagic.size()) != kFooterMagic) {
    return Damaged(kRunFormat, path, offset, "it does not end with a footer");
  }
  RunFooter footer = GetFooter(reader);
  footer.summary.size_bytes = file_bytes;
  if (reader.Fixed<uint64_t>() != FooterChecksum(bytes, salt, offset)) {
    return Damaged(kRunFormat, path, offset, "the footer does not match its checksum");
  }
  if (!Fits(footer, offset)) {
    return Damaged(kRunFormat, path, offset, "the footer does not fit the file");
  }
  return footer;
}

}  // namespace wallet

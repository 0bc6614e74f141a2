#include "snapshot/backup_manifest.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "snapshot/file_copy.h"
#include "snapshot/format.h"
#include "snapshot/limits.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

// A kind, an empty name, a size and a hash.
constexpr size_t kMinFileBytes = 3 + sizeof(Sha256);

bool IsComponent(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         std::none_of(part.begin(), part.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::optional<BackupFile> DecodeFile(Reader& reader) {
  BackupFile file;
  const uint8_t kind = reader.Fixed<uint8_t>();
  file.name = reader.Bytes();
  file.bytes = reader.Varint();
  const std::string_view hash = reader.Raw(file.hash.size());
  if (!reader.ok() || kind > static_cast<uint8_t>(BackupKind::kAppendOnly)) return std::nullopt;
  file.kind = static_cast<BackupKind>(kind);
  std::memcpy(file.hash.data(), hash.data(), hash.size());
  return file;
}

std::optional<BackupManifest> DecodeBody(std::string_view bytes) {
  Reader reader(bytes);
  BackupManifest manifest;
  const std::string_view metadata = reader.Bytes();
  const uint64_t count = reader.Varint();
  if (metadata.size() > kMaxMetadataBytes || count > kMaxBackupFiles) return std::nullopt;
  if (count > reader.remaining() / kMinFileBytes) return std::nullopt;
  manifest.metadata = metadata;
  manifest.files.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    auto file = DecodeFile(reader);
    if (!file) return std::nullopt;
    manifest.files.push_back(*std::move(file));
  }
  if (!reader.AtEnd() || !AreBackupNames(manifest.files)) return std::nullopt;
  return manifest;
}

}  // namespace

uint64_t BackupManifest::TotalBytes() const {
  uint64_t total = 0;
  for (const BackupFile& file : files) total += file.bytes;
  return total;
}

bool IsBackupName(std::string_view name) {
  if (name.size() > kMaxBackupNameBytes) return false;
  while (true) {
    const size_t slash = name.find('/');
    if (!IsComponent(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool AreBackupNames(const std::vector<BackupFile>& files) {
  absl::flat_hash_set<std::string> names;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!IsBackupName(files[i].name)) return false;
    if (i > 0 && files[i - 1].name >= files[i].name) return false;
    names.insert(files[i].name);
  }
  return std::none_of(files.begin(), files.end(), [&](const BackupFile& file) {
    for (size_t slash = file.name.find('/'); slash != std::string::npos;
         slash = file.name.find('/', slash + 1)) {
      if (names.contains(file.name.substr(0, slash))) return true;
    }
    return false;
  });
}

std::string EncodeBackupManifest(const BackupManifest& manifest) {
  WALLET_CHECK(manifest.metadata.size() <= kMaxMetadataBytes);
  WALLET_CHECK(manifest.files.size() <= kMaxBackupFiles && AreBackupNames(manifest.files));
  std::string bytes = EncodePreamble(kBackupFormat);
  PutBytes(bytes, manifest.metadata);
  PutVarint(bytes, manifest.files.size());
  for (const BackupFile& file : manifest.files) {
    PutFixed<uint8_t>(bytes, static_cast<uint8_t>(file.kind));
    PutBytes(bytes, file.name);
    PutVarint(bytes, file.bytes);
    bytes.append(AsBytes(file.hash));
  }
  bytes.append(AsBytes(Sha256Of({bytes})));
  return bytes;
}

absl::StatusOr<BackupManifest> DecodeBackupManifest(std::string_view bytes,
                                                    const std::string& path) {
  absl::Status status = CheckPreamble(kBackupFormat, bytes, path);
  if (!status.ok()) return status;
  if (bytes.size() < kPreambleBytes + sizeof(Sha256)) {
    return Damaged(kBackupFormat, path, bytes.size(), "it is cut short");
  }
  const size_t end = bytes.size() - sizeof(Sha256);
  if (AsBytes(Sha256Of({bytes.substr(0, end)})) != bytes.substr(end)) {
    return Damaged(kBackupFormat, path, end, "it does not match its SHA-256");
  }
  auto manifest = DecodeBody(bytes.substr(kPreambleBytes, end - kPreambleBytes));
  if (manifest) return *std::move(manifest);
  return Damaged(kBackupFormat, path, kPreambleBytes, "it is one that no version writes");
}

std::string BackupManifestPath(const std::string& set) { return set + "/MANIFEST"; }

std::string BackupFilesPath(const std::string& set) { return set + "/files"; }

std::string BackupFilePath(const std::string& set, std::string_view name) {
  return absl::StrCat(BackupFilesPath(set), "/", ToAbsl(name));
}

absl::StatusOr<BackupManifest> ReadBackupManifest(FileSystem& files, const std::string& set) {
  const std::string path = BackupManifestPath(set);
  const auto size = FileBytes(files, path);
  if (absl::IsNotFound(size.status())) {
    return absl::NotFoundError(absl::StrCat(set, ": is no backup set, it has no MANIFEST"));
  }
  if (!size.ok()) return size.status();
  if (*size > kMaxBackupManifestBytes) {
    return Damaged(kBackupFormat, path, kMaxBackupManifestBytes, "it is longer than any can be");
  }
  const auto bytes = files.ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  return DecodeBackupManifest(*bytes, path);
}

}  // namespace wallet

// u8 how, then a backup set's manifest: as it is (0), or what stands between its beginning and its
// SHA-256.
#include "snapshot/backup_manifest.h"

#include <algorithm>

#include "snapshot/backup_set.h"
#include "snapshot/format.h"
#include "tests/fuzz/input.h"
#include "tests/support/memory_files.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

constexpr uint64_t kMostFileBytes = 64;

std::string Sealed(std::string_view body) {
  const std::string bytes = EncodePreamble(kBackupFormat).append(body);
  return bytes + std::string(AsBytes(Sha256Of({bytes})));
}

void CheckNames(const BackupManifest& manifest) {
  WALLET_CHECK(AreBackupNames(manifest.files));
  for (const BackupFile& file : manifest.files) {
    WALLET_CHECK(IsBackupName(file.name) && !file.name.starts_with('/'));
    WALLET_CHECK(("/" + file.name + "/").find("/../") == std::string::npos);
  }
}

// A set of the files that the manifest names, with contents of the size it gives.
void PutSet(MemoryFiles& files, BackupManifest manifest) {
  for (BackupFile& file : manifest.files) {
    const std::string bytes(file.bytes, 'b');
    file.hash = Sha256Of({bytes});
    files.Put(BackupFilePath("/set", file.name), bytes);
  }
  files.Put("/set/files/not-listed", "");
  files.Put(BackupManifestPath("/set"), EncodeBackupManifest(manifest));
}

std::vector<std::string> Below(const MemoryFiles& files, std::string_view directory) {
  std::vector<std::string> paths;
  for (const std::string& path : files.Tree()) {
    if (path.starts_with(directory) && !path.ends_with('/')) {
      paths.push_back(path.substr(directory.size()));
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Whatever names a manifest that can be read holds, a restore writes those files and no others.
void CheckRestore(const BackupManifest& manifest) {
  MemoryFiles files;
  PutSet(files, manifest);
  const size_t before = files.Tree().size();
  WALLET_CHECK(VerifyBackupSet(files, "/set").ok());
  const auto restored = RestoreBackupSet(files, "/set", "/target");
  WALLET_CHECK_NOTE(restored.ok(), restored.status().ToString());
  std::vector<std::string> expected;
  for (const BackupFile& file : manifest.files) expected.push_back(file.name);
  WALLET_CHECK(Below(files, "/target/") == expected);
  const auto after = files.Tree();
  const auto added = std::count_if(after.begin(), after.end(), [](const std::string& path) {
    return path.starts_with("/target/");
  });
  WALLET_CHECK(after.size() == before + static_cast<size_t>(added));
}

bool IsSmall(const BackupManifest& manifest) {
  return std::all_of(manifest.files.begin(), manifest.files.end(), [](const BackupFile& file) {
    return file.bytes <= kMostFileBytes && file.name != "not-listed" &&
           !file.name.starts_with("not-listed/");
  });
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const bool as_it_is = input.Byte() == 0;
  const std::string bytes = as_it_is ? std::string(input.Rest()) : Sealed(input.Rest());
  const auto manifest = DecodeBackupManifest(bytes, "MANIFEST");
  if (!manifest.ok()) {
    WALLET_CHECK(absl::IsDataLoss(manifest.status()) || absl::IsUnimplemented(manifest.status()));
    return 0;
  }
  WALLET_CHECK_NOTE(EncodeBackupManifest(*manifest) == bytes, "one manifest has one encoding");
  CheckNames(*manifest);
  if (IsSmall(*manifest)) CheckRestore(*manifest);
  return 0;
}

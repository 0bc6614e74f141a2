// Opening what a manifest lists.
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"
#include "wal/runs/run_format.h"
#include "wal/runs/run_view.h"

namespace wallet {
namespace {

absl::StatusOr<RunManifest> ReadManifest(FileSystem& files, const std::string& path) {
  const auto bytes = files.ReadFile(path);
  if (absl::IsNotFound(bytes.status())) {
    return Damaged(kRunManifestFormat, path, 0, "the file is missing");
  }
  if (!bytes.ok()) return ReadFailure(kRunManifestFormat, path, 0, bytes.status());
  return DecodeRunManifest(*bytes, path);
}

absl::Status UnknownFamily(const std::string& path, const std::string& name) {
  return absl::UnimplementedError(absl::StrCat(
      path, ": lists runs of a family \"", name,
      "\", which this program does not know: a newer one wrote them. Use a newer one."));
}

// The manifest with this program's families, in its order.
absl::StatusOr<RunManifest> Arrange(RunManifest manifest, const std::vector<RunFamily>& families,
                                    const std::string& path) {
  std::map<std::string, std::vector<RunInfo>> listed;
  for (RunFamilyInfo& family : manifest.families) listed[family.name] = std::move(family.runs);
  manifest.families.clear();
  for (const RunFamily& family : families) {
    manifest.families.push_back({family.name, std::move(listed[family.name])});
    listed.erase(family.name);
  }
  for (const auto& [name, runs] : listed) {
    if (!runs.empty()) return UnknownFamily(path, name);
  }
  return manifest;
}

void CheckOptions(const RunSetOptions& options) {
  WALLET_CHECK(!options.families.empty() && options.families.size() <= kMaxRunFamilies);
  std::map<std::string, int> names;
  for (const RunFamily& family : options.families) {
    WALLET_CHECK(IsRunFamilyName(family.name) && ++names[family.name] == 1);
  }
}

}  // namespace

absl::StatusOr<RunView::Run> OpenRun(FileSystem& files, const std::string& path,
                                     const std::string& final_path, const RunSummary& expected,
                                     std::shared_ptr<RunGraveyard> graveyard) {
  auto reader = RunReader::Open(files, path, final_path);
  if (!reader.ok()) return reader.status();
  if ((*reader)->summary() != expected) {
    return Damaged(kRunFormat, final_path, 0, "it is another run than the manifest lists");
  }
  return RunView::Run(reader->release(), [graveyard, final_path](const RunReader* run) {
    delete run;
    if (graveyard) graveyard->Closed(final_path);
  });
}

absl::StatusOr<std::shared_ptr<const RunView>> RunView::Open(
    FileSystem& files, const RunSetOptions& options, std::shared_ptr<RunGraveyard> graveyard) {
  CheckOptions(options);
  const std::string path = absl::StrCat(options.directory, "/", kRunManifestName);
  auto manifest = ReadManifest(files, path);
  if (manifest.ok()) manifest = Arrange(*std::move(manifest), options.families, path);
  if (!manifest.ok()) return manifest.status();
  std::vector<std::vector<Run>> runs;
  for (const RunFamilyInfo& family : manifest->families) {
    std::vector<Run>& opened = runs.emplace_back();
    for (const RunInfo& info : family.runs) {
      const std::string file =
          absl::StrCat(options.directory, "/", RunFileName(family.name, info.number));
      auto run = OpenRun(files, file, file, info.summary, graveyard);
      if (!run.ok()) return run.status();
      opened.push_back(*std::move(run));
    }
  }
  return std::make_shared<const RunView>(
      std::make_shared<const std::vector<RunFamily>>(options.families), *std::move(manifest),
      std::move(runs));
}

}  // namespace wallet

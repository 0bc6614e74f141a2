#include "tests/crash/small_disk.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace wallet::crash {
namespace {

constexpr char kUnshare[] = "/usr/bin/unshare";
constexpr char kEnter[] = "/usr/bin/nsenter";
constexpr uint64_t kPageBytes = 4096;  // what a file in memory grows by

}  // namespace

absl::StatusOr<std::unique_ptr<SmallDisk>> SmallDisk::Mount(const std::string& path,
                                                            uint64_t bytes) {
  std::unique_ptr<SmallDisk> disk(new SmallDisk(path));
  const std::string script = absl::StrCat("mount -t tmpfs -o size=", bytes, " none '", path,
                                          "' && echo mounted && exec sleep infinity");
  const std::string log = path + ".mount";
  auto holder = Process::Start({.arguments = {kUnshare, "-Urm", "/bin/sh", "-c", script},
                                .environment = {},
                                .error_path = log});
  if (!holder.ok()) return holder.status();
  disk->holder_ = *std::move(holder);
  if (disk->holder_->ReadLine() != "mounted") {
    return absl::UnimplementedError("this machine mounts nothing in a user namespace: " +
                                    ReadWholeFile(log));
  }
  return disk;
}

std::vector<std::string> SmallDisk::Wrapper() const {
  return {kEnter, absl::StrCat("--target=", holder_->pid()), "--user", "--mount",
          "--preserve-credentials"};
}

absl::StatusOr<std::string> SmallDisk::Run(std::vector<std::string> command) const {
  std::vector<std::string> arguments = Wrapper();
  arguments.insert(arguments.end(), command.begin(), command.end());
  Finished finished = RunToEnd(std::move(arguments));
  if (finished.code != 0) return absl::InternalError(command.front() + ": " + finished.error);
  return std::move(finished.out);
}

absl::Status SmallDisk::Resize(uint64_t bytes) {
  return Run({"/bin/mount", "-o", absl::StrCat("remount,size=", bytes), path_}).status();
}

absl::Status SmallDisk::LeaveFree(uint64_t bytes) {
  // Beside a server that writes, what is used may grow in between: then it is looked at again.
  absl::Status status;
  for (int look = 0; look < 100; ++look) {
    const auto used = Run({"/usr/bin/stat", "-f", "-c", "%b %f", path_});
    if (!used.ok()) return used.status();
    uint64_t blocks = 0, free = 0;
    const size_t space = used->find(' ');
    if (!absl::SimpleAtoi(used->substr(0, space), &blocks) ||
        !absl::SimpleAtoi(used->substr(space + 1, used->size() - space - 2), &free)) {
      return absl::InternalError("stat says " + *used);
    }
    status = Resize((blocks - free) * kPageBytes + bytes);
    if (status.ok()) return status;
  }
  return status;
}

}  // namespace wallet::crash

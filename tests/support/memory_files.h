// A disk in memory that can lose its power, run full, and fail at a chosen operation.
//
// It keeps what POSIX promises and no more: bytes are durable once their file was synced, names
// once their directory was. A call that is several system calls on a real disk is several
// operations here, so that a test that fails or crashes at each of operations() sees every state
// between.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "wal/base/file.h"

namespace wallet {

// One thread.
class MemoryFiles : public FileSystem {
 public:
  MemoryFiles();
  ~MemoryFiles() override;

  // How many operations were begun that change the disk or read it.
  uint64_t operations() const { return operations_; }
  // The operation number `operation` (the first is 1) fails, having done half of its work if it is
  // an append and nothing else.
  void FailAt(uint64_t operation, absl::Status error);
  // Before that operation the power goes: it and all later ones fail until Restart.
  void CrashAt(uint64_t operation) { crash_at_ = operation; }
  bool crashed() const { return crashed_; }
  // What a crash leaves. Real disks may leave anything between the first and the last.
  enum class Survives {
    kSynced,      // only what was synced
    kNames,       // every name, but of each file only the bytes that were synced
    kEverything,  // the death of the process alone; what was not synced may still be lost later
  };
  void Restart(Survives survives);
  // Something between: each directory has its names as they were or as they were synced, each file
  // a part of the bytes behind its synced ones, some of them zero. `draw` decides.
  void RestartTorn(absl::FunctionRef<uint64_t()> draw);
  // All files together; an append beyond it writes what fits. Absent: no end.
  void SetCapacity(std::optional<uint64_t> bytes) { capacity_ = bytes; }
  // Answers every Link with kUnimplemented.
  void RefuseLinks() { links_ = false; }

  // For tests to arrange and look: no operation, never fails.
  void Put(const std::string& path, std::string_view bytes);
  std::string Get(const std::string& path) const;
  bool Has(const std::string& path) const;
  // A bit of a file is another from now on, for those who have it open, too; the byte must be
  // there. What is returned turns it back, whatever name the file has then.
  std::function<void()> FlipBit(const std::string& path, size_t byte, int bit);
  // Paths of all files and directories, sorted; directories end in a slash.
  std::vector<std::string> Tree() const;
  // Whether two names are one file.
  bool Same(const std::string& a, const std::string& b) const;

  absl::Status CreateDirectory(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override;
  absl::StatusOr<bool> Exists(const std::string& path) override;
  absl::StatusOr<std::string> ReadFile(const std::string& path) override;
  absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) override;
  absl::StatusOr<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path) override;
  absl::Status Truncate(const std::string& path, uint64_t size) override;
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path, size_t size) override;
  absl::Status Reserve(const std::string& path, uint64_t size) override;
  absl::Status Remove(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path) override;
  absl::StatusOr<uint64_t> FreeBytes(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<AppendFile>> CreateNew(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Link(const std::string& from, const std::string& to) override;
  absl::Status SyncDirectory(const std::string& path) override;
  absl::Status RemoveTree(const std::string& path) override;

 private:
  struct Node;
  using NodePtr = std::shared_ptr<Node>;
  using Names = std::map<std::string, NodePtr>;
  struct Node {
    bool directory = false;
    std::string bytes, synced_bytes;
    Names names, synced_names;
    mutable uint64_t seen = 0;  // by the last look that came by
  };
  class Appender;
  class RandomAccess;
  class Held;

  absl::Status Begin();  // of an operation
  NodePtr Find(const std::string& path) const;
  Node& ParentOf(const std::string& path) const;  // must exist
  absl::StatusOr<NodePtr> FindFile(const std::string& path) const;
  absl::Status AddName(const std::string& path, NodePtr node);
  absl::Status Unlink(const std::string& path);
  absl::Status RemoveNode(const std::string& path);
  absl::Status Append(Node& node, std::string_view bytes);
  uint64_t UsedBytes() const;
  static uint64_t UsedBytes(const Node& node, uint64_t look);
  static void Settle(Node& node, Survives survives);
  static void Tear(Node& node, absl::FunctionRef<uint64_t()> draw);
  static void Walk(const Node& node, const std::string& path, std::vector<std::string>& out);

  NodePtr root_;
  // Paths; they need no file, and outlive no holder.
  std::shared_ptr<std::set<std::string>> locks_ = std::make_shared<std::set<std::string>>();
  uint64_t operations_ = 0;
  uint64_t fail_at_ = 0;
  absl::Status failure_;
  uint64_t crash_at_ = 0;
  bool crashed_ = false;
  bool links_ = true;
  mutable uint64_t look_ = 0;
  std::optional<uint64_t> capacity_;
};

}  // namespace wallet

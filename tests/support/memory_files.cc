#include "tests/support/memory_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }
std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  WALLET_CHECK_NOTE(slash != std::string::npos, path);
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status Missing(const std::string& path) {
  return absl::NotFoundError(absl::StrCat(path, ": no such file or directory"));
}

}  // namespace

class MemoryFiles::Appender final : public AppendFile {
 public:
  Appender(MemoryFiles& disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}
  absl::Status Append(std::string_view bytes) override { return disk_.Append(*node_, bytes); }
  absl::Status Sync() override {
    if (absl::Status status = disk_.Begin(); !status.ok()) return status;
    node_->synced_bytes = node_->bytes;
    return absl::OkStatus();
  }

 private:
  MemoryFiles& disk_;
  const NodePtr node_;
};

class MemoryFiles::RandomAccess final : public RandomAccessFile {
 public:
  RandomAccess(MemoryFiles& disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}
  absl::StatusOr<uint64_t> Size() override { return node_->bytes.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> buffer) override {
    if (absl::Status status = disk_.Begin(); !status.ok()) return status;
    if (offset >= node_->bytes.size()) return size_t{0};
    const size_t size = std::min<size_t>(buffer.size(), node_->bytes.size() - offset);
    if (size > 0) std::memcpy(buffer.data(), node_->bytes.data() + offset, size);
    return size;
  }

 private:
  MemoryFiles& disk_;
  const NodePtr node_;
};

class MemoryFiles::Held final : public FileLock {
 public:
  Held(std::shared_ptr<std::set<std::string>> locks, std::string path)
      : locks_(std::move(locks)), path_(std::move(path)) {}
  ~Held() override { locks_->erase(path_); }

 private:
  const std::shared_ptr<std::set<std::string>> locks_;
  const std::string path_;
};

MemoryFiles::MemoryFiles() : root_(std::make_shared<Node>()) { root_->directory = true; }
MemoryFiles::~MemoryFiles() = default;

void MemoryFiles::FailAt(uint64_t operation, absl::Status error) {
  fail_at_ = operation;
  failure_ = std::move(error);
}

void MemoryFiles::Restart(Survives survives) {
  crashed_ = false;
  crash_at_ = 0;
  if (survives != Survives::kEverything) Settle(*root_, survives);
}

void MemoryFiles::Settle(Node& node, Survives survives) {
  if (survives == Survives::kSynced) node.names = node.synced_names;
  node.synced_names = node.names;
  node.bytes = node.synced_bytes;
  for (auto& [name, child] : node.names) Settle(*child, survives);
}

void MemoryFiles::RestartTorn(absl::FunctionRef<uint64_t()> draw) {
  Restart(Survives::kEverything);
  Tear(*root_, draw);
}

void MemoryFiles::Tear(Node& node, absl::FunctionRef<uint64_t()> draw) {
  if (draw() % 2 == 0) node.names = node.synced_names;
  node.synced_names = node.names;
  const size_t synced = std::min(node.synced_bytes.size(), node.bytes.size());
  const size_t unsynced = node.bytes.size() - synced;
  node.bytes.resize(synced + (unsynced > 0 ? draw() % (unsynced + 1) : 0));
  if (node.bytes.size() > synced && draw() % 4 == 0) {
    const size_t from = synced + draw() % (node.bytes.size() - synced);
    std::fill(node.bytes.begin() + static_cast<ptrdiff_t>(from), node.bytes.end(), '\0');
  }
  node.synced_bytes = node.bytes;
  for (auto& [name, child] : node.names) Tear(*child, draw);
}

absl::Status MemoryFiles::Begin() {
  ++operations_;
  if (operations_ == crash_at_) crashed_ = true;
  if (crashed_) return absl::AbortedError("the power is off");
  return operations_ == fail_at_ ? failure_ : absl::OkStatus();
}

MemoryFiles::NodePtr MemoryFiles::Find(const std::string& path) const {
  NodePtr node = root_;
  for (const auto part : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    const auto found = node->names.find(std::string(part));
    if (found == node->names.end()) return nullptr;
    node = found->second;
  }
  return node;
}

MemoryFiles::Node& MemoryFiles::ParentOf(const std::string& path) const {
  const NodePtr parent = Find(DirectoryOf(path));
  WALLET_CHECK_NOTE(parent != nullptr && parent->directory, path);
  return *parent;
}

absl::StatusOr<MemoryFiles::NodePtr> MemoryFiles::FindFile(const std::string& path) const {
  NodePtr node = Find(path);
  if (node == nullptr || node->directory) return Missing(path);
  return node;
}

absl::Status MemoryFiles::AddName(const std::string& path, NodePtr node) {
  if (Find(DirectoryOf(path)) == nullptr) return Missing(path);
  if (Find(path) != nullptr) return absl::AlreadyExistsError(absl::StrCat(path, ": file exists"));
  ParentOf(path).names[NameOf(path)] = std::move(node);
  return absl::OkStatus();
}

void MemoryFiles::Put(const std::string& path, std::string_view bytes) {
  auto node = std::make_shared<Node>();
  node->bytes = node->synced_bytes = bytes;
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string directory = path.substr(0, slash);
    if (Find(directory) != nullptr) continue;
    auto made = std::make_shared<Node>();
    made->directory = true;
    ParentOf(directory).names[NameOf(directory)] = made;
    ParentOf(directory).synced_names[NameOf(directory)] = made;
  }
  ParentOf(path).names[NameOf(path)] = node;
  ParentOf(path).synced_names[NameOf(path)] = node;
}

std::string MemoryFiles::Get(const std::string& path) const { return (*FindFile(path))->bytes; }
std::function<void()> MemoryFiles::FlipBit(const std::string& path, size_t byte, int bit) {
  const auto flip = [node = *FindFile(path), byte, bit] {
    for (std::string* bytes : {&node->bytes, &node->synced_bytes}) {
      if (byte < bytes->size()) (*bytes)[byte] = static_cast<char>((*bytes)[byte] ^ (1 << bit));
    }
  };
  WALLET_CHECK(byte < Get(path).size() && bit >= 0 && bit < 8);
  flip();
  return flip;
}
bool MemoryFiles::Has(const std::string& path) const { return Find(path) != nullptr; }
bool MemoryFiles::Same(const std::string& a, const std::string& b) const {
  return Find(a) != nullptr && Find(a) == Find(b);
}

std::vector<std::string> MemoryFiles::Tree() const {
  std::vector<std::string> paths;
  Walk(*root_, "", paths);
  return paths;
}

void MemoryFiles::Walk(const Node& node, const std::string& path, std::vector<std::string>& out) {
  for (const auto& [name, child] : node.names) {
    const std::string below = absl::StrCat(path, "/", name);
    out.push_back(child->directory ? below + "/" : below);
    Walk(*child, below, out);
  }
}

uint64_t MemoryFiles::UsedBytes() const { return UsedBytes(*root_, ++look_); }

// A file counts once in a look, however many names it has.
uint64_t MemoryFiles::UsedBytes(const Node& node, uint64_t look) {
  if (std::exchange(node.seen, look) == look) return 0;
  uint64_t used = node.bytes.size();
  for (const auto& [name, child] : node.names) used += UsedBytes(*child, look);
  return used;
}

absl::Status MemoryFiles::Append(Node& node, std::string_view bytes) {
  if (absl::Status status = Begin(); !status.ok()) {
    if (!crashed_) node.bytes.append(bytes.substr(0, bytes.size() / 2));
    return status;
  }
  if (!capacity_) return node.bytes.append(bytes), absl::OkStatus();
  const uint64_t used = UsedBytes();
  const uint64_t room = *capacity_ - std::min(*capacity_, used);
  node.bytes.append(bytes.substr(0, room));
  if (room >= bytes.size()) return absl::OkStatus();
  return absl::ResourceExhaustedError("no space left on device");
}

absl::Status MemoryFiles::CreateDirectory(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  if (Find(path) == nullptr) {
    auto node = std::make_shared<Node>();
    node->directory = true;
    if (absl::Status status = AddName(path, node); !status.ok()) return status;
  }
  return SyncDirectory(DirectoryOf(path));
}

absl::StatusOr<std::vector<std::string>> MemoryFiles::List(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const NodePtr node = Find(path);
  if (node == nullptr || !node->directory) return Missing(path);
  std::vector<std::string> names;
  for (const auto& [name, child] : node->names) names.push_back(name);
  return names;
}

absl::StatusOr<bool> MemoryFiles::Exists(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  return Has(path);
}

absl::StatusOr<std::string> MemoryFiles::ReadFile(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const auto node = FindFile(path);
  if (!node.ok()) return node.status();
  return (*node)->bytes;
}

absl::Status MemoryFiles::WriteFileAtomically(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  if (Has(temporary)) {
    if (absl::Status status = Unlink(temporary); !status.ok()) return status;
  }
  auto file = CreateNew(temporary);
  if (!file.ok()) return file.status();
  absl::Status status = (*file)->Append(bytes);
  if (status.ok()) status = (*file)->Sync();
  if (status.ok()) status = Begin();
  if (!status.ok()) return status;
  ParentOf(path).names[NameOf(path)] = Find(temporary);
  ParentOf(path).names.erase(NameOf(temporary));
  return SyncDirectory(DirectoryOf(path));
}

absl::StatusOr<std::unique_ptr<AppendFile>> MemoryFiles::OpenAppend(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  if (!Has(path)) {
    absl::Status status = AddName(path, std::make_shared<Node>());
    if (!status.ok()) return status;
  }
  if (absl::Status status = SyncDirectory(DirectoryOf(path)); !status.ok()) return status;
  return std::make_unique<Appender>(*this, Find(path));
}

absl::Status MemoryFiles::Truncate(const std::string& path, uint64_t size) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const auto node = FindFile(path);
  if (!node.ok()) return node.status();
  (*node)->bytes.resize(size);
  (*node)->synced_bytes = (*node)->bytes;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<MappedFile>> MemoryFiles::Map(const std::string&, size_t) {
  return absl::UnimplementedError("this disk maps nothing");
}
absl::Status MemoryFiles::Reserve(const std::string&, uint64_t) {
  return absl::UnimplementedError("this disk reserves nothing");
}
absl::StatusOr<std::unique_ptr<FileLock>> MemoryFiles::Lock(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  if (!locks_->insert(path).second) return absl::UnavailableError(path + ": is locked");
  return std::make_unique<Held>(locks_, path);
}

absl::StatusOr<uint64_t> MemoryFiles::FreeBytes(const std::string&) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const uint64_t capacity = capacity_.value_or(UINT64_MAX);
  return capacity - std::min(capacity, UsedBytes());
}

absl::Status MemoryFiles::Unlink(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  ParentOf(path).names.erase(NameOf(path));
  return absl::OkStatus();
}

absl::Status MemoryFiles::Remove(const std::string& path) {
  if (Has(path) && Find(path)->directory) return absl::InternalError("is a directory");
  if (Find(DirectoryOf(path)) == nullptr) return Missing(path);
  if (absl::Status status = Unlink(path); !status.ok()) return status;
  return SyncDirectory(DirectoryOf(path));
}

absl::StatusOr<std::unique_ptr<AppendFile>> MemoryFiles::CreateNew(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  auto node = std::make_shared<Node>();
  if (absl::Status status = AddName(path, node); !status.ok()) return status;
  return std::make_unique<Appender>(*this, node);
}

absl::StatusOr<std::unique_ptr<RandomAccessFile>> MemoryFiles::OpenRead(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  auto node = FindFile(path);
  if (!node.ok()) return node.status();
  return std::make_unique<RandomAccess>(*this, *std::move(node));
}

absl::Status MemoryFiles::Rename(const std::string& from, const std::string& to) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const NodePtr node = Find(from);
  if (node == nullptr) return Missing(from);
  const NodePtr there = Find(to);
  if (there != nullptr && there->directory && node->directory && there->names.empty()) {
    ParentOf(to).names.erase(NameOf(to));
  }
  if (absl::Status status = AddName(to, node); !status.ok()) return status;
  ParentOf(from).names.erase(NameOf(from));
  return absl::OkStatus();
}

absl::Status MemoryFiles::Link(const std::string& from, const std::string& to) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  if (!links_) return absl::UnimplementedError("this disk knows no links");
  auto node = FindFile(from);
  if (!node.ok()) return node.status();
  return AddName(to, *std::move(node));
}

absl::Status MemoryFiles::SyncDirectory(const std::string& path) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const NodePtr node = Find(path);
  if (node == nullptr) return Missing(path);
  node->synced_names = node->names;
  return absl::OkStatus();
}

absl::Status MemoryFiles::RemoveNode(const std::string& path) {
  const NodePtr node = Find(path);
  const Names names = node->names;
  for (const auto& [name, child] : names) {
    absl::Status status = RemoveNode(absl::StrCat(path, "/", name));
    if (!status.ok()) return status;
  }
  return Unlink(path);
}

absl::Status MemoryFiles::RemoveTree(const std::string& path) {
  if (Find(DirectoryOf(path)) == nullptr) return Missing(path);
  if (Has(path)) {
    if (absl::Status status = RemoveNode(path); !status.ok()) return status;
  }
  return SyncDirectory(DirectoryOf(path));
}

}  // namespace wallet

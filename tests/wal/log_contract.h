// Every implementation of the log, to be asked the same.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/wal/rocks_fixture.h"
#include "wal/memory_log.h"

namespace wallet::testing {

// A log that can be closed and opened again.
class Store {
 public:
  virtual ~Store() = default;
  virtual std::unique_ptr<Log> Open() = 0;
};

class MemoryStore final : public Store {
 public:
  MemoryStore() : disk_(MemoryLog::NewDisk()) {}
  explicit MemoryStore(const RecordLink& first) : disk_(MemoryLog::NewDisk(first)) {}
  std::unique_ptr<Log> Open() override { return std::make_unique<MemoryLog>(disk_); }

 private:
  std::shared_ptr<MemoryLogDisk> disk_;
};

class RocksStore final : public Store {
 public:
  RocksStore() { EXPECT_TRUE(fixture_.Create(fixture_.path()).ok()); }
  explicit RocksStore(const RecordLink& first) {
    EXPECT_TRUE(fixture_.Create(fixture_.path(), first).ok());
  }
  std::unique_ptr<Log> Open() override {
    auto log = fixture_.Open(fixture_.path());
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }

 private:
  RocksFixture fixture_;
};

struct LogImplementation {
  const char* name;
  std::function<std::unique_ptr<Store>()> make;
  // Whose log begins in the middle of a history.
  std::function<std::unique_ptr<Store>(const RecordLink& first)> make_at;
};

class LogContract : public ::testing::TestWithParam<LogImplementation> {
 protected:
  void Reopen() {
    log_.reset();
    log_ = store_->Open();
  }
  void StartAt(const RecordLink& first) {
    log_.reset();
    store_ = GetParam().make_at(first);
    log_ = store_->Open();
  }
  std::unique_ptr<Store> store_ = GetParam().make();
  std::unique_ptr<Log> log_ = store_->Open();
};

inline std::vector<LogImplementation> LogImplementations() {
  return {{"Memory", [] { return std::make_unique<MemoryStore>(); },
           [](const RecordLink& first) { return std::make_unique<MemoryStore>(first); }},
          {"Rocks", [] { return std::make_unique<RocksStore>(); },
           [](const RecordLink& first) { return std::make_unique<RocksStore>(first); }}};
}
inline std::string NameOfLog(const ::testing::TestParamInfo<LogImplementation>& info) {
  return info.param.name;
}

}  // namespace wallet::testing

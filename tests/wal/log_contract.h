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
  std::unique_ptr<Log> Open() override { return std::make_unique<MemoryLog>(disk_); }

 private:
  std::shared_ptr<MemoryLogDisk> disk_ = MemoryLog::NewDisk();
};

class RocksStore final : public Store {
 public:
  RocksStore() { EXPECT_TRUE(fixture_.Create(fixture_.path()).ok()); }
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
};

class LogContract : public ::testing::TestWithParam<LogImplementation> {
 protected:
  void Reopen() {
    log_.reset();
    log_ = store_->Open();
  }
  std::unique_ptr<Store> store_ = GetParam().make();
  std::unique_ptr<Log> log_ = store_->Open();
};

inline std::vector<LogImplementation> LogImplementations() {
  return {{"Memory", [] { return std::make_unique<MemoryStore>(); }},
          {"Rocks", [] { return std::make_unique<RocksStore>(); }}};
}
inline std::string NameOfLog(const ::testing::TestParamInfo<LogImplementation>& info) {
  return info.param.name;
}

}  // namespace wallet::testing

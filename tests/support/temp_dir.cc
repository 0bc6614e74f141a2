#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "wal/base/check.h"

namespace wallet {

TempDir::TempDir() : path_(testing::TempDir() + "wallet-XXXXXX") {
  WALLET_CHECK(mkdtemp(path_.data()) != nullptr);
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace wallet

// A directory that lives as long as the test.
#pragma once

#include <string>

namespace wallet {

class TempDir {
 public:
  // Under GoogleTest's temporary directory, empty.
  TempDir();
  ~TempDir();  // with all that is in it
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace wallet

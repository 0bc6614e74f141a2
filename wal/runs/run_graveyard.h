// Files that no longer count, until nobody reads them.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace wallet {

// Any thread; no call touches the disk, so that a reader may let go of a view at any time.
class RunGraveyard {
 public:
  // The file goes once its reader is closed, which it is not yet.
  void Drop(const std::string& path);
  // The reader was closed.
  void Closed(const std::string& path);
  // What can be removed now; handed out once.
  std::vector<std::string> TakeRemovable();

 private:
  std::mutex mutex_;
  std::set<std::string> dropped_;
  std::vector<std::string> removable_;
};

}  // namespace wallet

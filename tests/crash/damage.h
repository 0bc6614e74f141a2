// The ways in which a file can go wrong on a disk.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace wallet::crash {

struct Damage {
  std::string name;
  // What the file becomes; equal to what it was where the damage does not apply to it. `older`: the
  // same file as it was earlier; empty when there was none.
  std::function<std::string(const std::string& bytes, const std::string& older)> apply;
  bool deletes = false;
};

// Each way once, the flips at several places.
std::vector<Damage> AllDamages();

// What kind of file a path in the data directory is, for reports: "log/*.sst", "MARK".
std::string KindOf(const std::string& path);

}  // namespace wallet::crash

// The ways in which a file can go wrong on a disk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/crash/files.h"

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

struct Try {
  std::string file;
  Damage damage;
};

// What a file of that path was earlier; empty: nothing.
using Older = std::function<std::string(const std::string& file)>;

// Each damage of each file that changes it, or as many as `most` (0: all), drawn with `seed`.
std::vector<Try> DrawTries(const Files& files, const Older& older, uint64_t most, uint64_t seed);
// Does it to the copy of the files in `directory`.
void Inflict(const Try& attempt, const Files& files, const Older& older,
             const std::string& directory);

// What came of tries, counted for people by kind of file and damage.
class Verdicts {
 public:
  void Count(const Try& attempt, const std::string& verdict);
  void Print() const;

 private:
  std::map<std::pair<std::string, std::string>, std::map<std::string, int>> table_;
  int tries_ = 0;
};

// What kind of file a path in the data directory is, for reports: "log/*.sst", "MARK".
std::string KindOf(const std::string& path);

}  // namespace wallet::crash

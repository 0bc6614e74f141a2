// What the corpora start from: real encodings, by the code that writes them.
#pragma once

#include <string>
#include <vector>

#include "wal/base/coding.h"

namespace wallet::fuzz {

struct Seed {
  std::string target;
  std::string name;  // unique within its target
  std::string bytes;
};

std::vector<Seed> WireSeeds();
std::vector<Seed> DiskSeeds();
std::vector<Seed> LedgerSeeds();
std::vector<Seed> RunSeeds();
std::vector<Seed> TextSeeds();

inline std::vector<Seed> Seeds() {
  std::vector<Seed> all;
  for (const auto& some : {WireSeeds(), DiskSeeds(), LedgerSeeds(), RunSeeds(), TextSeeds()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

// An integer as stored.
template <class T>
std::string FixedBytes(T value) {
  std::string bytes;
  PutFixed(bytes, value);
  return bytes;
}

// Names the seeds of a target by their number.
class SeedList {
 public:
  void Add(const std::string& target, std::string bytes) {
    const std::string number = std::to_string(seeds_.size());
    seeds_.push_back({target, "seed-" + number, std::move(bytes)});
  }
  std::vector<Seed> Take() { return std::move(seeds_); }

 private:
  std::vector<Seed> seeds_;
};

}  // namespace wallet::fuzz

// What an operator sends a program to do with a ledger at rest, and each system call of that as a
// place where it can be hurt.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/crash/points.h"
#include "tests/crash/vault.h"

namespace wallet::crash {

struct Errand {
  std::string name;
  std::function<Command(const Vault&)> command;
  // What it makes under its final name, "" for none yet.
  std::function<std::string(const Vault&)> product;
  // What is wrong with the product, whole as it claims to be; empty is well.
  std::function<std::string(const Vault&, const std::string& product)> judge;
};

// A snapshot, a backup set, one that shares with an earlier one; restores of a set, of the ledger's
// directory, and of a moment for which the archive is needed and the index is too new.
std::vector<Errand> AllErrands();

// The calls of each errand's program that change files; Point::life is the errand's name.
std::vector<Point> FindErrandPoints(const std::vector<Errand>& errands, const Vault& base);

// Has the errand done with `effect` at the point. Afterwards what it reads is untouched, and what
// it makes is whole or not there; the same command again makes it, if need be after what it names
// was removed.
Hurt HurtErrandAt(const Point& point, const std::string& effect, const Errand& errand,
                  const Vault& base);

}  // namespace wallet::crash

// Numbers for people.
#pragma once

#include <string>

namespace wallet::bench {

// Rounded to a whole number, with thousands set apart: "1,234,567".
std::string Grouped(double number);

// Short, for axes: "0", "250", "1.5k", "2M", "0.05".
std::string Short(double number);

}  // namespace wallet::bench

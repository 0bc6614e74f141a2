// bench-report: what bench/compare has measured, as a table, JSON and a chart.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <string>

#include "bench/machine.h"
#include "bench/report/output.h"
#include "bench/report/rows.h"
#include "bench/report/summary.h"

namespace wallet::bench {
namespace {

constexpr int kDone = 0, kWrong = 1;

int Complain(const std::string& what) {
  std::fprintf(stderr, "bench-report: %s\n", what.c_str());
  return kWrong;
}

bool WriteFile(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::ofstream file(path);
  file << text;
  file.close();
  return static_cast<bool>(file);
}

int Main(int argc, char** argv) {
  std::string results, quoted_path, json_path, svg_path;
  CLI::App app("bench-report: medians and ratios of what bench/compare has measured.");
  app.add_option("--results", results, "The measurements")->required()->check(CLI::ExistingFile);
  app.add_option("--quoted", quoted_path, "Figures from elsewhere, marked as such")
      ->check(CLI::ExistingFile);
  app.add_option("--json", json_path, "Write all as JSON to this file");
  app.add_option("--svg", svg_path, "Draw a chart into this file");
  CLI11_PARSE(app, argc, argv);

  std::ifstream results_file(results), quoted_file(quoted_path);
  const auto measured = ReadMeasured(results_file);
  const auto quoted = ReadQuoted(quoted_file);
  if (!measured.ok()) return Complain(std::string(measured.status().message()));
  if (!quoted.ok()) return Complain(std::string(quoted.status().message()));

  const Machine machine = ThisMachine();
  const auto comparisons = Summarise(*measured, *quoted);
  std::fputs(FormatTable(comparisons, machine).c_str(), stdout);
  if (!WriteFile(json_path, FormatJson(comparisons, *measured, machine) + "\n")) {
    return Complain("cannot write " + json_path);
  }
  if (!WriteFile(svg_path, FormatChart(comparisons, machine))) {
    return Complain("cannot write " + svg_path);
  }
  return kDone;
}

}  // namespace
}  // namespace wallet::bench

int main(int argc, char** argv) { return wallet::bench::Main(argc, argv); }

#include "bench/report/rows.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace wallet::bench {
namespace {

using Fields = std::vector<std::string>;

bool ParseTime(const std::string& text, double& ms) {
  return text == "-" || absl::SimpleAtod(text, &ms);
}

bool ParseMeasured(const Fields& fields, Row& row) {
  if (fields.size() != 7) return false;
  row.workload = fields[0];
  row.system = fields[1];
  row.how = fields[6];
  return absl::SimpleAtoi(fields[2], &row.round) && row.round > 0 &&
         absl::SimpleAtod(fields[3], &row.rate) && ParseTime(fields[4], row.p50_ms) &&
         ParseTime(fields[5], row.p99_ms);
}

bool ParseQuoted(const Fields& fields, Row& row) {
  if (fields.size() != 4) return false;
  row.workload = fields[0];
  row.system = fields[1];
  row.how = fields[3];
  return absl::SimpleAtod(fields[2], &row.rate);
}

absl::StatusOr<std::vector<Row>> ReadLines(std::istream& in, bool parse(const Fields&, Row&)) {
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    if (!parse(absl::StrSplit(line, '\t'), rows.emplace_back()) || !(rows.back().rate > 0)) {
      return absl::InvalidArgumentError(absl::StrCat("this is no measurement: ", line));
    }
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::vector<Row>> ReadMeasured(std::istream& in) {
  return ReadLines(in, ParseMeasured);
}

absl::StatusOr<std::vector<Row>> ReadQuoted(std::istream& in) { return ReadLines(in, ParseQuoted); }

}  // namespace wallet::bench

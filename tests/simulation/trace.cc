#include "tests/simulation/trace.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "wal/base/absl_view.h"

namespace wallet::simulation {
namespace {

constexpr size_t kMostShown = 100;
// A run that does not end must not take all memory when it is explained.
constexpr size_t kMostKept = 1'000'000;

bool Concerns(Subject line, Subject offender) {
  if (line.user == 0 || line.user != offender.user) return false;
  return offender.id == 0 || line.id == 0 || line.id == offender.id;
}

}  // namespace

void Trace::Note(std::string_view what, Subject subject, std::initializer_list<int64_t> numbers,
                 std::string_view text) {
  Mix(Xxh3(what));
  Mix(static_cast<uint64_t>(clock_.steady_us()));
  Mix(static_cast<uint64_t>(subject.user));
  Mix(static_cast<uint64_t>(subject.id));
  for (const int64_t number : numbers) Mix(static_cast<uint64_t>(number));
  if (!text.empty()) Mix(Xxh3(text));
  if (recording()) Record(what, subject, numbers, text);
}

void Trace::Record(std::string_view what, Subject subject, std::initializer_list<int64_t> numbers,
                   std::string_view text) {
  const double seconds = static_cast<double>(clock_.steady_us()) / kMicrosPerSecond;
  std::string line = absl::StrFormat("%13.6f  %-16s", seconds, ToAbsl(what));
  if (subject.user != 0) absl::StrAppend(&line, " user ", subject.user);
  if (subject.id != 0) absl::StrAppend(&line, " #", subject.id);
  for (const int64_t number : numbers) absl::StrAppend(&line, " ", number);
  if (!text.empty()) absl::StrAppend(&line, " ", ToAbsl(text.substr(0, kMostShown)));
  if (words_ == Words::kPrinted) std::printf("%s\n", line.c_str());
  lines_.push_back({subject, std::move(line)});
  if (lines_.size() > kMostKept) lines_.pop_front();
}

void Trace::PrintShortened(std::FILE* out, Subject offender, size_t most) const {
  std::vector<const Line*> about;
  for (const Line& line : lines_) {
    if (Concerns(line.subject, offender)) about.push_back(&line);
  }
  if (!about.empty()) std::fprintf(out, "-- about user %lld:\n", (long long)offender.user);
  for (size_t i = about.size() > most ? about.size() - most : 0; i < about.size(); ++i) {
    std::fprintf(out, "%s\n", about[i]->text.c_str());
  }
  if (!lines_.empty()) std::fprintf(out, "-- the last of %zu events:\n", lines_.size());
  for (size_t i = lines_.size() > most ? lines_.size() - most : 0; i < lines_.size(); ++i) {
    std::fprintf(out, "%s\n", lines_[i].text.c_str());
  }
}

}  // namespace wallet::simulation

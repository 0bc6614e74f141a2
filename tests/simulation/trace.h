// What happened in a world: its hash, and, when recording, its words.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/simulation/sim_clock.h"
#include "wal/base/hash.h"

namespace wallet::simulation {

// Whom an event is about; 0: nobody in particular.
struct Subject {
  int64_t user = 0;
  int64_t id = 0;  // the transaction's number within the user
};

// The hash takes in every event in order, so that two runs with the same hash did the same. Words
// cost time: a run that fails is run again, recording.
class Trace {
 public:
  enum class Words : uint8_t { kNone, kKept, kPrinted };

  Trace(const SimClock& clock, Words words) : clock_(clock), words_(words) {}

  // `what` is a short literal.
  void Note(std::string_view what, Subject subject, std::initializer_list<int64_t> numbers = {},
            std::string_view text = {});
  // Words that say no more than the notes: only recorded.
  void Tell(Subject subject, std::string_view text) { Record("", subject, {}, text); }
  // A task of `actor` runs.
  void Step(uint64_t actor) {
    Mix(actor);
    Mix(static_cast<uint64_t>(clock_.steady_us()));
  }

  uint64_t hash() const { return hash_; }
  bool recording() const { return words_ != Words::kNone; }

  // What concerns the offender (its last `most` events), then the last `most` of all. Empty unless
  // it was recording.
  void PrintShortened(std::FILE* out, Subject offender, size_t most) const;

 private:
  struct Line {
    Subject subject;
    std::string text;
  };

  void Mix(uint64_t value) { hash_ = Mix64(hash_ ^ value); }
  void Record(std::string_view what, Subject subject, std::initializer_list<int64_t> numbers,
              std::string_view text);

  const SimClock& clock_;
  const Words words_;
  uint64_t hash_ = 0;
  std::deque<Line> lines_;  // the last ones
};

}  // namespace wallet::simulation

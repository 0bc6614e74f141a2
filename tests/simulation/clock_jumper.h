// Sets the wall clock.
#pragma once

#include <cstdint>

#include "tests/simulation/core.h"

namespace wallet::simulation {

// Small jumps stay within a window narrow enough that each is followed whenever it is noticed; a
// leap goes far beyond it and is undone after a while.
class ClockJumper final : public Component {
 public:
  explicit ClockJumper(Core& core)
      : core_(core), random_(core.random.Fork()), actor_(core.scheduler.AddActor()) {}

  void Begin() override { Look(); }
  void Heal() override {
    healed_ = true;
    if (leaping_) EndLeap();
  }

 private:
  static constexpr int64_t kWindowUs = 25 * kMicrosPerSecond;
  static constexpr int64_t kLeastLeapUs = 120 * kMicrosPerSecond;
  static constexpr int64_t kMostLeapUs = 3 * 3600 * kMicrosPerSecond;

  void Look() {
    if (healed_) return;
    if (!leaping_ && random_.Chance(core_.knobs.clock.jump)) {
      offset_us_ = random_.Range(-kWindowUs, kWindowUs);
      Set(offset_us_);
    }
    if (!leaping_ && random_.Chance(core_.knobs.clock.leap)) BeginLeap();
    core_.scheduler.PostAfter(actor_, kMicrosPerSecond, [this] { Look(); });
  }
  void BeginLeap() {
    leaping_ = true;
    const int64_t leap_us = random_.LogRange(kLeastLeapUs, kMostLeapUs);
    Set(offset_us_ + (random_.Chance(kAlways / 2) ? leap_us : -leap_us));
    core_.scheduler.PostAfter(actor_, random_.LogRange(1000, 60 * kMicrosPerSecond), [this] {
      if (leaping_) EndLeap();
    });
  }
  void EndLeap() {
    leaping_ = false;
    Set(offset_us_);
  }
  void Set(int64_t offset_us) {
    core_.clock.SetOffset(offset_us);
    core_.trace.Note("wall clock", {}, {offset_us});
  }

  Core& core_;
  SimRandom random_;
  Scheduler::ActorRef actor_;
  int64_t offset_us_ = 0;
  bool leaping_ = false;
  bool healed_ = false;
};

}  // namespace wallet::simulation

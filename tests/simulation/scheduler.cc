#include "tests/simulation/scheduler.h"

#include <algorithm>
#include <utility>

namespace wallet::simulation {

struct Scheduler::Actor {
  uint64_t number = 0;
  bool of_wallet = false;
  bool dead = false;
  bool stalled = false;
  bool listed = false;
  std::deque<Task> tasks;
};

class Scheduler::Handle final : public Executor {
 public:
  Handle(Scheduler& scheduler, ActorRef actor) : scheduler_(scheduler), actor_(std::move(actor)) {}

  void Post(Task task) override { scheduler_.Post(actor_, std::move(task)); }
  void PostAfter(int64_t delay_us, Task task) override {
    scheduler_.PostAfter(actor_, delay_us, std::move(task));
  }
  void Stop() override { scheduler_.Finish(*actor_); }

 private:
  Scheduler& scheduler_;
  ActorRef actor_;
};

Scheduler::Scheduler(SimClock& clock, Trace& trace, SimRandom random, ScheduleKnobs knobs)
    : clock_(clock), trace_(trace), random_(random), knobs_(knobs) {}
Scheduler::~Scheduler() = default;

Scheduler::ActorRef Scheduler::NewActor() {
  auto actor = std::make_shared<Actor>();
  actor->number = next_actor_++;
  return actor;
}

Scheduler::ActorRef Scheduler::AddActor() { return NewActor(); }

Scheduler::ActorRef Scheduler::AddWalletActor() {
  ActorRef actor = NewActor();
  actor->of_wallet = true;
  wallet_.push_back(actor);
  return actor;
}

std::unique_ptr<Executor> Scheduler::MakeExecutor() {
  return std::make_unique<Handle>(*this, AddWalletActor());
}

void Scheduler::Post(const ActorRef& actor, Task task) {
  if (actor->dead) return;
  actor->tasks.push_back(std::move(task));
  List(actor);
}

void Scheduler::PostAfter(const ActorRef& actor, int64_t delay_us, Task task) {
  if (actor->dead) return;
  AddTimer(actor, delay_us, std::move(task));
}

void Scheduler::AddTimer(const ActorRef& actor, int64_t delay_us, Task task) {
  size_t place = timers_.size();
  if (free_timers_.empty()) {
    timers_.emplace_back();
  } else {
    place = free_timers_.back();
    free_timers_.pop_back();
  }
  timers_[place] = {actor, std::move(task)};
  due_.push_back({clock_.steady_us() + delay_us, next_sequence_++, place});
  std::push_heap(due_.begin(), due_.end(), Later());
}

Scheduler::Timer Scheduler::Take(size_t place) {
  free_timers_.push_back(place);
  return std::exchange(timers_[place], {});
}

void Scheduler::KillWallet() {
  for (const ActorRef& actor : wallet_) {
    actor->dead = true;
    actor->tasks.clear();
  }
  wallet_.clear();
  std::vector<Timer> dead;  // what goes with a task may add timers
  std::erase_if(due_, [&](const Due& due) {
    const bool is_dead = timers_[due.place].actor->dead;
    if (is_dead) dead.push_back(Take(due.place));
    return is_dead;
  });
  std::make_heap(due_.begin(), due_.end(), Later());
  std::erase_if(ready_, [](const ActorRef& actor) { return actor->dead; });
}

bool Scheduler::Step() {
  CollectDue();
  while (ready_.empty()) {
    if (due_.empty()) return false;
    clock_.AdvanceTo(due_.front().due_us);
    CollectDue();
  }
  ++steps_;
  const size_t index = Choose();
  if (Stalls(index)) return true;
  const ActorRef actor = ready_[index];
  Task task = std::move(actor->tasks.front());
  actor->tasks.pop_front();
  if (actor->tasks.empty()) Unlist(index);
  last_ = actor->number;
  clock_.Advance(random_.Range(0, knobs_.task_us));
  trace_.Step(actor->number);
  task();
  return true;
}

void Scheduler::CollectDue() {
  while (!due_.empty() && due_.front().due_us <= clock_.steady_us()) {
    std::pop_heap(due_.begin(), due_.end(), Later());
    Timer timer = Take(due_.back().place);
    due_.pop_back();
    if (timer.task) {
      timer.actor->tasks.push_back(std::move(timer.task));
    } else {
      timer.actor->stalled = false;
    }
    List(timer.actor);
  }
}

void Scheduler::List(const ActorRef& actor) {
  if (actor->listed || actor->stalled || actor->dead || actor->tasks.empty()) return;
  actor->listed = true;
  ready_.push_back(actor);
}

void Scheduler::Unlist(size_t index) {
  ready_[index]->listed = false;
  std::swap(ready_[index], ready_.back());
  ready_.pop_back();
}

size_t Scheduler::Choose() {
  if (knobs_.starve_for > 0 && steps_ % static_cast<uint64_t>(knobs_.starve_for) == 0) {
    starved_ = random_.Pick(ready_)->number;
  }
  if (random_.Chance(knobs_.sticky)) {
    for (size_t i = 0; i < ready_.size(); ++i) {
      if (ready_[i]->number == last_) return i;
    }
  }
  const size_t index = static_cast<size_t>(random_.Next() % ready_.size());
  if (ready_[index]->number != starved_) return index;
  return (index + 1) % ready_.size();
}

bool Scheduler::Stalls(size_t index) {
  const ActorRef actor = ready_[index];
  if (!actor->of_wallet || !random_.Chance(knobs_.stall)) return false;
  Unlist(index);
  actor->stalled = true;
  AddTimer(actor, random_.LogRange(1, knobs_.stall_us), nullptr);
  return true;
}

void Scheduler::Finish(Actor& actor) {
  while (!actor.dead && !actor.tasks.empty()) {
    Task task = std::move(actor.tasks.front());
    actor.tasks.pop_front();
    task();
  }
  actor.dead = true;
}

void Scheduler::Calm() {
  knobs_.stall = 0;
  knobs_.starve_for = 0;
  starved_ = 0;
}

}  // namespace wallet::simulation

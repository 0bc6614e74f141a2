// The way to an actor from outside its executor: at any time, even after the actor's end.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "wal/base/executor.h"

namespace wallet {

// A member of an actor, destroyed with it. What was posted through it and has not run by then never
// runs, and posting through an Address that is left over does nothing; so callbacks given to others
// (a bank, the engine's log) may be called late or never, and tasks may use the actor without
// owning it. The executor must outlive the mailbox, and the mailbox be destroyed when no task can
// run at the same time: on the executor, or after it was stopped.
class Mailbox {
  struct State {
    std::mutex mutex;
    Executor* executor;  // null once the mailbox is destroyed
  };

 public:
  // A copyable way in that may outlive the mailbox. Any thread.
  class Address {
   public:
    template <class Task>
    void Post(Task task) const {
      std::lock_guard lock(state_->mutex);
      if (state_->executor == nullptr) return;
      state_->executor->Post(WhileOpen(std::move(task)));
    }

    template <class Task>
    void PostAfter(int64_t delay_us, Task task) const {
      std::lock_guard lock(state_->mutex);
      if (state_->executor == nullptr) return;
      state_->executor->PostAfter(delay_us, WhileOpen(std::move(task)));
    }

   private:
    friend class Mailbox;
    explicit Address(std::shared_ptr<State> state) : state_(std::move(state)) {}

    template <class Task>
    auto WhileOpen(Task task) const {
      return [state = state_, task = std::move(task)]() mutable {
        if (IsOpen(*state)) task();
      };
    }

    std::shared_ptr<State> state_;
  };

  explicit Mailbox(Executor& executor) : address_(std::make_shared<State>()) {
    address_.state_->executor = &executor;
  }
  ~Mailbox() {
    std::lock_guard lock(address_.state_->mutex);
    address_.state_->executor = nullptr;
  }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  const Address& address() const { return address_; }

 private:
  static bool IsOpen(State& state) {
    std::lock_guard lock(state.mutex);
    return state.executor != nullptr;
  }

  Address address_;
};

}  // namespace wallet

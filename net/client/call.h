// Units as callers know them: with the answer's type, and whom to give it to.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "net/client/client.h"
#include "net/client/codec.h"
#include "net/client/unit.h"

namespace wallet::client {

// `answer` is a new one: it is filled where it stays, for it is large.
template <class A>
void Fill(const Ending& ending, A& answer) {
  Decode(ending.result, ending.epoch, answer);
  if constexpr (std::is_same_v<A, WriteAnswer>) {
    answer.in_doubt = ending.in_doubt;
    answer.replayed = ending.replayed;
  }
  if (!ending.replayed) return;
  answer.code = Code::kOk;
  answer.field.clear();
  answer.message.clear();
}

// One operation.
template <class A>
class Call final : public Unit {
 public:
  Call(Kind kind, SteadyTime deadline, Done<A> done)
      : Unit(kind, deadline), done_(std::move(done)) {}

 protected:
  void End(size_t, const Ending& ending) override {
    A answer;
    Fill(ending, answer);
    done_(std::move(answer));
  }

 private:
  Done<A> done_;
};

// The answers to a batch, whose operations may travel in several units. Lives on the client's
// thread once these are handed over.
class BatchAnswers {
 public:
  BatchAnswers(size_t size, Done<std::vector<WriteAnswer>> done)
      : answers_(size), open_(size), done_(std::move(done)) {}

  void Set(size_t place, const Ending& ending) {
    Fill(ending, answers_[place]);
    if (--open_ == 0) done_(std::move(answers_));
  }

 private:
  std::vector<WriteAnswer> answers_;
  size_t open_;
  Done<std::vector<WriteAnswer>> done_;
};

// Those operations of a batch that go over one connection.
class BatchPart final : public Unit {
 public:
  BatchPart(SteadyTime deadline, std::shared_ptr<BatchAnswers> answers)
      : Unit(Kind::kWrite, deadline), answers_(std::move(answers)) {}

  // `place` is that of the operation sealed next.
  void AddPlace(size_t place) { places_.push_back(static_cast<uint32_t>(place)); }

 protected:
  void End(size_t index, const Ending& ending) override { answers_->Set(places_[index], ending); }

 private:
  const std::shared_ptr<BatchAnswers> answers_;
  std::vector<uint32_t> places_;
};

}  // namespace wallet::client

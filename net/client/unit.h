// Operations that were handed over together and are answered together.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/client/client.h"
#include "net/client/codec.h"
#include "net/client/types.h"

namespace wallet::client {

// Made by the caller's thread, then owned by the connection's. Each operation is answered once, and
// the unit is done when all are.
class Unit {
 public:
  Unit(bool writes, int64_t deadline_us) : writes_(writes), deadline_us_(deadline_us) {}
  virtual ~Unit() = default;

  // Before it is handed over. `bytes` is one operation as a Request frame holds it.
  void Add(std::string bytes) { operations_.push_back({std::move(bytes)}); }

  size_t size() const { return operations_.size(); }
  int64_t deadline_us() const { return deadline_us_; }
  bool done() const { return open_ == 0; }

  // Once, when it is handed over.
  void Start() { open_ = operations_.size(); }

  // Operation `index` goes out.
  const std::string& Send(size_t index) {
    operations_[index].sent = true;
    return operations_[index].bytes;
  }
  bool answered(size_t index) const { return operations_[index].answered; }
  size_t bytes(size_t index) const { return operations_[index].bytes.size(); }

  // The server has answered. False: to be tried again (`retry` allows it).
  bool Receive(size_t index, const v1::Result& result, std::string_view epoch, bool retry);

  // The connection was lost after the operation went out: it may have been done.
  void Lose(size_t index) { operations_[index].perhaps_done = true; }

  // Ends what is open: unreachable, or outcome_unknown for a write that may have been done.
  void GiveUp(const std::string& why);

 protected:
  // A result, or, without one, an answer of the client's own.
  virtual void Set(size_t index, const v1::Result& result, std::string_view epoch) = 0;
  virtual void SetReplayed(size_t index) = 0;
  virtual void Finish() = 0;

 private:
  struct Operation {
    std::string bytes;
    bool sent = false;
    bool perhaps_done = false;  // by a try whose answer never came
    bool answered = false;
  };

  void Answer(size_t index, const v1::Result& result, std::string_view epoch);

  const bool writes_;
  const int64_t deadline_us_;
  std::vector<Operation> operations_;
  size_t open_ = 0;
};

// One operation with an answer of type A.
template <class A>
class SingleUnit final : public Unit {
 public:
  SingleUnit(bool writes, int64_t deadline_us, Done<A> done)
      : Unit(writes, deadline_us), done_(std::move(done)) {}

 protected:
  void Set(size_t, const v1::Result& result, std::string_view epoch) override {
    Decode(result, epoch, answer_);
  }
  void SetReplayed(size_t) override {
    answer_.code = Code::kOk;
    answer_.field.clear();
    answer_.message.clear();
    if constexpr (std::is_same_v<A, WriteAnswer>) answer_.replayed = true;
  }
  void Finish() override { std::move(done_)(std::move(answer_)); }

 private:
  A answer_;
  Done<A> done_;
};

// Writes whose answers come as one.
class BatchUnit final : public Unit {
 public:
  using Answers = std::vector<WriteAnswer>;
  BatchUnit(size_t size, int64_t deadline_us, Done<Answers> done)
      : Unit(/*writes=*/true, deadline_us), answers_(size), done_(std::move(done)) {}

 protected:
  void Set(size_t index, const v1::Result& result, std::string_view epoch) override {
    Decode(result, epoch, answers_[index]);
  }
  void SetReplayed(size_t index) override {
    answers_[index].code = Code::kOk;
    answers_[index].field.clear();
    answers_[index].message.clear();
    answers_[index].replayed = true;
  }
  void Finish() override { done_(std::move(answers_)); }

 private:
  Answers answers_;
  Done<Answers> done_;
};

}  // namespace wallet::client

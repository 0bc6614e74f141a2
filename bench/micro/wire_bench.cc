// Between bytes and the engine's words: both interfaces, and the log.
#include <google/protobuf/arena.h>

#include <vector>

#include "bench/micro/micro.h"
#include "engine/batch.h"
#include "net/codec.h"
#include "net/http/answers.h"
#include "net/http/calls.h"
#include "net/request_reader.h"
#include "wal/record.h"

namespace wallet::bench {
namespace {

std::string RequestOf(int64_t charges) {
  v1::Request request;
  for (int64_t i = 0; i < charges; ++i) {
    v1::Write& charge = *request.add_operations()->mutable_charge();
    charge.set_user_id(NthUser(i, 1'000'000).value());
    charge.set_amount(500);
    charge.set_idempotency_key(NthKey(i));
  }
  return request.SerializeAsString();
}

Event ChargedEvent(std::string_view key) {
  Event event;
  event.user = UserId(123'456);
  event.id = TransactionId(10);
  event.at = Instant(1'700'000'000'000'000);
  event.currency = Usd();
  event.amount = Amount(500);
  event.key = key;
  return event;
}

// The result of an accepted charge; points to `operation`.
Result ChargedResult(const Operation& operation) {
  Result result;
  result.set_created(operation, ChargedEvent(std::get<Charge>(operation).key));
  result.balance = Balance{Amount(5'000), Amount(5'000), kNoAmount, kNoAmount};
  result.currency = Usd();
  result.position = Position(1'000'000);
  return result;
}

const std::string kKey = NthKey(7);
const Operation kCharge =
    Charge{.user = UserId(123'456), .currency = Usd(), .amount = Amount(500), .key = kKey};

// For one charge of a frame of kBatch.
void ReadRequest(benchmark::State& state) {
  const std::string body = RequestOf(kBatch);
  RequestReader reader(Usd());
  int64_t n = 0;
  for (auto _ : state) {
    if (n++ % kBatch != 0) continue;
    google::protobuf::Arena arena;
    benchmark::DoNotOptimize(reader.Read(body, arena));
  }
}

void WriteAnswer(benchmark::State& state) {
  const Result result = ChargedResult(kCharge);
  std::string out;
  for (auto _ : state) {
    out.clear();
    AppendResult(result, out);
    benchmark::DoNotOptimize(out.data());
  }
}

void ReadHttpCharge(benchmark::State& state) {
  const HttpRequestView request{
      .method = "POST",
      .target = "/charge",
      .content_type = "application/json",
      .body = R"({"user_id":123456,"amount":500,"idempotency_key":"key-0000000000000007"})"};
  for (auto _ : state) benchmark::DoNotOptimize(ReadCall(request, Usd()));
}

void WriteHttpAnswer(benchmark::State& state) {
  Call call;
  call.kind = CallKind::kCharge;
  const Result result = ChargedResult(kCharge);
  std::string out;
  for (auto _ : state) {
    out.clear();
    AppendResponse(AnswerCall(call, result, "abcdefgh"), {.keep_alive = true}, out);
    benchmark::DoNotOptimize(out.data());
  }
}

void EncodeEventOfCharge(benchmark::State& state) {
  const Event event = ChargedEvent(kKey);
  std::string out;
  for (auto _ : state) {
    out.clear();
    EncodeEvent(event, Instant(event.at.value() - 100), out);
    benchmark::DoNotOptimize(out.data());
  }
}

void DecodeEventOfCharge(benchmark::State& state) {
  std::string bytes;
  EncodeEvent(ChargedEvent(kKey), Instant(0), bytes);
  for (auto _ : state) {
    Reader reader(bytes);
    benchmark::DoNotOptimize(DecodeEvent(reader, Instant(0)));
  }
}

// For one event of a record of kBatch: the copy and the hash chain.
void EncodeRecordOfEvents(benchmark::State& state) {
  std::string payload;
  for (int64_t i = 0; i < kBatch; ++i) EncodeEvent(ChargedEvent(kKey), Instant(0), payload);
  const std::string_view parts[] = {payload};
  Sha256 previous{};
  int64_t n = 0;
  for (auto _ : state) {
    if (n++ % kBatch != 0) continue;
    Sha256 hash{};
    benchmark::DoNotOptimize(EncodeRecord(Position(1), kBatch, previous, parts, &hash));
    previous = hash;
  }
}

WALLET_MICRO(ReadRequest);
WALLET_MICRO(WriteAnswer);
WALLET_MICRO(ReadHttpCharge);
WALLET_MICRO(WriteHttpAnswer);
WALLET_MICRO(EncodeEventOfCharge);
WALLET_MICRO(DecodeEventOfCharge);
WALLET_MICRO(EncodeRecordOfEvents);

}  // namespace
}  // namespace wallet::bench

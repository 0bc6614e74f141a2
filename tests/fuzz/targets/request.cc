// The body of a Request frame. Most are read from the bytes themselves; Protobuf's messages are
// held against that.
#include "net/codec.h"
#include "net/request_reader.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/operations.h"
#include "tests/support/currencies.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

std::string Describe(const Refusal& refusal) {
  return std::string(Code(refusal.outcome)) + " " + std::string(refusal.field) + " " +
         refusal.message;
}
std::string Describe(const Validated& validated) {
  if (const auto* refusal = std::get_if<Refusal>(&validated)) return Describe(*refusal);
  return fuzz::Describe(std::get<Operation>(validated));
}

void CheckHealth(const v1::Operation& operation, const Asked& asked) {
  const Outcome outcome = CheckGetHealth(operation);
  WALLET_CHECK(outcome == Outcome::kOk || outcome == Outcome::kUnknownField);
  WALLET_CHECK(asked.kind == Asked::Kind::kHealth);
  const auto* refusal = std::get_if<Refusal>(&asked.validated);
  WALLET_CHECK((refusal != nullptr) == (outcome != Outcome::kOk));
  WALLET_CHECK_NOTE(std::holds_alternative<Refusal>(Decode(operation, kUsd)),
                    "it asks nothing of a shard");
}

void CheckAdmin(const v1::Operation& operation, const Asked& asked) {
  WALLET_CHECK(asked.kind == Asked::Kind::kAdmin);
  WALLET_CHECK(asked.admin->SerializeAsString() == operation.admin().SerializeAsString());
  const auto* refusal = std::get_if<Refusal>(&asked.validated);
  WALLET_CHECK((refusal != nullptr) == HasUnknownAdminFields(operation));
  WALLET_CHECK_NOTE(std::holds_alternative<Refusal>(Decode(operation, kUsd)),
                    "it asks nothing of a shard");
}

void CheckOne(const v1::Operation& operation, const Asked& asked) {
  if (operation.has_get_health()) return CheckHealth(operation, asked);
  if (operation.has_admin()) return CheckAdmin(operation, asked);
  const bool write = operation.has_charge() || operation.has_withdraw() || operation.has_resolve();
  WALLET_CHECK(asked.kind == (write ? Asked::Kind::kWrite : Asked::Kind::kRead));
  const Validated expected = Decode(operation, kUsd);
  WALLET_CHECK_NOTE(Describe(asked.validated) == Describe(expected), Describe(expected));
  if (const auto* refusal = std::get_if<Refusal>(&expected)) {
    fuzz::CheckRefusal(*refusal);
    WALLET_CHECK(ToResult(*refusal).outcome == refusal->outcome);
  } else {
    fuzz::CheckOperation(std::get<Operation>(expected));
  }
}

void CheckRead(const v1::Request& request, RequestReader& reader) {
  WALLET_CHECK(reader.timeout_ms().has_value() == request.has_timeout_ms());
  WALLET_CHECK(reader.timeout_ms().value_or(0) == request.timeout_ms());
  WALLET_CHECK(reader.asked().size() == static_cast<size_t>(request.operations_size()));
  for (int i = 0; i < request.operations_size(); ++i) {
    CheckOne(request.operations(i), reader.asked()[static_cast<size_t>(i)]);
  }
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  google::protobuf::Arena arena;
  RequestReader reader(kUsd);
  const auto verdict = reader.Read(fuzz::View(data, size), arena);
  v1::Request request;
  const bool readable = request.ParseFromArray(data, static_cast<int>(size));
  WALLET_CHECK((verdict == RequestReader::Verdict::kRead) == readable);
  if (readable) CheckRead(request, reader);
  return 0;
}

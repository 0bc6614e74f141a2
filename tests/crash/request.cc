#include "tests/crash/request.h"

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace wallet::crash {
namespace {

// Everything that a transaction keeps for ever.
auto Fixed(const client::Transaction& t) {
  return std::tie(t.id, t.user_id, t.currency, t.type, t.amount, t.idempotency_key, t.reference,
                  t.destination, t.description, t.related_id, t.created_at, t.release_at);
}

auto End(const client::Transaction& t) {
  return std::tie(t.status, t.substatus, t.updated_at, t.failure_code, t.failure_message);
}

client::Transaction Expected(const client::Charge& charge, client::Transaction seen) {
  seen.type = "charge";
  seen.status = "completed";
  seen.substatus = "";
  seen.amount = charge.amount;
  seen.release_at = charge.release_at;
  seen.destination = std::nullopt;
  seen.reference = "";
  return seen;
}

// The reference's epoch is the ledger's, which the caller of this knows nothing of.
client::Transaction Expected(const client::Withdraw& withdraw, client::Transaction seen) {
  seen.type = "withdraw";
  seen.amount = -withdraw.amount;
  seen.release_at = std::nullopt;
  seen.destination = withdraw.destination;
  return seen;
}

}  // namespace

int64_t UserOf(const Request& request) {
  return std::visit([](const auto& write) { return write.user_id; }, request);
}

const std::string& KeyOf(const Request& request) {
  return std::visit([](const auto& write) -> const std::string& { return write.idempotency_key; },
                    request);
}

Request WithAnotherAmount(Request request) {
  std::visit([](auto& write) { ++write.amount; }, request);
  return request;
}

void Send(client::Client& client, const Request& request, client::Done<client::WriteAnswer> done) {
  std::visit([&](const auto& write) { client.Do(write, std::move(done)); }, request);
}

client::WriteAnswer Send(client::Client& client, const Request& request) {
  return std::visit([&](const auto& write) { return client.Do(write); }, request);
}

std::string Difference(const Request& request, const client::Transaction& transaction) {
  client::Transaction expected =
      std::visit([&](const auto& write) { return Expected(write, transaction); }, request);
  std::visit(
      [&](const auto& write) {
        expected.user_id = write.user_id;
        expected.idempotency_key = write.idempotency_key;
        expected.currency = write.currency.empty() ? kDefaultCurrency : write.currency;
        expected.description = write.description;
      },
      request);
  if (Fixed(expected) == Fixed(transaction) && End(expected) == End(transaction)) return "";
  return absl::StrCat("asked for ", Describe(expected), ", got ", Describe(transaction));
}

std::string Difference(const client::Transaction& earlier, const client::Transaction& later) {
  const bool same_end = !HasEnded(earlier) || End(earlier) == End(later);
  if (Fixed(earlier) == Fixed(later) && same_end) return "";
  return absl::StrCat("was ", Describe(earlier), ", is now ", Describe(later));
}

bool IsWithdrawal(const client::Transaction& transaction) { return transaction.type == "withdraw"; }

bool HasEnded(const client::Transaction& transaction) { return transaction.status != "pending"; }

std::string Describe(const client::Transaction& t) {
  return absl::StrCat("{user ", t.user_id, " id ", t.id, " ", t.type, " ", t.amount, " ",
                      t.currency, " key ", t.idempotency_key, " ", t.status, "/", t.substatus,
                      " reference ", t.reference, " destination ", t.destination.value_or("-"),
                      " description ", t.description.value_or("-"), " created ",
                      t.created_at.value(), " updated ", t.updated_at.value(), " release ",
                      t.release_at ? t.release_at->value() : -1, " failure ", t.failure_code, "}");
}

}  // namespace wallet::crash

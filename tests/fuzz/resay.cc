#include "tests/fuzz/resay.h"

#include <boost/json/serialize.hpp>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "net/client/codec.h"
#include "net/position_token.h"

namespace wallet::fuzz {
namespace {

std::optional<std::string> Owned(const std::optional<std::string_view>& text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

void Say(const Charge& charge, std::string& out) {
  client::Encode(client::Charge{.user_id = charge.user.value(),
                                .amount = charge.amount.value(),
                                .idempotency_key = std::string(charge.key),
                                .currency = charge.currency.ToString(),
                                .release_at = charge.release_at,
                                .description = Owned(charge.description)},
                 out);
}

void Say(const Withdraw& withdraw, std::string& out) {
  client::Encode(client::Withdraw{.user_id = withdraw.user.value(),
                                  .amount = withdraw.amount.value(),
                                  .idempotency_key = std::string(withdraw.key),
                                  .currency = withdraw.currency.ToString(),
                                  .destination = Owned(withdraw.destination),
                                  .description = Owned(withdraw.description)},
                 out);
}

void Say(const ReadBalance& read, std::string& out) {
  client::ReadBalance said{
      .user_id = read.user.value(), .currency = read.currency.ToString(), .at = read.at};
  if (read.schedule > 0) said.schedule = read.schedule;
  client::Encode(said, out);
}

void Say(const ReadTransaction& read, std::string& out) {
  if (read.id) return client::EncodeGetTransaction(read.user.value(), read.id->value(), out);
  client::EncodeGetTransaction(read.user.value(), std::string(read.key), out);
}

client::ListTransactions ToClient(const ListTransactions& list) {
  client::ListTransactions said{.user_id = list.user.value(), .limit = list.limit};
  if (list.currency) said.currency = list.currency->ToString();
  if (list.order == ListOrder::kPage) said.page = list.page;
  if (list.order == ListOrder::kBefore) said.before_id = list.from.value();
  if (list.order == ListOrder::kAfter) said.after_id = list.from.value();
  return said;
}
void Say(const ListTransactions& list, std::string& out) { client::Encode(ToClient(list), out); }

std::string TokenOf(const ListChanges& list) {
  return list.after ? FormatPositionToken(list.after->epoch, list.after->position) : "";
}
void Say(const ListChanges& list, std::string& out) {
  client::Encode(client::ListChanges{.after = TokenOf(list), .limit = list.limit}, out);
}

client::ListWithdrawals ToClient(const ListWithdrawals& list) {
  client::ListWithdrawals said{.limit = list.limit};
  if (list.user) said.user_id = list.user->value();
  if (list.substatus) said.substatus = ToString(*list.substatus);
  return said;
}
void Say(const ListWithdrawals& list, std::string& out) { client::Encode(ToClient(list), out); }

void Say(const Advance& advance, std::string& out) {
  client::EncodeResolve(advance.user.value(), advance.id.value(),
                        advance.step == BankStep::kResolvePaid, std::string(advance.message), out);
}

// The fields of a call, as a query string or as a JSON object.
class Saying {
 public:
  void Add(std::string_view name, int64_t value) { object_[{name.data(), name.size()}] = value; }
  void Add(std::string_view name, std::string_view text) {
    object_[{name.data(), name.size()}] = boost::json::string_view(text.data(), text.size());
  }
  void Add(std::string_view name, bool value) { object_[{name.data(), name.size()}] = value; }
  template <class T>
  void Add(std::string_view name, const std::optional<T>& value) {
    if (value) Add(name, *value);
  }

  HttpSaying Get(std::string target) const {
    char separator = '?';
    for (const auto& [name, value] : object_) {
      const std::string text =
          value.is_string() ? std::string(value.as_string().c_str(), value.as_string().size())
                            : std::to_string(value.as_int64());
      absl::StrAppend(&target, std::string(1, separator), std::string(name), "=", Escaped(text));
      separator = '&';
    }
    return {"GET", std::move(target), ""};
  }
  HttpSaying Post(std::string target) const {
    return {"POST", std::move(target), boost::json::serialize(object_)};
  }

 private:
  static std::string Escaped(std::string_view text) {
    std::string out;
    for (const unsigned char c : text) {
      if (std::isalnum(c)) {
        out += static_cast<char>(c);
      } else {
        absl::StrAppend(&out, "%", absl::Hex(c, absl::kZeroPad2));
      }
    }
    return out;
  }

  boost::json::object object_;
};

template <class Write>
Saying SayWrite(const Write& write) {
  Saying saying;
  saying.Add("user_id", write.user.value());
  saying.Add("amount", write.amount.value());
  saying.Add("idempotency_key", write.key);
  saying.Add("currency", std::string_view(write.currency.ToString()));
  saying.Add("description", write.description);
  return saying;
}

HttpSaying Http(const Charge& charge) {
  Saying saying = SayWrite(charge);
  if (charge.release_at) {
    saying.Add("release_at", std::string_view(FormatRfc3339(*charge.release_at)));
  }
  return saying.Post("/charge");
}

HttpSaying Http(const Withdraw& withdraw) {
  Saying saying = SayWrite(withdraw);
  saying.Add("destination", withdraw.destination);
  return saying.Post("/withdraw");
}

HttpSaying Http(const ReadBalance& read) {
  Saying saying;
  saying.Add("user_id", read.user.value());
  saying.Add("currency", std::string_view(read.currency.ToString()));
  if (read.at) saying.Add("at", std::string_view(FormatRfc3339(*read.at)));
  if (read.schedule > 0) saying.Add("schedule", read.schedule);
  return saying.Get("/balance");
}

HttpSaying Http(const ReadTransaction& read) {
  Saying saying;
  saying.Add("user_id", read.user.value());
  if (read.id) {
    saying.Add("id", read.id->value());
  } else {
    saying.Add("idempotency_key", read.key);
  }
  return saying.Get("/transaction");
}

HttpSaying Http(const ListTransactions& list) {
  const client::ListTransactions said = ToClient(list);
  Saying saying;
  saying.Add("user_id", said.user_id);
  if (!said.currency.empty()) saying.Add("currency", std::string_view(said.currency));
  saying.Add("page", said.page);
  saying.Add("limit", said.limit);
  saying.Add("before_id", said.before_id);
  saying.Add("after_id", said.after_id);
  return saying.Get("/transactions");
}

HttpSaying Http(const ListWithdrawals& list) {
  const client::ListWithdrawals said = ToClient(list);
  Saying saying;
  saying.Add("user_id", said.user_id);
  if (!said.substatus.empty()) saying.Add("substatus", std::string_view(said.substatus));
  saying.Add("limit", said.limit);
  return saying.Get("/withdrawals");
}

HttpSaying Http(const ListChanges& list) {
  Saying saying;
  if (list.after) saying.Add("after", std::string_view(TokenOf(list)));
  saying.Add("limit", list.limit);
  return saying.Get("/changes");
}

HttpSaying Http(const Advance& advance) {
  Saying saying;
  saying.Add("user_id", advance.user.value());
  saying.Add("id", advance.id.value());
  saying.Add("paid", advance.step == BankStep::kResolvePaid);
  saying.Add("note", advance.message);
  return saying.Post("/withdrawals/resolve");
}

}  // namespace

std::string SayInBinary(const Operation& operation) {
  std::string out;
  std::visit([&](const auto& asked) { Say(asked, out); }, operation);
  return out;
}

HttpSaying SayOverHttp(const Operation& operation) {
  return std::visit([](const auto& asked) { return Http(asked); }, operation);
}

}  // namespace wallet::fuzz

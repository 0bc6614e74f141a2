#include "tests/simulation/workload.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/ledger/limits.h"

namespace wallet::simulation {
namespace {

constexpr int64_t kDay = 86'400 * kSecond;

}  // namespace

Call Workload::Next() {
  Call call = Draw();
  memory_.OnNewCall(call);
  return call;
}

Call Workload::Draw() {
  if (memory_.has_writes() && random_.Chance(knobs_.repeat + knobs_.reuse)) return Repeat();
  if (random_.Chance(knobs_.reads)) return Read();
  return random_.Chance(knobs_.withdrawals) ? Withdraw() : Charge();
}

// The first users are the hot ones; some have extreme numbers.
int64_t Workload::DrawUser() {
  const int64_t index =
      std::min(random_.Range(0, knobs_.users - 1), random_.Range(0, knobs_.users - 1));
  if (index == 1) return INT64_MAX;
  return index == 2 ? int64_t{1} << 62 : index + 1;
}

std::string Workload::DrawCurrency() {
  const int64_t draw = random_.Range(1, 10);
  return draw <= 8 ? "USD" : draw == 9 ? "EUR" : "JPY";
}

std::string Workload::NewKey() {
  std::string key = absl::StrCat("c", client_, "-", ++keys_);
  if (random_.Chance(kAlways / 50)) key.resize(kMaxKeyBytes, 'k');
  if (random_.Chance(kAlways / 50)) key = absl::StrCat("š ", key).substr(0, kMaxKeyBytes);
  return key;
}

std::optional<std::string> Workload::Words(Ppm ppm) {
  if (!random_.Chance(ppm)) return std::nullopt;
  return std::string(static_cast<size_t>(random_.LogRange(1, 256) - 1), 'w');
}

int64_t Workload::Huge() {
  return random_.Chance(kAlways / 2) ? INT64_MAX - random_.Range(0, 2)
                                     : INT64_MAX / random_.Range(2, 4);
}

int64_t Workload::ReleaseAt() {
  const int64_t now = stamps_.Peek();
  switch (random_.Range(1, 8)) {
    case 1:
      return now - random_.LogRange(1, kDay);
    case 2:
      return now;
    case 3:
      return now + random_.LogRange(1, 100 * kDay);
    case 4:
      return random_.Chance(kAlways / 2) ? 0 : kMaxInstant.value();
    case 5:
    case 6:  // where many meet
      return (now / kSecond + random_.Range(1, 3)) * kSecond;
    default:
      return now + random_.LogRange(1, 3 * kSecond);
  }
}

Call Workload::Charge() {
  Call call;
  call.request = {.user = DrawUser(),
                  .amount = random_.Chance(knobs_.huge) ? Huge() : random_.LogRange(1, 100'000),
                  .key = NewKey(),
                  .currency = DrawCurrency()};
  if (random_.Chance(knobs_.releases)) call.request.release_at = ReleaseAt();
  call.request.description = Words(kAlways / 8);
  return call;
}

Call Workload::Withdraw() {
  Call call;
  call.request = {
      .withdraw = true, .user = DrawUser(), .key = NewKey(), .currency = DrawCurrency()};
  model::Request& request = call.request;
  const int64_t known = memory_.Withdrawable(request.user, request.currency);
  const int64_t draw = random_.Range(1, 10);
  request.amount = draw == 1 ? known : draw == 2 && known < INT64_MAX ? known + 1 : 0;
  if (draw > 2) request.amount = random_.LogRange(1, std::max<int64_t>(1, known / 2));
  if (draw == 3 && random_.Chance(knobs_.huge)) request.amount = Huge();
  request.amount = std::max<int64_t>(1, request.amount);
  request.destination = Words(kAlways / 3);
  request.description = Words(kAlways / 8);
  return call;
}

Call Workload::Read() {
  Call call;
  call.request.user = DrawUser();
  switch (random_.Range(1, 6)) {
    case 1:
      call.kind = CallKind::kById;
      call.id = random_.Range(1, memory_.LastId(call.request.user) + 2);
      return call;
    case 2:
      call.kind = CallKind::kByKey;
      call.request.key = "never";
      if (memory_.has_writes()) call.request = memory_.AnyWrite(random_).request;
      return call;
    case 3:
    case 4:
      call.kind = CallKind::kList;
      call.query = DrawQuery(call.request.user);
      return call;
    default:
      call.kind = CallKind::kBalance;
      call.request.currency = DrawCurrency();
      if (random_.Chance(kAlways / 2)) DrawInstant(call);
      return call;
  }
}

// What has passed, what is ahead, and the very instants at which something happens.
void Workload::DrawInstant(Call& call) {
  const int64_t now = stamps_.Peek();
  const int64_t draw = random_.Range(1, 8);
  const int64_t change = memory_.LastChange(call.request.user);
  if (draw <= 2) call.at = now - random_.LogRange(1, 600 * kSecond);
  if (draw == 3) call.at = change + random_.Range(-1, 1);
  if (draw == 4) call.at = now + random_.Range(-1000, 1000);
  if (draw == 5) call.at = now + random_.LogRange(1, 100 * kDay);
  if (draw == 6) call.at = ReleaseAt();
  if (draw == 7 && memory_.has_writes()) {
    const Call& write = memory_.AnyWrite(random_);
    call.at = write.request.release_at;
    if (call.at) call.request = {.user = write.request.user, .currency = write.request.currency};
  }
  if (call.at) call.at = std::clamp<int64_t>(*call.at, 0, kMaxInstant.value());
  if (!call.at || random_.Chance(kAlways / 2)) call.schedule = random_.LogRange(1, 20);
}

model::Query Workload::DrawQuery(int64_t user) {
  model::Query query;
  query.limit = random_.LogRange(1, 64);
  query.order = static_cast<model::Order>(random_.Range(0, 2));
  const int64_t most = query.order == model::Order::kPage ? 4 : memory_.LastId(user) + 2;
  query.from = random_.Range(1, most);
  if (random_.Chance(kAlways / 50)) query.from = INT64_MAX;
  if (random_.Chance(kAlways / 3)) query.currency = DrawCurrency();
  return query;
}

// The same again, or the same key with another request.
Call Workload::Repeat() {
  Call call = memory_.AnyWrite(random_);
  model::Request& request = call.request;
  if (random_.Range(1, knobs_.repeat + knobs_.reuse) <= knobs_.repeat) return call;
  switch (random_.Range(1, 4)) {
    case 1:
      request.amount = request.amount == 1 ? 2 : request.amount - 1;
      break;
    case 2:
      request.currency = request.currency == "USD" ? "EUR" : "USD";
      break;
    case 3:
      request.description = request.description ? std::nullopt : std::optional<std::string>("");
      break;
    default:
      request.withdraw = !request.withdraw;
      request.release_at = std::nullopt;
      request.destination = std::nullopt;
  }
  return call;
}

Call Workload::AtRelease(const Call& charge) {
  Call call;
  call.kind = CallKind::kBalance;
  call.request.user = charge.request.user;
  call.request.currency = charge.request.currency;
  if (random_.Chance(kAlways / 2)) return call;
  call.kind = CallKind::kWrite;
  call.request.withdraw = true;
  call.request.key = NewKey();
  const int64_t known = memory_.Withdrawable(call.request.user, call.request.currency);
  call.request.amount = std::min(known, INT64_MAX - charge.request.amount) + charge.request.amount;
  return call;
}

}  // namespace wallet::simulation

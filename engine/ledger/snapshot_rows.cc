#include "engine/ledger/snapshot_rows.h"

#include <algorithm>
#include <string>

#include "engine/ledger/fields.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

// Reads users one after the other, each in relation to the one before.
class UserDecoder {
 public:
  UserDecoder(std::string_view payload, UserRows& rows)
      : reader_(payload), fields_(reader_), rows_(rows) {}

  bool Run() {
    while (!reader_.AtEnd() && reader_.ok()) ReadUser();
    return reader_.ok();
  }

 private:
  void ReadUser() {
    UserRow& user = rows_.users.emplace_back();
    last_user_ = UserId(Next(last_user_.value(), 1, INT64_MAX));
    user.id = last_user_;
    user.last_id = TransactionId(fields_.Number(1, User::kMaxLastId));
    uint8_t flags = 0;
    do {
      flags = reader_.Fixed<uint8_t>();
      ReadAccount(flags);
      ++user.accounts;
    } while (reader_.ok() && (flags & kMoreAccounts));
  }

  void ReadAccount(uint8_t flags) {
    if ((flags & ~kAccountFlags) || ((flags & kHasLots) && (flags & kLotsFollow))) reader_.Fail();
    ReadCurrency(flags & kNamesCurrency);
    AccountRow& account = rows_.accounts.emplace_back();
    account.currency = last_currency_;
    account.total = Amount(fields_.Number(0, INT64_MAX));
    if (flags & kHasHeld) account.held = Amount(fields_.Number(1, account.total.value()));
    if (flags & kHasLots) ReadLots(account);
    account.lots_follow = flags & kLotsFollow;
  }

  // Named when it is another than before, and only then: one account has one encoding.
  void ReadCurrency(bool named) {
    const Currency currency = named ? fields_.ReadCurrency() : last_currency_;
    if (named == (currency == last_currency_) || currency == Currency()) reader_.Fail();
    last_currency_ = currency;
  }

  void ReadLots(AccountRow& account) {
    account.lots = static_cast<size_t>(fields_.Number(1, kMaxInlineLots));
    Instant earliest = Instant(1);
    int64_t room = account.total.value() - account.held.value();
    for (size_t i = 0; i < account.lots && reader_.ok(); ++i) {
      last_instant_ = Instant(Next(last_instant_.value(), earliest.value(), kMaxInstant.value()));
      const Amount amount(fields_.Number(1, room));
      room -= amount.value();
      rows_.lots.push_back({last_instant_, amount});
      earliest = Instant(last_instant_.value() + 1);
    }
  }

  // A number told by its difference to the one before.
  int64_t Next(int64_t before, int64_t low, int64_t high) {
    int64_t value = 0;
    const int64_t difference = UnZigZag(reader_.Varint());
    const bool overflow = __builtin_add_overflow(before, difference, &value);
    if (overflow || value < low || value > high) reader_.Fail();
    return reader_.ok() ? value : low;
  }

  Reader reader_;
  Fields fields_;
  UserRows& rows_;
  UserId last_user_;
  Currency last_currency_;
  Instant last_instant_;
};

bool IsOpen(Substatus substatus) {
  return substatus != Substatus::kNone && StatusOf(substatus) == Status::kPending;
}

OpenWithdrawal ReadOpen(Reader& reader) {
  Fields fields(reader);
  OpenWithdrawal open;
  open.user = UserId(fields.Positive());
  open.id = TransactionId(fields.Number(1, User::kMaxLastId));
  open.currency = fields.ReadCurrency();
  open.amount = Amount(fields.Positive());
  open.epoch = Epoch(fields.Fixed(kEpochBytes));
  open.created_at = Instant(fields.Number(kMinInstant.value(), kMaxInstant.value()));
  open.updated_at = Instant(fields.Number(kMinInstant.value(), kMaxInstant.value()));
  const uint8_t state = reader.Fixed<uint8_t>();
  open.may_have_paid = state & kMayHavePaid;
  open.substatus = static_cast<Substatus>(state & ~kMayHavePaid);
  if ((state & ~kMayHavePaid) >= kSubstatusCount || !IsOpen(open.substatus)) reader.Fail();
  open.attempts = static_cast<uint32_t>(fields.Number(0, UINT32_MAX));
  open.bank = fields.Text(0, kMaxBankNameBytes);
  open.destination = fields.Text(0, kMaxDestinationBytes);
  return open;
}

Digest ReadDigest(Reader& reader) {
  const uint64_t low = reader.Fixed<uint64_t>();
  const uint64_t high = reader.Fixed<uint64_t>();
  return {low, high};
}

// Below 2^110, so that the sum over all sections does not overflow.
Int128 ReadWide(Reader& reader) {
  const uint64_t low = reader.Varint();
  const uint64_t high = reader.Varint();
  if (high >> 46 != 0) return reader.Fail(), 0;
  return static_cast<Int128>(high) << 64 | low;
}

void ReadFlows(Reader& reader, Flows& flows) {
  Fields fields(reader);
  Currency last;
  for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
    const Currency currency = fields.ReadCurrency();
    if (currency <= last) reader.Fail();
    last = currency;
    Flow& flow = flows[currency];
    flow.charged = ReadWide(reader);
    flow.paid = ReadWide(reader);
    flow.held = ReadWide(reader);
  }
}

}  // namespace

bool DecodeUsers(std::string_view payload, UserRows& rows) {
  rows.users.clear();
  rows.accounts.clear();
  rows.lots.clear();
  return UserDecoder(payload, rows).Run();
}

bool DecodeLots(std::string_view payload, LotsRows& rows) {
  rows.lots.clear();
  Reader reader(payload);
  Fields fields(reader);
  const uint8_t last = reader.Fixed<uint8_t>();
  if (last > 1) reader.Fail();
  rows.last = last == 1;
  rows.user = UserId(fields.Positive());
  rows.currency = fields.ReadCurrency();
  int64_t instant = 0;
  while (reader.ok() && !reader.AtEnd()) {
    instant += fields.Number(1, std::max<int64_t>(kMaxInstant.value() - instant, 1));
    rows.lots.push_back({Instant(instant), Amount(fields.Positive())});
  }
  return reader.ok() && instant <= kMaxInstant.value();
}

bool DecodeOpen(std::string_view payload, std::vector<OpenWithdrawal>& rows) {
  rows.clear();
  Reader reader(payload);
  while (reader.ok() && !reader.AtEnd()) rows.push_back(ReadOpen(reader));
  return reader.ok();
}

bool DecodeEnd(std::string_view payload, SectionEnd& end) {
  if (payload.size() < sizeof(uint64_t)) return false;
  const std::string_view sealed = payload.substr(0, payload.size() - sizeof(uint64_t));
  if (Reader(payload.substr(sealed.size())).Fixed<uint64_t>() != Xxh3(sealed)) return false;
  Reader reader(sealed);
  Fields fields(reader);
  end.users = fields.Number(0, UINT32_MAX);
  end.accounts = fields.Number(0, INT64_MAX);
  end.open = fields.Number(0, INT64_MAX);
  end.last_stamp = Instant(fields.Number(kMinInstant.value(), kMaxInstant.value()));
  end.keys = ReadDigest(reader);
  end.digest = ReadDigest(reader);
  ReadFlows(reader, end.flows);
  return reader.AtEnd();
}

}  // namespace wallet

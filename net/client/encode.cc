#include "net/client/codec.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet::client {
namespace {

// The tag of a field that holds bytes or a message; one byte as long as field numbers are below 16.
constexpr char Tag(int field) {
  constexpr int kLengthDelimited = 2;
  return static_cast<char>(field << 3 | kLengthDelimited);
}
static_assert(v1::Operation::kAdminFieldNumber < 16);

constexpr size_t VarintSize(uint64_t value) {
  size_t size = 1;
  while (value >>= 7) ++size;
  return size;
}

// Writes a Request's operation around the message of its kind, without building either.
void Append(int field, const google::protobuf::MessageLite& body, std::string& out) {
  const size_t body_size = body.ByteSizeLong();
  out += Tag(v1::Request::kOperationsFieldNumber);
  PutVarint(out, 1 + VarintSize(body_size) + body_size);
  out += Tag(field);
  PutVarint(out, body_size);
  body.AppendToString(&out);
}

// A Write's fields go twice through `out`: to be counted, then to be written.
template <class Request, class Out>
void PutCommon(const Request& request, Out& out) {
  using Wire = v1::Write;
  out.Number(Wire::kUserIdFieldNumber, request.user_id);
  out.Number(Wire::kAmountFieldNumber, request.amount);
  out.Text(Wire::kIdempotencyKeyFieldNumber, request.idempotency_key);
  if (!request.currency.empty()) out.Text(Wire::kCurrencyFieldNumber, request.currency);
}

template <class Out>
void PutFields(const Charge& charge, Out& out) {
  using Wire = v1::Write;
  PutCommon(charge, out);
  if (charge.release_at) out.Number(Wire::kReleaseAtFieldNumber, charge.release_at->value());
  if (charge.description) out.Text(Wire::kDescriptionFieldNumber, *charge.description);
}

template <class Out>
void PutFields(const Withdraw& withdraw, Out& out) {
  using Wire = v1::Write;
  PutCommon(withdraw, out);
  if (withdraw.destination) out.Text(Wire::kDestinationFieldNumber, *withdraw.destination);
  if (withdraw.description) out.Text(Wire::kDescriptionFieldNumber, *withdraw.description);
}

struct FieldCounter {
  void Number(int, int64_t value) { size += 1 + VarintSize(static_cast<uint64_t>(value)); }
  void Text(int, std::string_view text) { size += 1 + VarintSize(text.size()) + text.size(); }
  size_t size = 0;
};

struct FieldWriter {
  void Number(int field, int64_t value) {
    *at++ = static_cast<char>(field << 3);
    at = PutVarint(at, static_cast<uint64_t>(value));
  }
  void Text(int field, std::string_view text) {
    *at++ = Tag(field);
    at = PutVarint(at, text.size());
    at += text.copy(at, text.size());
  }
  char* at;
};

// What Append does of a message, without the message: writes are many.
template <class Request>
void AppendWrite(int field, const Request& request, std::string& out) {
  FieldCounter counter;
  PutFields(request, counter);
  const size_t operation_size = 1 + VarintSize(counter.size) + counter.size;
  const size_t begin = out.size();
  out.resize(begin + 1 + VarintSize(operation_size) + operation_size);
  char* at = out.data() + begin;
  *at++ = Tag(v1::Request::kOperationsFieldNumber);
  at = PutVarint(at, operation_size);
  *at++ = Tag(field);
  FieldWriter writer{PutVarint(at, counter.size)};
  PutFields(request, writer);
  WALLET_CHECK(writer.at == out.data() + out.size());
}

}  // namespace

void Encode(const Charge& charge, std::string& out) {
  AppendWrite(v1::Operation::kChargeFieldNumber, charge, out);
}

void Encode(const Withdraw& withdraw, std::string& out) {
  AppendWrite(v1::Operation::kWithdrawFieldNumber, withdraw, out);
}

void Encode(const ReadBalance& read, std::string& out) {
  v1::GetBalance get;
  get.set_user_id(read.user_id);
  if (!read.currency.empty()) get.set_currency(read.currency);
  if (read.at) get.set_at(read.at->value());
  if (read.schedule) get.set_schedule(*read.schedule);
  Append(v1::Operation::kGetBalanceFieldNumber, get, out);
}

void EncodeGetTransaction(int64_t user_id, int64_t id, std::string& out) {
  v1::GetTransaction get;
  get.set_user_id(user_id);
  get.set_id(id);
  Append(v1::Operation::kGetTransactionFieldNumber, get, out);
}

void EncodeGetTransaction(int64_t user_id, const std::string& idempotency_key, std::string& out) {
  v1::GetTransaction get;
  get.set_user_id(user_id);
  get.set_idempotency_key(idempotency_key);
  Append(v1::Operation::kGetTransactionFieldNumber, get, out);
}

void Encode(const ListTransactions& list, std::string& out) {
  v1::ListTransactions wire;
  wire.set_user_id(list.user_id);
  if (!list.currency.empty()) wire.set_currency(list.currency);
  if (list.page) wire.set_page(*list.page);
  if (list.limit) wire.set_limit(*list.limit);
  if (list.before_id) wire.set_before_id(*list.before_id);
  if (list.after_id) wire.set_after_id(*list.after_id);
  Append(v1::Operation::kListTransactionsFieldNumber, wire, out);
}

void Encode(const ListWithdrawals& list, std::string& out) {
  v1::ListWithdrawals wire;
  if (list.user_id) wire.set_user_id(*list.user_id);
  if (!list.substatus.empty()) wire.set_substatus(list.substatus);
  if (list.limit) wire.set_limit(*list.limit);
  Append(v1::Operation::kListWithdrawalsFieldNumber, wire, out);
}

void Encode(const ListChanges& list, std::string& out) {
  v1::ListChanges wire;
  if (!list.after.empty()) wire.set_after(list.after);
  if (list.limit) wire.set_limit(*list.limit);
  Append(v1::Operation::kListChangesFieldNumber, wire, out);
}

void EncodeResolve(int64_t user_id, int64_t id, bool paid, const std::string& note,
                   std::string& out) {
  v1::Resolve resolve;
  resolve.set_user_id(user_id);
  resolve.set_id(id);
  resolve.set_paid(paid);
  if (!note.empty()) resolve.set_note(note);
  Append(v1::Operation::kResolveFieldNumber, resolve, out);
}

void EncodeGetHealth(std::string& out) {
  Append(v1::Operation::kGetHealthFieldNumber, v1::GetHealth(), out);
}

namespace {

void Append(const v1::Admin& admin, std::string& out) {
  Append(v1::Operation::kAdminFieldNumber, admin, out);
}

}  // namespace

void EncodeBeginSnapshot(std::string& out) {
  v1::Admin admin;
  admin.mutable_create_snapshot();
  Append(admin, out);
}

void EncodeGetSnapshot(uint64_t ticket, std::string& out) {
  v1::Admin admin;
  admin.mutable_get_snapshot()->set_ticket(ticket);
  Append(admin, out);
}

void EncodeListSnapshots(std::string& out) {
  v1::Admin admin;
  admin.mutable_list_snapshots();
  Append(admin, out);
}

void Encode(const CreateBackup& backup, std::string& out) {
  v1::Admin admin;
  v1::CreateBackup& wire = *admin.mutable_create_backup();
  wire.set_directory(backup.directory);
  if (!backup.earlier.empty()) wire.set_earlier(backup.earlier);
  if (backup.token != 0) wire.set_token(backup.token);
  Append(admin, out);
}

void EncodeGetBackup(std::string& out) {
  v1::Admin admin;
  admin.mutable_get_backup();
  Append(admin, out);
}

void EncodeCancelBackup(std::string& out) {
  v1::Admin admin;
  admin.mutable_cancel_backup();
  Append(admin, out);
}

}  // namespace wallet::client

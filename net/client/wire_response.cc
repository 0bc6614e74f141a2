#include "net/client/wire_response.h"

#include "net/proto/wallet.pb.h"
#include "net/proto/wire_reader.h"

namespace wallet::client {
namespace {

using Wire = v1::Response;
constexpr uint32_t kResults = FieldBits(Wire::kResultsFieldNumber);

}  // namespace

std::optional<WireResponse> WireResponse::Of(std::string_view body) {
  WireResponse response;
  if (response.ReadPlain(body)) return response;
  v1::Response message;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) return std::nullopt;
  message.DiscardUnknownFields();
  response.rewritten_ = message.SerializeAsString();
  if (!response.ReadPlain(*response.rewritten_)) return std::nullopt;
  return response;
}

bool WireResponse::ReadPlain(std::string_view body) {
  body_ = body;
  results_ = 0;
  more_ = false;
  return ReadPlainMessage(body, kResults, ~0u, [&](const WireReader::Field& field) {
    if (field.number == Wire::kResultsFieldNumber) return ++results_, true;
    if (field.number != Wire::kMoreFieldNumber) return false;
    return more_ = field.value != 0, true;
  });
}

bool WireResponse::ForEachResult(absl::FunctionRef<bool(std::string_view)> visit) const {
  WireReader reader(body());
  for (WireReader::Field field; reader.Next(field, kResults);) {
    if (field.number == Wire::kResultsFieldNumber && !visit(field.bytes)) return false;
  }
  return true;
}

}  // namespace wallet::client

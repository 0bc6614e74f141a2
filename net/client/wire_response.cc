#include "net/client/wire_response.h"

#include "net/proto/wallet.pb.h"
#include "net/proto/wire_reader.h"

namespace wallet::client {
namespace {

using Wire = v1::Response;
constexpr uint32_t kDelimited = uint32_t{1} << Wire::kResultsFieldNumber;

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
  WireReader reader(body);
  for (WireReader::Field field; reader.Next(field, kDelimited);) {
    if (field.number == Wire::kResultsFieldNumber) {
      ++results_;
    } else if (field.number == Wire::kMoreFieldNumber) {
      more_ = field.value != 0;
    } else {
      return false;
    }
  }
  return !reader.failed();
}

bool WireResponse::ForEachResult(absl::FunctionRef<bool(std::string_view)> visit) const {
  WireReader reader(body());
  for (WireReader::Field field; reader.Next(field, kDelimited);) {
    if (field.number == Wire::kResultsFieldNumber && !visit(field.bytes)) return false;
  }
  return true;
}

}  // namespace wallet::client

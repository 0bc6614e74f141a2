#include "tests/e2e/many_writes.h"

#include <algorithm>
#include <atomic>
#include <latch>

namespace wallet::e2e {
namespace {

constexpr size_t kBatch = 1'000;

template <class Write>
int64_t WriteInBatches(const std::string& address, const std::vector<Write>& requests) {
  const auto client = client::Client::Create({.address = address});
  std::atomic<int64_t> accepted{0};
  std::latch left(static_cast<ptrdiff_t>((requests.size() + kBatch - 1) / kBatch));
  for (size_t begin = 0; begin < requests.size(); begin += kBatch) {
    const size_t end = std::min(requests.size(), begin + kBatch);
    client->DoAll(std::vector<Write>(requests.begin() + begin, requests.begin() + end),
                  [&](const std::vector<client::WriteAnswer>& answers) {
                    accepted += std::ranges::count_if(
                        answers, [](const client::WriteAnswer& each) { return each.ok(); });
                    left.count_down();
                  });
  }
  left.wait();
  return accepted;
}

}  // namespace

int64_t WriteAll(const std::string& binary_address, const std::vector<client::Charge>& requests) {
  return WriteInBatches(binary_address, requests);
}

int64_t WriteAll(const std::string& binary_address, const std::vector<client::Withdraw>& requests) {
  return WriteInBatches(binary_address, requests);
}

}  // namespace wallet::e2e

#include "tests/model/view.h"

#include <algorithm>

namespace wallet::model {
namespace {

bool Wanted(const Entry& entry, const Query& query) {
  if (query.currency && entry.request.currency != *query.currency) return false;
  if (query.order == Order::kBefore) return entry.id < query.from;
  if (query.order == Order::kAfter) return entry.id > query.from;
  return true;
}

// Ids that may be on the page, in the order asked for.
std::vector<int64_t> Candidates(const std::vector<Entry>& entries, const Query& query) {
  std::vector<int64_t> ids;
  for (const Entry& entry : entries) {
    if (Wanted(entry, query)) ids.push_back(entry.id);
  }
  if (query.order != Order::kAfter) std::reverse(ids.begin(), ids.end());
  return ids;
}

}  // namespace

Transaction See(const Entry& entry) {
  const Request& request = entry.request;
  return {.user = request.user,
          .id = entry.id,
          .type = request.withdraw ? "withdraw" : "charge",
          .status = entry.status,
          .substatus = entry.substatus,
          .currency = request.currency,
          .amount = request.withdraw ? -request.amount : request.amount,
          .key = request.key,
          .destination = request.destination,
          .description = request.description,
          .created_at = entry.created_at,
          .updated_at = entry.updated_at,
          .release_at = request.release_at,
          .failure_code = entry.failure_code,
          .failure_message = entry.failure_message};
}

Page List(const std::vector<Entry>& entries, const Query& query) {
  Page page;
  for (const Entry& entry : entries) {
    page.total += !query.currency || entry.request.currency == *query.currency;
  }
  const std::vector<int64_t> all = Candidates(entries, query);
  const __int128 skipped = query.order == Order::kPage ? __int128{query.from - 1} * query.limit : 0;
  for (size_t i = 0; i < all.size(); ++i) {
    const __int128 place = static_cast<__int128>(i) - skipped;
    if (place >= 0 && place < query.limit) page.ids.push_back(all[i]);
  }
  if (page.ids.empty() || page.ids.back() == all.back()) return page;
  page.next = query.order == Order::kPage ? query.from + 1 : page.ids.back();
  return page;
}

std::string ToString(const Transaction& t) {
  return "#" + std::to_string(t.id) + " " + t.type + " " + std::to_string(t.amount) + " " +
         t.currency + " key " + t.key + " " + t.status + "/" + t.substatus + " at " +
         std::to_string(t.created_at) + ".." + std::to_string(t.updated_at) +
         (t.release_at ? " release " + std::to_string(*t.release_at) : "") +
         (t.destination ? " to '" + *t.destination + "'" : "") +
         (t.description ? " '" + *t.description + "'" : "") +
         (t.failure_code.empty() ? "" : " " + t.failure_code + ": " + t.failure_message);
}

std::string ToString(const Balance& b) {
  return "total " + std::to_string(b.total) + " withdrawable " + std::to_string(b.withdrawable) +
         " unreleased " + std::to_string(b.unreleased) + " held " + std::to_string(b.held);
}

}  // namespace wallet::model

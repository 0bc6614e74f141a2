#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/wallet-snapshot/output.h"

namespace wallet::snapshot_tool {
namespace {

namespace json = boost::json;

std::string Line(const json::object& object) { return json::serialize(object) + "\n"; }

json::value OrNull(const std::optional<Position>& position) {
  if (!position) return nullptr;
  return position->value();
}

json::object ToJson(const SnapshotListing& listing) {
  if (!listing.damage.empty()) {
    return {
        {"position", listing.position.value()}, {"path", listing.path}, {"damage", listing.damage}};
  }
  return {{"position", listing.position.value()},
          {"created_at", FormatRfc3339(listing.created_at)},
          {"bytes", listing.bytes},
          {"accounts", listing.accounts},
          {"open_withdrawals", listing.open_withdrawals},
          {"path", listing.path}};
}

json::object ToJson(const BackupSetContents& set, const std::string& path) {
  const BackupContents& contents = set.contents;
  return {{"path", path},
          {"created_at", FormatRfc3339(contents.created_at)},
          {"epoch", contents.epoch.ToString()},
          {"default_currency", contents.default_currency.ToString()},
          {"end", contents.end.value()},
          {"snapshot", OrNull(contents.snapshot)},
          {"index", OrNull(contents.index)},
          {"log_begin", contents.log_begin.value()},
          {"files", set.manifest.files.size()},
          {"bytes", set.manifest.TotalBytes()},
          {"chain_hash", ToHex(contents.end_hash)}};
}

}  // namespace

std::string JsonOf(const std::vector<SnapshotListing>& snapshots) {
  json::array array;
  for (const SnapshotListing& each : snapshots) array.push_back(ToJson(each));
  return Line({{"snapshots", std::move(array)}});
}

std::string JsonOf(const std::vector<SetListing>& sets) {
  json::array array;
  for (const SetListing& each : sets) {
    if (each.set) {
      array.push_back(ToJson(*each.set, each.path));
    } else {
      array.push_back(json::object{{"path", each.path}, {"damage", each.damage}});
    }
  }
  return Line({{"backups", std::move(array)}});
}

std::string JsonOf(const SnapshotMetadata& snapshot, const std::string& path, uint64_t bytes) {
  int64_t accounts = 0, open = 0;
  for (const SectionFacts& section : snapshot.sections) {
    accounts += section.accounts;
    open += section.open_withdrawals;
  }
  return Line({{"path", path},
               {"position", snapshot.position.value()},
               {"created_at", FormatRfc3339(snapshot.created_at)},
               {"last_stamp", FormatRfc3339(snapshot.last_stamp)},
               {"bytes", bytes},
               {"epoch", snapshot.epoch.ToString()},
               {"default_currency", snapshot.default_currency.ToString()},
               {"accounts", accounts},
               {"open_withdrawals", open},
               {"shards", snapshot.sections.size()},
               {"chain_hash", ToHex(snapshot.chain_hash)}});
}

std::string JsonOf(const BackupSetContents& set, const std::string& path) {
  return Line(ToJson(set, path));
}

std::string JsonOf(const SnapshotMade& made) {
  return Line({{"position", made.position},
               {"created_at", FormatRfc3339(made.created_at)},
               {"bytes", made.bytes},
               {"made", made.made}});
}

std::string JsonOf(const SetMade& made) {
  return Line({{"path", made.path},
               {"end", made.end},
               {"copied_bytes", made.copied_bytes},
               {"linked_bytes", made.linked_bytes}});
}

std::string ErrorJson(const absl::Status& status) {
  const json::object error = {{"code", absl::StatusCodeToString(status.code())},
                              {"message", std::string(status.message())}};
  return Line({{"error", error}});
}

}  // namespace wallet::snapshot_tool

#include "net/admin.h"

#include <filesystem>
#include <string>
#include <utility>

namespace wallet {
namespace {

Refusal Refused(std::string_view field, std::string message) {
  return {Outcome::kInvalidField, field, std::move(message)};
}

void Fill(const SnapshotTaken& taken, v1::Snapshot& out) {
  out.set_position(taken.position.value());
  out.set_created_at(taken.created_at.value());
  out.set_bytes(taken.bytes);
}

void Fill(const SnapshotListing& listing, v1::Snapshot& out) {
  out.set_position(listing.position.value());
  out.set_created_at(listing.created_at.value());
  out.set_bytes(listing.bytes);
  out.set_accounts(listing.accounts);
  out.set_open_withdrawals(listing.open_withdrawals);
  out.set_path(std::filesystem::absolute(listing.path).lexically_normal().string());
  out.set_damage(listing.damage);
}

void Fill(const SnapshotAsked& asked, v1::SnapshotRequest& out) {
  out.set_ticket(asked.ticket);
  out.set_ended(asked.ended);
  out.set_error(asked.error);
  if (asked.taken) Fill(*asked.taken, *out.mutable_snapshot());
}

void Fill(const BackupStatus& status, v1::Backup& out) {
  out.set_state(static_cast<uint32_t>(status.state));
  out.set_directory(status.request.directory);
  out.set_earlier(status.request.earlier);
  out.set_token(status.request.token);
  if (status.state != BackupState::kNone) {
    out.set_phase(static_cast<uint32_t>(status.progress.phase));
    out.set_done(status.progress.done);
    out.set_total(status.progress.total);
  }
  out.set_error(status.error);
  out.set_position(status.end.value());
  out.set_copied_bytes(status.copied_bytes);
  out.set_linked_bytes(status.linked_bytes);
}

std::optional<Refusal> Look(Maintenance& maintenance, uint64_t ticket, v1::AdminResult& out) {
  const auto asked = maintenance.snapshot(ticket);
  if (!asked.ok()) return Refused("ticket", std::string(asked.status().message()));
  Fill(*asked, *out.mutable_snapshot());
  return std::nullopt;
}

void List(const Engine& engine, v1::SnapshotList& out) {
  const SnapshotStatus status = engine.snapshots();
  for (const SnapshotListing& listing : status.kept) Fill(listing, *out.add_snapshots());
  out.set_under_way(status.under_way);
}

std::optional<Refusal> Begin(const v1::CreateBackup& asked, Maintenance& maintenance,
                             v1::AdminResult& out) {
  const absl::Status begun = maintenance.BeginBackup(
      {.directory = asked.directory(), .earlier = asked.earlier(), .token = asked.token()});
  if (!begun.ok()) return Refused("directory", std::string(begun.message()));
  Fill(maintenance.backup(), *out.mutable_backup());
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> AnswerAdmin(const v1::Admin& asked, const Engine& engine,
                                   Maintenance* maintenance, bool local, v1::AdminResult& out) {
  if (maintenance == nullptr) return Refused("admin", "this server offers nothing to operators");
  if (!local) {
    return Refused("admin",
                   "operators are served on the server's own machine only: connect from there, to "
                   "its loopback address");
  }
  switch (asked.kind_case()) {
    case v1::Admin::kCreateSnapshot:
      return Look(*maintenance, maintenance->BeginSnapshot(), out);
    case v1::Admin::kGetSnapshot:
      return Look(*maintenance, asked.get_snapshot().ticket(), out);
    case v1::Admin::kListSnapshots:
      return List(engine, *out.mutable_snapshots()), std::nullopt;
    case v1::Admin::kCreateBackup:
      return Begin(asked.create_backup(), *maintenance, out);
    case v1::Admin::kCancelBackup:
      maintenance->CancelBackup();
      [[fallthrough]];
    case v1::Admin::kGetBackup:
      return Fill(maintenance->backup(), *out.mutable_backup()), std::nullopt;
    case v1::Admin::KIND_NOT_SET:
      break;
  }
  return Refusal{Outcome::kMalformedRequest, "",
                 "the operation is of no kind that this server knows; set exactly one"};
}

}  // namespace wallet

#include "engine/backup/maintenance.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

constexpr size_t kTicketsKept = 64;

bool IsAbsolute(const std::string& path) { return path.starts_with('/') && path.size() > 1; }

SnapshotAsked* Find(std::deque<SnapshotAsked>& tickets, uint64_t ticket) {
  const auto found = std::find_if(tickets.begin(), tickets.end(),
                                  [&](const SnapshotAsked& each) { return each.ticket == ticket; });
  return found == tickets.end() ? nullptr : &*found;
}

}  // namespace

Maintenance::Maintenance(Engine& engine, BackupLedger ledger, Executor& executor)
    : engine_(engine), ledger_(std::move(ledger)), executor_(executor) {}

uint64_t Maintenance::BeginSnapshot() {
  uint64_t ticket = 0;
  {
    const std::lock_guard lock(asked_->mutex);
    ticket = ++asked_->last;
    asked_->tickets.push_back({.ticket = ticket});
    if (asked_->tickets.size() > kTicketsKept) asked_->tickets.pop_front();
  }
  engine_.TakeSnapshot([asked = asked_, ticket](absl::StatusOr<SnapshotTaken> taken) {
    const std::lock_guard lock(asked->mutex);
    SnapshotAsked* const mine = Find(asked->tickets, ticket);
    if (mine == nullptr) return;
    mine->ended = true;
    if (taken.ok()) {
      mine->taken = *taken;
    } else {
      mine->error = std::string(taken.status().message());
    }
  });
  return ticket;
}

absl::StatusOr<SnapshotAsked> Maintenance::snapshot(uint64_t ticket) const {
  const std::lock_guard lock(asked_->mutex);
  const SnapshotAsked* const found = Find(asked_->tickets, ticket);
  if (found != nullptr) return *found;
  return absl::NotFoundError(
      "no snapshot was asked for under this ticket since the server started, or long ago");
}

absl::Status Maintenance::BeginBackup(BackupRequest request) {
  if (!IsAbsolute(request.directory) ||
      (!request.earlier.empty() && !IsAbsolute(request.earlier))) {
    return absl::InvalidArgumentError(
        "a backup's directory is an absolute path on the server's machine");
  }
  const std::lock_guard lock(mutex_);
  if (stopping_) return absl::FailedPreconditionError("the server is stopping");
  if (request.token != 0 && request.token == status_.request.token) return absl::OkStatus();
  if (status_.state == BackupState::kRunning) {
    return absl::FailedPreconditionError(
        absl::StrCat("a backup into ", status_.request.directory,
                     " is under way: wait for its end, or cancel it"));
  }
  cancelled_ = false;
  status_ = {.state = BackupState::kRunning, .request = request};
  executor_.Post([this, request = std::move(request)] { MakeBackup(request); });
  return absl::OkStatus();
}

void Maintenance::CancelBackup() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
}

BackupStatus Maintenance::backup() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Maintenance::Stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  cancelled_ = true;
}

void Maintenance::MakeBackup(const BackupRequest& request) {
  End(CreateBackup(ledger_, request.directory, request.earlier,
                   [this](const BackupProgress& progress) { return Report(progress); }));
}

bool Maintenance::Report(const BackupProgress& progress) {
  const std::lock_guard lock(mutex_);
  status_.progress = progress;
  return !cancelled_;
}

void Maintenance::End(const absl::StatusOr<BackupMade>& made) {
  const std::lock_guard lock(mutex_);
  if (made.ok()) {
    status_.state = BackupState::kDone;
    status_.end = made->contents.end;
    status_.copied_bytes = made->report.copied_bytes;
    status_.linked_bytes = made->report.linked_bytes;
    return;
  }
  const bool cancelled = absl::IsCancelled(made.status());
  status_.state = cancelled ? BackupState::kCancelled : BackupState::kFailed;
  status_.error = std::string(made.status().message());
}

}  // namespace wallet

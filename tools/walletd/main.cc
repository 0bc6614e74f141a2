// walletd: puts the rooms together. No logic lives here.
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "engine/backup/maintenance.h"
#include "engine/bank/sim_bank.h"
#include "engine/directory.h"
#include "engine/engine.h"
#include "engine/index/index_start.h"
#include "net/server.h"
#include "tools/walletd/flags.h"
#include "tools/walletd/logging.h"
#include "tools/walletd/signals.h"
#include "tools/walletd/startup.h"
#include "wal/archive/archive_writer.h"
#include "wal/base/thread_executor.h"
#include "wal/record.h"
#include "wal/rocks_log.h"
#include "wal/space_guard.h"

namespace wallet {
namespace {

// How long a bank's calls may go on at the end, and answers take to leave: 30 s in all.
constexpr int64_t kBankGraceUs = 15 * kMicrosPerSecond;
constexpr int64_t kAnswerGraceUs = 5 * kMicrosPerSecond;
constexpr int64_t kFailureGraceUs = 1 * kMicrosPerSecond;

// Many connections need many descriptors; the soft limit is for programs that use select. Returns
// what is in force.
uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

absl::Status WithFlag(const std::string& flag, const absl::Status& status) {
  return absl::Status(status.code(), flag + ": " + std::string(status.message()));
}

// Whoever asks for a backup names absolute paths: so they can be compared.
std::string Absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

RocksLogOptions LogOptions(const Directory& directory) {
  return {.directory = directory.log_path(),
          .mark = directory.mark_path(),
          .chain_seed = directory.identity().chain_seed};
}

// Everything that runs, in the order in which it is built; it ends in the opposite order.
class Wallet {
 public:
  Wallet(const Flags& flags, EndSignal& end, int64_t max_connections)
      : flags_(flags), end_(end), max_connections_(max_connections) {}
  ~Wallet() { StopThreads(); }

  absl::Status Start() {
    using Step = absl::Status (Wallet::*)();
    for (const Step step :
         {&Wallet::OpenDirectory, &Wallet::OpenLog, &Wallet::OpenIndex, &Wallet::OpenArchive,
          &Wallet::OpenBank, &Wallet::OpenEngine, &Wallet::Serve}) {
      if (absl::Status status = (this->*step)(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  std::string Banner() const { return wallet::Banner(flags_, *directory_, *engine_, *server_); }
  void Warn() const {
    if (directory_->identity().bank_paused()) LogBankPaused(directory_->identity());
  }
  std::string ReadyLine() const {
    return "ready http=" + server_->http_address() + " binary=" + server_->binary_address() + "\n";
  }

  // False when the log failed on the way.
  bool Stop() {
    server_->StopAccepting();
    maintenance_->Stop();
    if (!engine_->Stop(kBankGraceUs)) return false;
    server_->Finish(kAnswerGraceUs);
    const absl::Status status = log_->SyncMark();
    if (!status.ok()) spdlog::warn("the log's mark was not synced: {}", status.ToString());
    return true;
  }

  // After the log failed: what has been answered may leave, nothing else is touched.
  void Abandon() {
    server_->StopAccepting();
    server_->Finish(kFailureGraceUs);
  }

 private:
  absl::Status OpenDirectory() {
    auto directory = Directory::Open(
        {.path = flags_.data_dir,
         .create = flags_.create,
         .default_currency = flags_.default_currency},
        files_, SystemClock(), SystemRandom(), [this](const Directory& made) {
          if (absl::Status status = RocksLog::Create(files_, LogOptions(made)); !status.ok()) {
            return status;
          }
          absl::Status status = CheckUnusedBook(files_, made.sim_book_path());
          if (!status.ok()) return status;
          return MakeBank(made.sim_book_path(), /*create_book=*/true).status();
        });
    if (!directory.ok()) return directory.status();
    directory_ = *std::move(directory);
    return absl::OkStatus();
  }

  absl::Status OpenLog() {
    auto guard = SpaceGuard::Start(files_, flags_.data_dir, directory_->reserve_path(), chores_);
    if (!guard.ok()) return guard.status();
    space_ = *std::move(guard);
    auto log = RocksLog::Open(files_, LogOptions(*directory_), chores_);
    if (!log.ok()) return log.status();
    log_ = *std::move(log);
    return absl::OkStatus();
  }

  absl::Status OpenIndex() {
    auto index = OpenOrCreateIndex(files_, directory_->index_path(), log_->begin(), SystemRandom());
    if (!index.ok()) return index.status();
    index_ = *std::move(index);
    return absl::OkStatus();
  }

  absl::Status OpenArchive() {
    if (flags_.archive.empty()) return absl::OkStatus();
    auto archive =
        ArchiveWriter::Open(files_, flags_.archive, GenesisHash(directory_->identity().chain_seed));
    if (!archive.ok()) return WithFlag("--archive", archive.status());
    archive_ = *std::move(archive);
    spdlog::info("archive in {}: up to position {}", flags_.archive, archive_->end().value());
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<SimBank>> MakeBank(const std::string& book, bool create_book) {
    SimBankOptions options = flags_.sim;
    options.create_book = create_book;
    return SimBank::Open(options, book, files_, bank_thread_, SystemClock(), SystemRandom());
  }

  absl::Status OpenBank() {
    auto bank = MakeBank(directory_->sim_book_path(), /*create_book=*/false);
    if (!bank.ok()) return bank.status();
    bank_ = *std::move(bank);
    return absl::OkStatus();
  }

  absl::Status OpenEngine() {
    EngineEnvironment environment;
    environment.log = log_.get();
    environment.index = index_.get();
    environment.clock = &SystemClock();
    environment.random = &SystemRandom();
    environment.bank = bank_.get();
    environment.files = &files_;
    environment.archive = archive_.get();
    environment.make_executor = [](std::string name) {
      return std::make_unique<ThreadExecutor>(std::move(name));
    };
    environment.storage_full = [this] { return space_->full(); };
    environment.on_failure = [this](absl::Status status) {
      spdlog::critical("the log failed: {}", status.ToString());
      end_.Fail(std::move(status));
    };
    environment.on_alarm = [](std::string text) { spdlog::error("ALARM: {}", text); };
    environment.on_snapshot = [](const SnapshotTaken& taken) { LogSnapshot(taken); };
    environment.on_trim = [](const LogTrimmed& trimmed) { LogTrim(trimmed); };
    environment.on_replay = [](Position at, Position end) {
      spdlog::info("replaying the log: {} of {} events", at.value(), end.value());
    };
    if (flags_.resume_bank) {
      if (absl::Status status = directory_->ResumeBank(files_); !status.ok()) return status;
    }
    SnapshotterOptions snapshots = flags_.snapshots;
    snapshots.directory = directory_->snapshots_path();
    auto engine = Engine::Open({.shards = flags_.shards,
                                .default_currency = directory_->identity().default_currency,
                                .epoch = directory_->identity().epoch,
                                .bank_queue = flags_.bank_queue,
                                .dispatcher = flags_.dispatcher,
                                .bank_paused = directory_->identity().bank_paused(),
                                .hot_keys = flags_.hot_keys,
                                .accept_clock = flags_.accept_clock,
                                .snapshots = snapshots,
                                .parallel_start = true},
                               std::move(environment));
    if (!engine.ok()) return engine.status();
    engine_ = *std::move(engine);
    return absl::OkStatus();
  }

  absl::Status Serve() {
    maintenance_ = std::make_unique<Maintenance>(
        *engine_,
        BackupLedger{.files = files_,
                     .clock = SystemClock(),
                     .log = *log_,
                     .holds = engine_->holds(),
                     .identity = directory_->identity(),
                     .ledger_file = Absolute(directory_->ledger_path()),
                     .snapshots = Absolute(directory_->snapshots_path()),
                     .index = Absolute(directory_->index_path()),
                     .index_view = [this] { return index_->runs().view(); }},
        backups_);
    auto server = Server::Start({.http = flags_.http,
                                 .binary = flags_.listen,
                                 .version = WALLET_VERSION,
                                 .max_connections = max_connections_,
                                 .maintenance = maintenance_.get(),
                                 .user_rate = flags_.user_rate},
                                *engine_);
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    return absl::OkStatus();
  }

  // The bank's thread calls into the engine: it ends before the engine is destroyed.
  void StopThreads() {
    server_.reset();
    if (maintenance_) maintenance_->Stop();
    backups_.Stop();
    maintenance_.reset();
    bank_thread_.Stop();
    engine_.reset();
    chores_.Stop();
  }

  const Flags& flags_;
  EndSignal& end_;
  const int64_t max_connections_;
  FileSystem& files_ = PosixFileSystem();
  ThreadExecutor chores_{"chores"};  // syncs the mark, watches the disk
  ThreadExecutor bank_thread_{"bank-sim"};
  std::unique_ptr<Directory> directory_;
  std::unique_ptr<SpaceGuard> space_;
  std::unique_ptr<RocksLog> log_;
  std::unique_ptr<Index> index_;
  std::unique_ptr<ArchiveWriter> archive_;
  std::unique_ptr<SimBank> bank_;
  std::unique_ptr<Engine> engine_;
  ThreadExecutor backups_{"backup"};
  std::unique_ptr<Maintenance> maintenance_;
  std::unique_ptr<Server> server_;
};

int Refuse(const absl::Status& status) {
  const ExitCode code = ExitCodeFor(status);
  spdlog::error("walletd does not start: {}", std::string(status.message()));
  if (code == kExitInUse) spdlog::error("(exit code 3: a port or the directory is in use)");
  if (code == kExitData) spdlog::error("(exit code 4: do not restart before this is mended)");
  return code;
}

// Whoever waits for the line must not wait for ever: where it can't be written the output ends.
void SayReady(const std::string& line) {
  if (std::fputs(line.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return;
  spdlog::error("standard output can't be written: nobody is told that the server is ready");
  if (std::freopen("/dev/null", "w", stdout) == nullptr) spdlog::error("nor can it be closed");
}

int Serve(const Flags& flags) {
  EndSignal& end = *new EndSignal;  // its thread never ends
  StartLogging(flags.log_level, flags.log_format);
  const int64_t connections = ConnectionsWithin(RaiseDescriptorLimit());
  auto wallet = std::make_unique<Wallet>(flags, end, connections);
  if (absl::Status status = wallet->Start(); !status.ok()) return Refuse(status);
  end.Serving();
  LogBanner(flags, wallet->Banner());
  wallet->Warn();
  SayReady(wallet->ReadyLine());

  const absl::Status reason = end.Wait();
  if (reason.ok()) spdlog::info("stopping: finishing what is under way");
  if (reason.ok() && wallet->Stop()) {
    wallet.reset();
    spdlog::info("stopped; everything answered is on disk");
    return kExitStopped;
  }
  spdlog::error("storage failed: nothing more is acknowledged; what was is on disk. Start again.");
  wallet->Abandon();
  std::fflush(nullptr);
  // Not through destructors: nothing may touch the log again.
  _exit(kExitStorage);
}

int Main(int argc, char** argv) {
  const auto parsed = ParseFlags(argc, argv);
  if (const auto* flags = std::get_if<Flags>(&parsed)) return Serve(*flags);
  const EarlyExit& exit = std::get<EarlyExit>(parsed);
  std::fputs(exit.out.c_str(), stdout);
  std::fputs(exit.error.c_str(), stderr);
  return exit.code;
}

}  // namespace
}  // namespace wallet

int main(int argc, char** argv) { return wallet::Main(argc, argv); }

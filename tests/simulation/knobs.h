// Everything about a world that its seed decides beforehand: how large, how busy, which faults.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/random.h"

namespace wallet::simulation {

struct ScheduleKnobs {
  int64_t task_us = 20;    // a task takes 0 … this
  Ppm sticky = 0;          // the actor that ran last goes on
  Ppm stall = 0;           // an actor of the wallet stands still for a while
  int64_t stall_us = 1;    // … at most this long
  int64_t starve_for = 0;  // tasks for which one actor runs only when no other can; 0: none
};

struct LogKnobs {
  int64_t append_us = 300;  // an append takes 1 … this
  Ppm slow = 0;             // an append takes up to slow_us
  int64_t slow_us = 1;
  Ppm fail = 0;       // an append fails; its record may be there nevertheless
  Ppm fence = 0;      // another writer takes over
  Ppm read_fail = 0;  // a recovery dies while reading
  Ppm rot = 0;        // a recovery finds a damaged record
};

struct SpaceKnobs {
  Ppm full = 0;  // of looks, one a second: the disk is full for a while
  int64_t full_us = 1;
};

// The disk of what is stored beside the log.
struct FileKnobs {
  Ppm fail = 0;   // of operations: input/output error, or the like
  Ppm power = 0;  // of starts: the power goes in the middle of an operation
  Ppm rot = 0;    // of starts: a snapshot is not what was written
};

struct IndexKnobs {
  bool used = false;
  int64_t most_hot_keys = 1;  // that the memory holds
};

// Only with an index.
struct SnapshotKnobs {
  bool used = false;
  int64_t most_events = 1;  // between two
  int64_t most_interval_us = 1;
  int64_t most_kept = 1;
  int64_t slice_bytes = 1;
  int64_t ask_us = 0;  // an operator asks for one so often, at most; 0: never
};

// Of the log; only with snapshots, without which nothing is trimmed.
struct ArchiveKnobs {
  bool used = false;
  int64_t segment_bytes = 1;
  int64_t compression_level = 0;
};

struct BankKnobs {
  int64_t latency_us = 1;  // of each way: 1 … this
  bool can_resend = true;
  bool two_banks = false;  // which one is used is drawn at each start
  Ppm decline = 0;
  Ppm not_sent = 0;
  Ppm request_lost = 0;
  Ppm answer_lost = 0;
  Ppm answer_garbled = 0;      // unclear, whatever was done
  Ppm slow_request = 0;        // arrives up to slow_us later: after an inquiry was "not found"
  Ppm slow_answer = 0;         // arrives up to slow_us later: after the time-out
  Ppm twice = 0;               // the network delivers the request a second time
  Ppm decline_overtaking = 0;  // an attempt that overtakes an earlier one is refused as such
  Ppm inquiry_lost = 0;
  int64_t slow_us = 1;
};

struct ClientKnobs {
  int64_t clients = 3;
  int64_t users = 5;
  int64_t think_us = 1;     // between two calls of a client, at most
  int64_t batch = 1;        // operations sent at once, at most
  int64_t concurrency = 1;  // calls of a client under way, at most
  int64_t network_us = 1;   // the way back of an answer, at most
  Ppm answer_lost = 0;
  Ppm impatient = 0;  // gives up before the answer
  Ppm repeat = 0;     // an earlier request is sent again
  Ppm reuse = 0;      // an earlier key with another request
  Ppm deadline = 0;
  Ppm huge = 0;         // amounts near the bound
  Ppm releases = 0;     // of charges, with an instant of release
  Ppm withdrawals = 0;  // of writes
  Ppm reads = 0;        // of calls
};

struct ClockKnobs {
  Ppm jump = 0;  // of looks, one a second: the wall clock is set, within what is followed
  Ppm leap = 0;  // … beyond it, and back later
};

struct CrashKnobs {
  int64_t every_us = 1;  // between two ends of the process, at most
  int64_t down_us = 1;   // until the next start, at most
  int64_t most = 0;      // ends in all; each is followed by an audit, which costs time
  Ppm orderly = 0;       // of ends: a stop that takes its time
  Ppm at_once = 0;       // of starts: a crash within some tasks
};

// What one process is started with.
struct StartKnobs {
  int64_t most_shards = 5;
  int64_t most_workers = 3;
  int64_t most_bank_queue = 4;
  int64_t most_attempts = 3;
  int64_t call_timeout_us = 1;
  int64_t backoff_us = 1;
  bool tiny_queue = false;     // few operations before overload
  bool tiny_segments = false;  // a batch lies across many segments
};

// The connections between clients and the wallet.
struct WireKnobs {
  bool used = false;       // otherwise calls go to the engine's door as they are
  int64_t latency_us = 1;  // of each piece of bytes, at most
  int64_t piece = 1;       // bytes that arrive together, at most
  int64_t in_flight = 1;   // requests of a connection, at most
  int64_t request_timeout_us = 30'000'000;
  Ppm cut = 0;          // of sends: the connection breaks soon after
  Ppm half_closed = 0;  // … the client ends its sending side
  Ppm broken = 0;       // … the client sends what is no frame
  Ppm stuck = 0;        // of writes of the wallet: they leave up to stuck_us later
  int64_t stuck_us = 1;
};

struct Knobs {
  int64_t calls = 1000;  // operations that clients send before the world heals
  ScheduleKnobs schedule;
  LogKnobs log;
  SpaceKnobs space;
  BankKnobs bank;
  ClientKnobs client;
  ClockKnobs clock;
  CrashKnobs crash;
  StartKnobs start;
  WireKnobs wire;
  FileKnobs files;
  IndexKnobs index;
  SnapshotKnobs snapshots;
  ArchiveKnobs archive;
  int64_t backup_us = 0;  // between two backups, at most; 0: none is made
  Ppm index_rot = 0;      // of looks, one a second: a bit of the index is another for a while
  int64_t follow_us = 1;  // between two pages of changes that are read, at most
};

// Of each fault, some seeds have none, some a little, some much: a fault that is always there hides
// what needs its absence.
Knobs DrawKnobs(SimRandom& random);

// One line, for a person.
std::string ToString(const Knobs& knobs);

}  // namespace wallet::simulation

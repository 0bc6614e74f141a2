#include "engine/ledger/transaction.h"
#include "net/proto/position_token.h"
#include "snapshot/catalog.h"
#include "tests/fuzz/seeds.h"
#include "tools/walletd/flags.h"
#include "wal/archive/segment_name.h"

namespace wallet::fuzz {
namespace {

const std::string kNumber(8, '\1');

void AddInstants(SeedList& seeds) {
  for (const auto* text :
       {"2024-01-15T12:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999z",
        "2024-02-29t23:59:59.5+14:00", "2023-02-29T00:00:00Z", "2024-01-15T12:00:60Z",
        "1969-12-31T23:30:00-01:00", "2024-01-15T12:00:00.1234567Z", "2024-01-15T12:00:00-00:00"}) {
    seeds.Add("instant", kNumber + text);
  }
}

void AddWords(SeedList& seeds) {
  for (const auto* word :
       {"USD", "XXX", "usd", "abcdefgh", "23456777", "queued", "review", "completed", "accounts/0",
        "log/000007.log", "..", "a/../b", "rows-0000000012.run", "rows-18446744073709551615.run"}) {
    seeds.Add("words", word);
  }
  seeds.Add("words", SnapshotName(Position(42)));
  seeds.Add("words", SnapshotName(Position(UINT64_MAX)));
  seeds.Add("words", SegmentName({Position(1), Position(42)}));
  seeds.Add("words", UnfinishedSegmentName(Position(43)));
  for (const uint64_t position : {uint64_t{0}, uint64_t{500}, UINT64_MAX}) {
    seeds.Add("position_token", kNumber + FormatPositionToken("k3v7qm2a", Position(position)));
  }
  seeds.Add("position_token", kNumber + "k3v7qm2a-01F4");
}

void AddTexts(SeedList& seeds) {
  for (const auto* text :
       {"plain", "für März", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xc0\x80", "\xed\xa0\x80",
        "\xf4\x90\x80\x80", "\xc2\x80", "a\tb", "\x80\x80\x80", "cut\xe2\x82"}) {
    seeds.Add("text", text);
  }
}

void AddFlags(SeedList& seeds) {
  const char* const print[] = {"walletd", "--print-config"};
  const auto printed = ParseFlags(2, print);
  seeds.Add("config_file", std::get<EarlyExit>(printed).out);
  for (const auto* text :
       {"shards=3\nbank-workers = 3\n# a comment\ncreate=true\n", "data-dir=\"/some where\"\n",
        "[section]\nshards=0\n", "sahrds=2\n", "bank-timeout=3s\nbank-sim-decline=0.5\n",
        "http=[::1]:0\nlisten=localhost:70000\n", "create=9999999999999999999999\n",
        "shards=[1,2]\n", "log-level='debug'\n", "accept-clock=false\ndefault-currency=EUR\n"}) {
    seeds.Add("config_file", text);
  }
  for (const auto* text :
       {"--shards\n7\n--bank-timeout=3s\n--create", "--data-dir\n/some where\n--http=[::1]:0",
        "--help", "--version", "stray", "9223372036854775807h\n9223372036854775807us\n2562047789h",
        "--bank-sim-lost-reply=1e-3\n--bank-backoff\n0s",
        "--default-currency=EUR\n--log-format=json\n--no-such-flag", "--listen=name.invalid:1"}) {
    seeds.Add("flags", text);
  }
}

}  // namespace

std::vector<Seed> TextSeeds() {
  SeedList seeds;
  AddInstants(seeds);
  AddWords(seeds);
  AddTexts(seeds);
  AddFlags(seeds);
  return seeds.Take();
}

}  // namespace wallet::fuzz

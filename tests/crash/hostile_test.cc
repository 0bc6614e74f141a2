// Peers that mean harm, or are only broken: thousands of idle ones, ones that send a byte at a
// time, that never stop talking, that lie about what is to come. Everyone else is served, memory
// stays bounded, nothing crashes. How much longer the others wait is printed, not judged: that is a
// matter of the machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "net/client/client.h"
#include "net/limits.h"
#include "net/proto/frame.h"
#include "tests/crash/bystander.h"
#include "tests/crash/peers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"

namespace wallet::crash {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr size_t kManyPeers = 10'000;
constexpr size_t kMostBytesPerIdlePeer = 40 << 10;
constexpr size_t kMostBytesOfAttack = size_t{256} << 20;

constexpr std::string_view kHttpRequest =
    "GET /balance?user_id=7 HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct Door {
  std::string name;
  std::string address;
  std::string greeting;  // after which it is an idle peer like any other
};

class HostilePeers : public testing::Test {
 protected:
  void SetUp() override {
    descriptors_ = RaiseDescriptorLimit();
    auto server = Walletd::Start(dir_.path() + "/data", {"--log-level=warn"});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    bystander_ = std::make_unique<Bystander>(server_->binary());
    ASSERT_TRUE(bystander_->Charge());
  }

  // The server has come through it, and stops in order.
  void TearDown() override {
    if (!server_) return;
    EXPECT_TRUE(bystander_->Charge());
    const auto client = client::Client::Create({.address = server_->binary()});
    EXPECT_EQ(ChargesOf(*client), bystander_->charges());
    server_->Terminate();
    EXPECT_EQ(server_->AwaitExit(kPatience), 0) << server_->Logged();
  }

  std::vector<Door> Doors() {
    return {{"binary", server_->binary(), Greeting()},
            {"http", server_->http(), std::string(kHttpRequest)}};
  }

  size_t Resident() const { return ResidentBytes(server_->pid()); }

  size_t descriptors_ = 0;
  TempDir dir_;
  std::unique_ptr<Walletd> server_;
  std::unique_ptr<Bystander> bystander_;
};

// On a server of its own for each door: memory that was had once is not given back.
class IdlePeers : public HostilePeers, public testing::WithParamInterface<size_t> {};

TEST_P(IdlePeers, TakeLittleMemoryAndNobodysTurn) {
  const Door door = Doors()[GetParam()];
  std::vector<Peer> peers;
  size_t bytes = 0;
  const auto come = [&] {
    const size_t before = Resident();
    peers = Connect(door.address, std::min(kManyPeers, descriptors_));
    for (Peer& peer : peers) ASSERT_TRUE(peer.Send(door.greeting));
    for (Peer& peer : peers) ASSERT_FALSE(peer.Receive(1).empty());
    const size_t after = Resident();  // less than before, if they came into others' places
    bytes = std::max(bytes, (after - std::min(after, before)) / peers.size());
  };
  Compare(*bystander_, absl::StrCat(std::min(kManyPeers, descriptors_), " idle ", door.name), come,
          [&] { peers.clear(); });
  std::cout << absl::StrFormat("%s: an idle connection takes %.1f KiB\n", door.name,
                               static_cast<double>(bytes) / 1024);
  EXPECT_LE(bytes, kMostBytesPerIdlePeer);
}

INSTANTIATE_TEST_SUITE_P(EachDoor, IdlePeers, testing::Range<size_t>(0, 2));

TEST_F(HostilePeers, AByteAtATimeIsAnsweredLikeAnyOther) {
  for (const Door& door : Doors()) {
    SCOPED_TRACE(door.name);
    std::vector<Peer> peers = Connect(door.address, std::min<size_t>(1'000, descriptors_));
    for (const char byte : door.greeting) {
      for (Peer& peer : peers) ASSERT_TRUE(peer.Send({&byte, 1}));
    }
    for (Peer& peer : peers) ASSERT_FALSE(peer.Receive(1).empty());
  }
}

TEST_F(HostilePeers, HalfOpenAndSuddenlyGoneOnesLeaveNothing) {
  for (const Door& door : Doors()) {
    SCOPED_TRACE(door.name);
    std::vector<Peer> peers;
    const auto come = [&] {
      // Half a request, and silence.
      peers = Connect(door.address, std::min(kManyPeers, descriptors_));
      const std::string half = door.greeting.substr(0, door.greeting.size() / 2);
      for (Peer& peer : peers) ASSERT_TRUE(peer.Send(half));
    };
    const auto go = [&] {
      for (Peer& peer : peers) peer.Reset();
    };
    Compare(*bystander_, absl::StrCat(std::min(kManyPeers, descriptors_), " half-open ", door.name),
            come, go);
    // Whole ones, gone before the answer.
    for (Peer& peer : Connect(door.address, 1'000)) {
      peer.Send(door.greeting);
      peer.Reset();
    }
  }
}

TEST_F(HostilePeers, EndlessHeadersAreCutOff) {
  const size_t before = Resident();
  std::vector<Peer> peers = Connect(server_->http(), 200);
  for (Peer& peer : peers) {
    ASSERT_TRUE(peer.Send("GET /health HTTP/1.1\r\n"));
    // Until the server has had enough.
    for (size_t sent = 0; sent < 8 * kMaxHttpHeaderBytes; sent += 512) {
      if (!peer.Send(absl::StrCat("X-", sent, ": ", std::string(500, 'x'), "\r\n"))) break;
    }
    const std::string answer = peer.Receive(12);
    // A reset may overtake the answer: the peer never listened.
    EXPECT_THAT(answer, testing::AnyOf("", StartsWith("HTTP/1.1 400")));
  }
  EXPECT_LT(Resident() - std::min(Resident(), before), kMostBytesOfAttack);
}

TEST_F(HostilePeers, FramesThatLieAboutTheirLengthGetNoMemory) {
  const size_t before = Resident();
  std::vector<Peer> peers = Connect(server_->binary(), std::min<size_t>(2'000, descriptors_));
  for (Peer& peer : peers) {
    std::string frame = Greeting();
    // All that is allowed is announced, and little of it comes.
    AppendFrameHeader({.body_size = kMaxFrameBytes - kFrameHeaderBytes, .request_id = 1}, frame);
    ASSERT_TRUE(peer.Send(frame + "x"));
    ASSERT_FALSE(peer.Receive(1).empty());
  }
  EXPECT_LT((Resident() - std::min(Resident(), before)) / peers.size(), kMostBytesPerIdlePeer);

  Peer liar(server_->binary());
  std::string frame = Greeting();
  AppendFrameHeader({.body_size = 0xffff'ffff, .request_id = 1}, frame);
  ASSERT_TRUE(liar.Send(frame));
  EXPECT_THAT(liar.ReceiveAll(), HasSubstr("large"));
}

TEST_F(HostilePeers, NoiseIsTurnedAwayAndSaidWhy) {
  Peer noise(server_->binary());
  ASSERT_TRUE(noise.Send(std::string(100'000, '\x17')));
  EXPECT_THAT(noise.ReceiveAll(), HasSubstr("binary protocol"));
  Peer on_http(server_->http());
  ASSERT_TRUE(on_http.Send(std::string(1'000, '\x17') + "\r\n\r\n"));
  EXPECT_THAT(on_http.ReceiveAll(), StartsWith("HTTP/1.1 400"));
}

TEST(HostileCrowd, BeyondTheBoundIsTurnedAwayAndNeverTakesTheFilesDescriptors) {
  constexpr int kServersDescriptors = 600;
  constexpr int kEvents = 1'000;  // until a snapshot, which opens files
  RaiseDescriptorLimit();
  const TempDir dir;
  const auto server = Walletd::Start(
      dir.path() + "/data", {absl::StrCat("--snapshot-events=", kEvents)},
      {.wrapper = {"/usr/bin/prlimit", absl::StrCat("--nofile=", kServersDescriptors)}});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto client = client::Client::Create({.address = (*server)->binary()});
  ASSERT_TRUE(client->GetHealth().ok());

  std::vector<Peer> binary = Connect((*server)->binary(), kServersDescriptors);
  std::vector<Peer> http = Connect((*server)->http(), kServersDescriptors);
  EXPECT_THAT(binary.back().ReceiveAll(), HasSubstr("no room"));
  EXPECT_THAT(http.back().ReceiveAll(), StartsWith("HTTP/1.1 503"));
  for (int i = 0; i <= kEvents; ++i) {
    client->Do(client::Charge{.user_id = 1, .amount = 1, .idempotency_key = absl::StrCat("k", i)},
               [](const client::WriteAnswer&) {});
  }
  EXPECT_TRUE((*server)->Eventually(
      [&] { return (*server)->Logged().find("snapshot at position") != std::string::npos; }));
  EXPECT_EQ(client->GetBalance(1).balance.total, kEvents + 1);
  EXPECT_EQ((*server)->Logged().find("ALARM"), std::string::npos) << (*server)->Logged();

  // Whoever leaves makes room.
  binary.clear();
  http.clear();
  EXPECT_TRUE((*server)->Eventually([&] {
    Peer late((*server)->http());
    return late.open() && late.Send(kHttpRequest) &&
           late.Receive(12).find("200") != std::string::npos;
  }));
}

}  // namespace
}  // namespace wallet::crash

// The worked example of net/PROTOCOL.md is what really happens.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/net/support/binary_server.h"

namespace wallet {
namespace {

struct Example {
  std::string sent;
  std::string answered;
};

// The hexadecimal bytes of "C  57 41 …  # comment" and "S  …" lines.
Example ReadExample() {
  Example example;
  std::ifstream document(WALLET_SOURCE_DIR "/net/PROTOCOL.md");
  for (std::string line; std::getline(document, line);) {
    if (!line.starts_with("C  ") && !line.starts_with("S  ")) continue;
    std::string& bytes = line[0] == 'C' ? example.sent : example.answered;
    std::istringstream words(line.substr(1, line.find('#') - 1));
    for (std::string word; words >> word;) {
      bytes.push_back(static_cast<char>(std::stoi(word, nullptr, 16)));
    }
  }
  return example;
}

std::string Hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    char word[4];
    std::snprintf(word, sizeof(word), "%02x ", static_cast<uint8_t>(byte));
    text += word;
  }
  return text;
}

TEST(ProtocolDocumentTest, TheWorkedExampleIsWhatHappens) {
  const Example example = ReadExample();
  ASSERT_FALSE(example.sent.empty());
  BinaryServer server;
  RawClient client(server.address());
  client.Send(example.sent);
  client.ShutSending();
  std::string answered;
  while (const auto frame = client.Receive()) {
    answered += FrameOf(frame->header.kind, frame->header.request_id, frame->body);
  }
  EXPECT_EQ(Hex(answered), Hex(example.answered));
}

}  // namespace
}  // namespace wallet

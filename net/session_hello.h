// The opening of a connection. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/codec.h"

namespace wallet {

// The answer to a hello: a welcome, or a refusal (version 0, with an error) after which the
// connection closes. nullopt if the body cannot be read.
std::optional<v1::Welcome> AnswerHello(std::string_view body, const ServerIdentity& server);

// Appends a frame of its own.
void AppendWelcome(const v1::Welcome& welcome, std::string& out);
void AppendGoodbye(Outcome reason, std::string_view message, std::string& out);

}  // namespace wallet

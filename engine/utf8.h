// UTF-8 as RFC 3629 defines it.
#pragma once

#include <string_view>

namespace wallet {

// Well-formed (no overlong forms, surrogates or values above U+10FFFF) and free of the control
// characters U+0000 … U+001F and U+007F … U+009F.
bool IsPlainUtf8(std::string_view text);

}  // namespace wallet

// The index of a run's blocks.
#include "tests/fuzz/input.h"
#include "wal/base/check.h"
#include "wal/runs/block_index.h"
#include "wal/runs/limits.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  constexpr uint64_t kBegin = 40;
  const std::string_view bytes = fuzz::View(data, size);
  const auto index = BlockIndex::Decode(bytes, kBegin);
  if (!index) return 0;
  WALLET_CHECK_NOTE(index->Encode() == bytes, "one index has one encoding");
  WALLET_CHECK(index->blocks() > 0 && index->offset(0) == kBegin);
  for (size_t i = 0; i < index->blocks(); ++i) {
    WALLET_CHECK(index->size_bytes(i) > 0 && index->size_bytes(i) <= kMaxRunBlockBytes);
    WALLET_CHECK(index->Find(index->first(i)) == i);
    const bool last = i + 1 == index->blocks();
    const uint64_t end = index->offset(i) + index->size_bytes(i);
    WALLET_CHECK(end == (last ? index->end() : index->offset(i + 1)));
    WALLET_CHECK(last || index->first(i) < index->first(i + 1));
  }
  return 0;
}

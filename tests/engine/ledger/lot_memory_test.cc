#include "engine/ledger/lot_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/support/manual_executor.h"

namespace wallet {
namespace {

TEST(LotMemoryTest, RoomsOfAllSizesLieApart) {
  LotMemory memory;
  struct Room {
    Lot* lots;
    size_t count;
  };
  std::vector<Room> rooms;
  for (int i = 0; i < 20'000; ++i) {  // several huge pages
    const int size_class = 1 + i % (LotMemory::kSizeClasses - 1);
    rooms.push_back({memory.Take(size_class), size_t{1} << size_class});
    const Lot own{Instant(i), Amount(i + 1)};
    std::fill_n(rooms.back().lots, rooms.back().count, own);
  }
  for (int i = 0; i < 20'000; ++i) {
    const Room& room = rooms[static_cast<size_t>(i)];
    for (size_t lot = 0; lot < room.count; ++lot) {
      ASSERT_EQ(room.lots[lot].release_at, Instant(i));
      ASSERT_EQ(room.lots[lot].amount, Amount(i + 1));
    }
  }
}

TEST(LotMemoryTest, ARoomThatWasGivenBackIsTheNextOfItsSize) {
  LotMemory memory;
  Lot* const first = memory.Take(1);
  Lot* const second = memory.Take(1);
  memory.GiveBack(first, 1);
  memory.GiveBack(second, 1);
  EXPECT_NE(memory.Take(2), first);
  EXPECT_EQ(memory.Take(1), second);
  EXPECT_EQ(memory.Take(1), first);
}

TEST(LotMemoryTest, MemoryComesFromTheReserve) {
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const auto executor = scheduler.MakeExecutor();
  HugeReserve reserve(1, 1, *executor);
  HugeMemory page = AllocateHuge(kHugePageBytes);
  const char* const begin = page.get();
  reserve.GiveBack(std::move(page));
  LotMemory memory;
  memory.UseReserve(reserve);
  const auto* room = reinterpret_cast<const char*>(memory.Take(3));
  EXPECT_TRUE(begin <= room && room < begin + kHugePageBytes);
}

}  // namespace
}  // namespace wallet

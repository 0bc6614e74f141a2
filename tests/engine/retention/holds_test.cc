#include "engine/retention/holds.h"

#include <gtest/gtest.h>

#include <utility>

namespace wallet {
namespace {

std::optional<Position> LowestOf(Holds& holds) {
  std::optional<Position> seen;
  EXPECT_TRUE(holds
                  .Remove([&](std::optional<Position> lowest) {
                    seen = lowest;
                    return absl::OkStatus();
                  })
                  .ok());
  return seen;
}

auto At(uint64_t position) {
  return [position]() -> absl::StatusOr<Position> { return Position(position); };
}

TEST(HoldsTest, TheLowestOfThoseThatLiveCounts) {
  Holds holds;
  EXPECT_EQ(LowestOf(holds), std::nullopt);
  {
    const auto high = holds.Take(At(9));
    {
      const auto low = holds.Take(At(5));
      const auto again = holds.Take(At(5));
      EXPECT_EQ(LowestOf(holds), Position(5));
    }
    EXPECT_EQ(LowestOf(holds), Position(9));
  }
  EXPECT_EQ(LowestOf(holds), std::nullopt);
}

TEST(HoldsTest, AHoldMovesAndIsReleasedOnce) {
  Holds holds;
  auto taken = holds.Take(At(3));
  {
    const Holds::Hold moved = *std::move(taken);
    EXPECT_EQ(moved.position(), Position(3));
    EXPECT_EQ(LowestOf(holds), Position(3));
  }
  EXPECT_EQ(LowestOf(holds), std::nullopt);
}

TEST(HoldsTest, WhereNothingCanBeChosenNothingIsHeld) {
  Holds holds;
  const auto taken =
      holds.Take([]() -> absl::StatusOr<Position> { return absl::NotFoundError("none"); });
  EXPECT_EQ(taken.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(LowestOf(holds), std::nullopt);
}

}  // namespace
}  // namespace wallet

#include "bench/svg/svg.h"

#include <gmock/gmock.h>

namespace wallet::bench {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(SvgTest, IsOneWholeDocument) {
  Svg svg(200, 100);
  svg.Line({0, 0}, {10, 20}, "axis");
  const std::string text = svg.Finish();
  EXPECT_THAT(text, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\""));
  EXPECT_THAT(text, HasSubstr("<line x1=\"0.0\" y1=\"0.0\" x2=\"10.0\" y2=\"20.0\""));
  EXPECT_THAT(text, EndsWith("</svg>\n"));
}

TEST(SvgTest, TextCannotBecomeMarkup) {
  Svg svg(10, 10);
  svg.Text({1, 2}, "a < b & \"c\" > d", Anchor::kEnd, "label");
  svg.Rect({0, 0}, 5, 5, "a", "x<y");
  const std::string text = svg.Finish();
  EXPECT_THAT(text,
              HasSubstr("text-anchor=\"end\" class=\"label\">a &lt; b &amp; \"c\" &gt; d</text>"));
  EXPECT_THAT(text, HasSubstr("<title>x&lt;y</title>"));
}

TEST(SvgTest, AnAreaIsClosedAtItsBase) {
  Svg svg(10, 10);
  svg.Area({{0, 5}, {4, 2}}, 9, "area");
  svg.Area({}, 9, "area");
  EXPECT_THAT(svg.Finish(), HasSubstr("points=\"0.0,5.0 4.0,2.0 4.0,9.0 0.0,9.0 \""));
}

}  // namespace
}  // namespace wallet::bench

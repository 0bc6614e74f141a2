// Drawing in SVG: as little as our charts need.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wallet::bench {

struct Point {
  double x = 0;
  double y = 0;
};

enum class Anchor { kStart, kMiddle, kEnd };

// Pixels from the upper left corner. Each `style` is a class of the style sheet in svg.cc.
class Svg {
 public:
  Svg(double width, double height);

  void Line(Point from, Point to, std::string_view style);
  void Path(const std::vector<Point>& points, std::string_view style);
  // What lies between the points and the horizontal line at `base_y`.
  void Area(const std::vector<Point>& points, double base_y, std::string_view style);
  // `hint` is shown under the mouse.
  void Rect(Point corner, double width, double height, std::string_view style,
            std::string_view hint = {});
  void Text(Point at, std::string_view text, Anchor anchor, std::string_view style);
  // Turned by a quarter, to be read from below upwards.
  void TextUpwards(Point at, std::string_view text, std::string_view style);

  // The whole document; nothing may be drawn after it.
  std::string Finish();

 private:
  std::string text_;
};

}  // namespace wallet::bench

#include "bench/svg/svg.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace wallet::bench {
namespace {

// Colours that stay apart for the colour-blind and in grey (after Okabe and Ito).
constexpr std::string_view kStyles = R"(<style>
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-size: 16px; font-weight: 600; fill: #111 }
.heading { font-size: 13px; font-weight: 600; fill: #111 }
.small { font-size: 11px; fill: #666 }
.strong { font-weight: 600; fill: #111 }
.paper { fill: #fff }
.grid { stroke: #e4e4e4 }
.axis { stroke: #888 }
.spread { stroke: #111; stroke-opacity: .55 }
.mean { stroke: #d55e00; stroke-width: 1.5; stroke-dasharray: 6 4 }
.line { fill: none; stroke: #0072b2; stroke-width: 2; stroke-linejoin: round }
.area { fill: #0072b2; fill-opacity: .15 }
.a { fill: #0072b2 } .b { fill: #e69f00 } .c { fill: #d55e00 } .d { fill: #999 }
.quoted { fill: #fff; stroke: #777; stroke-dasharray: 4 3 }
</style>
)";

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

const char* NameOf(Anchor anchor) {
  switch (anchor) {
    case Anchor::kStart:
      return "start";
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      return "end";
  }
  return "";
}

std::string Coordinates(const std::vector<Point>& points) {
  std::string out;
  for (const Point& point : points) absl::StrAppendFormat(&out, "%.1f,%.1f ", point.x, point.y);
  return out;
}

}  // namespace

Svg::Svg(double width, double height)
    : text_(absl::StrFormat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
                            "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n",
                            width, height, width, height)) {
  text_ += kStyles;
  Rect({0, 0}, width, height, "paper");
}

void Svg::Line(Point from, Point to, std::string_view style) {
  absl::StrAppendFormat(&text_,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n",
                        from.x, from.y, to.x, to.y, std::string(style));
}

void Svg::Path(const std::vector<Point>& points, std::string_view style) {
  absl::StrAppendFormat(&text_, "<polyline points=\"%s\" class=\"%s\"/>\n", Coordinates(points),
                        std::string(style));
}

void Svg::Area(const std::vector<Point>& points, double base_y, std::string_view style) {
  if (points.empty()) return;
  std::vector<Point> closed = points;
  closed.push_back({points.back().x, base_y});
  closed.push_back({points.front().x, base_y});
  absl::StrAppendFormat(&text_, "<polygon points=\"%s\" class=\"%s\"/>\n", Coordinates(closed),
                        std::string(style));
}

void Svg::Rect(Point corner, double width, double height, std::string_view style,
               std::string_view hint) {
  absl::StrAppendFormat(&text_,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\">",
                        corner.x, corner.y, width, height, std::string(style));
  if (!hint.empty()) absl::StrAppendFormat(&text_, "<title>%s</title>", Escaped(hint));
  text_ += "</rect>\n";
}

void Svg::Text(Point at, std::string_view text, Anchor anchor, std::string_view style) {
  absl::StrAppendFormat(&text_,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>\n",
                        at.x, at.y, NameOf(anchor), std::string(style), Escaped(text));
}

void Svg::TextUpwards(Point at, std::string_view text, std::string_view style) {
  absl::StrAppendFormat(&text_,
                        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" "
                        "text-anchor=\"middle\" class=\"%s\">%s</text>\n",
                        at.x, at.y, std::string(style), Escaped(text));
}

std::string Svg::Finish() { return std::move(text_) + "</svg>\n"; }

}  // namespace wallet::bench

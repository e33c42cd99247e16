package dev.gala.bench.report;

import java.util.List;
import java.util.Locale;

/** Bar charts. They follow the reader's light or dark mode. */
final class Svg {
  /**
   * Bars with a title.
   *
   * @param title what they have in common
   * @param bars from the top
   * @param logarithmic whether lengths are those of orders of magnitude
   */
  record Group(String title, List<Bar> bars, boolean logarithmic) {}

  /**
   * A bar.
   *
   * @param label at its left
   * @param value its length
   * @param low where its spread begins
   * @param high where it ends
   * @param ours whether it stands out
   */
  record Bar(String label, double value, double low, double high, boolean ours) {}

  private static final int WIDTH = 820;
  private static final int LEFT = 300;
  private static final int RIGHT = 90;
  private static final int BAR = 20;
  private static final int HEAD = 30;
  private static final int TOP = 36;

  private static final String STYLE =
      """
      <style>
        text { font: 12px system-ui, sans-serif; fill: #24292f; }
        .title { font-size: 15px; font-weight: 600; }
        .group { font-weight: 600; }
        .bar { fill: #8c959f; }
        .ours { fill: #0969da; }
        .spread { stroke: #24292f; stroke-width: 1; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; }
          .bar { fill: #6e7681; }
          .ours { fill: #4493f8; }
          .spread { stroke: #e6edf3; }
        }
      </style>
      """;

  private Svg() {}

  /** A chart. */
  static String of(String title, List<Group> groups) {
    int rows = groups.stream().mapToInt(group -> group.bars().size()).sum();
    int height = TOP + groups.size() * HEAD + rows * BAR + 10;
    var svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d"
                + " %d\" role=\"img\" aria-label=\"%s\">%n",
            WIDTH,
            height,
            WIDTH,
            height,
            escaped(title)));
    svg.append(STYLE);
    text(svg, "title", 8, 22, title);
    int y = TOP;
    for (Group group : groups) {
      Scale lengths = Scale.of(group.bars(), group.logarithmic());
      String scale = group.logarithmic() ? ", logarithmic" : "";
      text(svg, "group", 8, y + 18, group.title() + scale);
      y += HEAD;
      for (Bar bar : group.bars()) {
        append(svg, bar, lengths, y);
        y += BAR;
      }
    }
    return svg.append("</svg>\n").toString().replace("\r\n", "\n");
  }

  private static void append(StringBuilder svg, Bar bar, Scale scale, int y) {
    double length = scale.length(bar.value());
    text(svg, "", 16, y + 13, bar.label());
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
            bar.ours() ? "ours" : "bar",
            LEFT,
            y + 2,
            length,
            BAR - 6));
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"spread\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n",
            LEFT + scale.length(bar.low()),
            y + BAR / 2 - 1,
            LEFT + scale.length(bar.high()),
            y + BAR / 2 - 1));
    double end = LEFT + Math.max(length, scale.length(bar.high())) + 6;
    text(svg, "", end, y + 13, Numbers.of(bar.value()));
  }

  private static void text(StringBuilder svg, String style, double x, int y, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n",
            style,
            x,
            y,
            escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** From a value to a length. */
  private record Scale(double least, double most, boolean logarithmic) {
    static Scale of(List<Bar> bars, boolean logarithmic) {
      double most = bars.stream().mapToDouble(Bar::high).max().orElse(1);
      double least = bars.stream().mapToDouble(Bar::low).filter(low -> low > 0).min().orElse(most);
      return new Scale(least / 2, Math.max(most, Double.MIN_NORMAL), logarithmic);
    }

    double length(double value) {
      double share =
          logarithmic
              ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
              : value / most;
      return Math.clamp(share, 0, 1) * (WIDTH - LEFT - RIGHT);
    }
  }
}

package dev.gala.bench.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as people read them. */
public final class Numbers {
  private Numbers() {}

  /** With as many digits as matter. */
  public static String of(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    if (size >= 100) {
      return String.format(Locale.ROOT, "%,d", Math.round(value));
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
  }

  /** How many times as good; nothing where nothing was compared. */
  public static String ratio(@Nullable Double ratio) {
    if (ratio == null) {
      return "";
    }
    return String.format(Locale.ROOT, ratio >= 10 ? "%.0f×" : "%.2f×", ratio);
  }
}

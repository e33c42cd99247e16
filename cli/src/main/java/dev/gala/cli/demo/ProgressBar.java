package dev.gala.cli.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows on one terminal line how far a run is; without a terminal it shows nothing. For one thread.
 */
final class ProgressBar {
  private static final int WIDEST = 30;

  private final PrintStream out;
  private final int columns;
  private final String full;
  private final String empty;
  private int drawn;

  /**
   * A bar.
   *
   * @param out the terminal
   * @param columns its width; 0 where there is no terminal
   */
  ProgressBar(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
    boolean blocks = out.charset().newEncoder().canEncode("█░");
    full = blocks ? "█" : "#";
    empty = blocks ? "░" : ".";
  }

  /** Whether there is a terminal. */
  boolean isShown() {
    return columns > 0;
  }

  /** Draws the bar; it is never wider than the terminal. */
  void show(long done, long all, String what) {
    if (!isShown()) {
      return;
    }
    String text = String.format(Locale.ROOT, " %,d of %,d %s", done, all, what);
    // The last column stays free: some terminals begin a new line when it is filled.
    int width = Math.clamp(columns - 1L - text.length(), 0, WIDEST);
    int filled = all == 0 ? width : (int) (width * Math.clamp(done, 0, all) / all);
    String line = full.repeat(filled) + empty.repeat(width - filled) + text;
    line = line.substring(0, Math.min(line.length(), columns - 1));
    out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    out.flush();
    drawn = line.length();
  }

  /** Takes the bar away. */
  void clear() {
    if (drawn > 0) {
      out.print("\r" + " ".repeat(drawn) + "\r");
      out.flush();
      drawn = 0;
    }
  }
}

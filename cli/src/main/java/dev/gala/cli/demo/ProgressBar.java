package dev.gala.cli.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows on one terminal line how far a run is; without a terminal it shows nothing. For one thread.
 */
final class ProgressBar {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private int drawn;

  ProgressBar(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(String what, long done, long all) {
    if (!terminal) {
      return;
    }
    int filled = all == 0 ? WIDTH : (int) (WIDTH * Math.min(done, all) / all);
    String bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    String line = String.format(Locale.ROOT, "%-9s %s %,d / %,d", what, bar, done, all);
    out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    out.flush();
    drawn = line.length();
  }

  void clear() {
    if (terminal && drawn > 0) {
      out.print("\r" + " ".repeat(drawn) + "\r");
      out.flush();
      drawn = 0;
    }
  }
}

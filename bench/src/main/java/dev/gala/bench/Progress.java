package dev.gala.bench;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Round;
import dev.gala.bench.report.Numbers;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells on the way how far a run is. */
final class Progress {
  private final PrintWriter out;
  private final long begun = System.nanoTime();

  Progress(PrintWriter out) {
    this.out = out;
  }

  void measured(Case what, String line, Round round, double figure) {
    String number = round.warmsUp() ? "warming up" : "round " + round.number();
    say(what, line + ", " + number + ": " + Numbers.of(figure));
  }

  void skipped(Case what, String line, String reason) {
    say(what, line + " skipped: " + reason);
  }

  void failed(Case what, String line, Exception failure) {
    say(what, line + " failed: " + failure);
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      out.println("           because of " + cause);
    }
    StackTraceElement[] trace = failure.getStackTrace();
    if (trace.length > 0) {
      out.println("           at " + trace[0]);
    }
    out.flush();
  }

  /** Tells something else. */
  void say(String text) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, text));
    out.flush();
  }

  private void say(Case what, String text) {
    say(what.scenario() + " (" + what.variant() + "), " + text);
  }
}

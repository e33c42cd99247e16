package dev.gala.cli.control;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import dev.gala.stored.RedriveReport;
import dev.gala.stored.RedriveResult;
import dev.gala.stored.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How it is shown what came of a redrive. */
final class RedriveView {
  private RedriveView() {}

  /** What is told before anything is done. */
  static String begun(Instant begun) {
    return "begun; to go on if this is broken off, or for the rest beyond a limit: --begun "
        + GoTime.format(begun);
  }

  /** One event of those that were named, which is handled again. */
  static String line(RedriveResult result, boolean dryRun) {
    String by =
        result.listeners().isEmpty() ? "whoever listens" : String.join(", ", result.listeners());
    return Table.plain(
        "event " + result.id() + (dryRun ? " would be" : " is") + " handled again by " + by);
  }

  /** One that is not. */
  static String refusal(RedriveResult result, Refusal why) {
    return Table.plain("event " + result.id() + " is not redriven: " + text(why));
  }

  /** How many are, and are not. */
  static List<String> summary(RedriveReport report, boolean dryRun) {
    var lines = new ArrayList<String>();
    lines.add(
        (dryRun ? "would redrive " : "redriven ")
            + report.redriven()
            + " of "
            + report.matched()
            + " events");
    report.refused().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> lines.add("not " + entry.getValue() + ": " + text(entry.getKey())));
    return lines;
  }

  static String json(RedriveReport report, boolean dryRun) {
    var refused = new JsonText();
    report.refused().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> refused.number(name(entry.getKey()), entry.getValue()));
    return new JsonText()
        .json("dry_run", String.valueOf(dryRun))
        .text("begun", GoTime.format(report.begun()))
        .number("matched", report.matched())
        .number("redriven", report.redriven())
        .json("refused", refused.end())
        .array("results", report.results(), RedriveView::json)
        .end();
  }

  private static String json(RedriveResult result) {
    Refusal why = result.refusal();
    return new JsonText()
        .text("event_id", result.id().value())
        .json("job_id", String.valueOf(result.jobId()))
        .array("listeners", result.listeners(), GoJson::quote)
        .text("refused", why == null ? null : name(why))
        .end();
  }

  /** In the words of the command line. */
  private static String text(Refusal why) {
    return why.text()
        .replace("withCancelled", "--with-cancelled")
        .replace("withDone", "--with-done");
  }

  private static String name(Refusal why) {
    return why.name().toLowerCase(Locale.ROOT);
  }
}

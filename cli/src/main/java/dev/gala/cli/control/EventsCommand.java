package dev.gala.cli.control;

import dev.gala.cli.input.UsageException;
import dev.gala.event.EventId;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobCursor;
import dev.gala.stored.EventPage;
import dev.gala.stored.EventQuery;
import dev.gala.stored.Redrive;
import dev.gala.stored.RedriveReport;
import dev.gala.stored.RedriveResult;
import dev.gala.stored.Refusal;
import dev.gala.stored.StoredEvent;
import dev.gala.stored.StoredEvents;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Events, to look at and to have handled again. */
@Command(
    name = "events",
    description = "Events: list or show them, have them handled again.",
    mixinStandardHelpOptions = true)
public final class EventsCommand implements Runnable {
  private static final String APPLICATION = "gala events";

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  /** The command; its options are filled in by the command line. */
  public EventsCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: gala events list, show or redrive");
  }

  @Command(
      description = "Lists events that pass the filters, the newest first.",
      mixinStandardHelpOptions = true)
  void list(
      @Mixin DatabaseOptions at, @Mixin EventListOptions options, @Mixin OutputOption output) {
    EventQuery query = options.query();
    try (RiverDatabase database = at.connect(APPLICATION)) {
      EventPage page = StoredEvents.of(database).list(query);
      PrintWriter out = spec.commandLine().getOut();
      JobCursor next = page.next();
      if (output.isJson()) {
        out.println(
            new JsonText()
                .array("events", page.events(), EventView::json)
                .text("next_cursor", next == null ? null : next.text())
                .end());
        return;
      }
      EventView.table(page.events()).forEach(out::println);
      if (next != null) {
        out.println("there may be more: --after " + next.text());
      }
    }
  }

  @Command(
      description = "Shows an event: its envelope, and each listener's state and errors.",
      mixinStandardHelpOptions = true)
  void show(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Parameters(paramLabel = "ID", description = "the event") String id) {
    EventId event = id(id);
    try (RiverDatabase database = at.connect(APPLICATION)) {
      List<StoredEvent> events = StoredEvents.of(database).show(event);
      if (events.isEmpty()) {
        throw new UsageException(
            "there is no event \""
                + id
                + "\": it was deleted since it ended, or never emitted (a job's own id is for"
                + " gala jobs show)");
      }
      PrintWriter out = spec.commandLine().getOut();
      if (output.isJson()) {
        out.println(new JsonText().array("events", events, EventView::json).end());
        return;
      }
      for (int i = 0; i < events.size(); i++) {
        if (i > 0) {
          out.println();
        }
        EventView.full(events.get(i)).forEach(out::println);
      }
    }
  }

  @Command(
      description = {
        "Has events handled again: these, or those that pass the filters and ended without success.",
        "Those listeners run that failed, or were missing; of the others nothing is repeated."
      },
      mixinStandardHelpOptions = true)
  int redrive(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Mixin RedriveOptions options,
      @Parameters(arity = "0..*", paramLabel = "ID", description = "the events")
          @Nullable List<String> ids) {
    List<String> named = ids == null ? List.of() : ids;
    Instant begun = options.begun();
    Redrive what = options.redrive(named, begun);
    boolean dryRun = options.isDryRun();
    try (RiverDatabase database = at.connect(APPLICATION)) {
      StoredEvents events = StoredEvents.of(database);
      boolean byId = !named.isEmpty();
      if (!byId && !dryRun && !output.isJson()) {
        spec.commandLine().getOut().println(RedriveView.begun(begun));
        spec.commandLine().getOut().flush(); // Whoever kills this needs it.
      }
      RedriveReport report = dryRun ? events.preview(what) : events.redrive(what);
      CommandLine command = spec.commandLine();
      if (output.isJson()) {
        command.getOut().println(RedriveView.json(report, dryRun));
      } else {
        tell(report, byId, dryRun);
      }
      return byId && report.redriven() < report.matched() ? 1 : 0;
    }
  }

  /** Of named events it is told of each, of others how many. */
  private void tell(RedriveReport report, boolean byId, boolean dryRun) {
    CommandLine command = spec.commandLine();
    if (!byId) {
      RedriveView.summary(report, dryRun).forEach(command.getOut()::println);
      return;
    }
    for (RedriveResult result : report.results()) {
      Refusal why = result.refusal();
      if (why == null) {
        command.getOut().println(RedriveView.line(result, dryRun));
      } else {
        command.getErr().println("gala: " + RedriveView.refusal(result, why));
      }
    }
  }

  private static EventId id(String text) {
    try {
      return EventId.of(text);
    } catch (IllegalArgumentException bad) {
      throw new UsageException(String.valueOf(bad.getMessage()), bad);
    }
  }
}

package dev.gala.cli.control;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import dev.gala.stored.ListenerError;
import dev.gala.stored.ListenerState;
import dev.gala.stored.StoredEvent;
import dev.gala.stored.StoredListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How events are shown: as tables, in full, and as JSON. */
final class EventView {
  private static final String NONE = "-";

  private EventView() {}

  /** A line for each event, below one with the columns' names. */
  static List<String> table(Collection<StoredEvent> events) {
    var table = new Table("event_id", "topic", "state", "attempt", "emitted_at", "listeners");
    for (StoredEvent event : events) {
      table.add(
          event.id().value(),
          event.topic(),
          event.state().wireName(),
          attempt(event),
          JsonText.iso(event.emittedAt()),
          event.listeners().isEmpty()
              ? NONE
              : event.listeners().stream()
                  .map(listener -> listener.name() + " " + state(listener))
                  .collect(Collectors.joining(", ")));
    }
    return table.lines();
  }

  /** All of an event, a line for each thing, then its listeners and errors. */
  static List<String> full(StoredEvent event) {
    Map<String, String> envelope = envelope(event);
    var lines = new ArrayList<String>();
    line(lines, "event_id", event.id().value());
    line(lines, "topic", event.topic());
    line(lines, "state", event.state().wireName());
    line(lines, "attempt", attempt(event));
    line(lines, "job_id", String.valueOf(event.jobId()));
    line(lines, "kind", event.kind());
    line(lines, "queue", event.queue());
    line(lines, "emitted_at", JsonText.iso(event.emittedAt()));
    line(lines, "scheduled_at", JsonText.iso(event.scheduledAt()));
    line(lines, "finalized_at", time(event.finalizedAt()));
    line(lines, "redriven_at", time(event.redrivenAt()));
    line(lines, "headers", envelope.getOrDefault("headers", NONE));
    line(lines, "context", envelope.getOrDefault("context_snapshot", NONE));
    line(lines, "payload", envelope.getOrDefault("payload", NONE));
    if (event.problem() != null) {
      line(lines, "problem", event.problem());
    }
    line(lines, "listeners", event.listeners().isEmpty() ? NONE : "");
    event.listeners().forEach(listener -> addListener(lines, listener));
    line(lines, "errors", event.errors().isEmpty() ? NONE : "");
    event.errors().forEach(error -> JobView.addError(lines, error));
    return lines;
  }

  /** The event with its envelope as it is stored, and its listeners. */
  static String json(StoredEvent event) {
    return new JsonText()
        .text("event_id", event.id().value())
        .number("job_id", event.jobId())
        .text("topic", event.topic())
        .text("state", event.state().wireName())
        .text("kind", event.kind())
        .text("queue", event.queue())
        .number("attempt", event.attempt())
        .number("max_attempts", event.maxAttempts())
        .time("emitted_at", event.emittedAt())
        .time("scheduled_at", event.scheduledAt())
        .time("finalized_at", event.finalizedAt())
        .time("redriven_at", event.redrivenAt())
        .json("envelope", event.envelopeJson().isEmpty() ? "null" : event.envelopeJson())
        .text("problem", event.problem())
        .array("listeners", event.listeners(), EventView::json)
        .array("errors", event.errors(), JobView::json)
        .end();
  }

  private static String json(StoredListener listener) {
    var json =
        new JsonText()
            .text("name", listener.name())
            .text("state", state(listener))
            .json("attempt", String.valueOf(listener.attempt()))
            .time("at", listener.at())
            .json("ms", listener.took() == null ? "null" : "" + listener.took().toMillis());
    return json.array("errors", listener.errors(), EventView::json).end();
  }

  private static String json(ListenerError error) {
    return new JsonText()
        .time("at", error.at())
        .number("attempt", error.attempt())
        .text("error", error.message())
        .end();
  }

  private static void addListener(List<String> lines, StoredListener listener) {
    String how =
        listener.at() == null
            ? ""
            : " in attempt " + listener.attempt() + " at " + JsonText.iso(listener.at());
    lines.add(Table.plain("  " + listener.name() + ": " + state(listener) + how));
    for (ListenerError error : listener.errors()) {
      lines.add("    attempt " + error.attempt() + " at " + JsonText.iso(error.at()));
      error.message().lines().forEach(text -> lines.add("      " + Table.plain(text)));
    }
  }

  private static Map<String, String> envelope(StoredEvent event) {
    return GoJson.isObject(event.envelopeJson())
        ? JsonObjects.members(event.envelopeJson())
        : Map.of();
  }

  private static String state(StoredListener listener) {
    ListenerState state = listener.state();
    return ListenerStateConverter.name(state);
  }

  private static String attempt(StoredEvent event) {
    return event.attempt() + "/" + event.maxAttempts();
  }

  private static String time(@Nullable Instant time) {
    return time == null ? NONE : JsonText.iso(time);
  }

  private static void line(List<String> lines, String name, String value) {
    lines.add((name + " ".repeat(15 - name.length()) + Table.plain(value)).stripTrailing());
  }
}

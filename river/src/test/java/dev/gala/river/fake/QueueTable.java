package dev.gala.river.fake;

import dev.gala.river.job.Queue;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** River's queue table. Guarded by the driver's signal. */
final class QueueTable {
  private final InstantSource clock;
  private final TreeMap<String, Queue> rows = new TreeMap<>();

  QueueTable(InstantSource clock) {
    this.clock = clock;
  }

  Queue createOrUpdate(String name) {
    var now = clock.instant();
    return rows.merge(
        name,
        new Queue(name, now, "{}", null, now),
        (old, ignored) -> new Queue(name, old.createdAt(), old.metadata(), old.pausedAt(), now));
  }

  @Nullable Queue get(String name) {
    return rows.get(name);
  }

  List<Queue> list(int max) {
    return rows.values().stream().limit(max).toList();
  }

  /** One that is paused already keeps its times. */
  void pause(String name) {
    var now = clock.instant();
    change(
        name,
        row ->
            row.pausedAt() != null
                ? row
                : new Queue(row.name(), row.createdAt(), row.metadata(), now, now));
  }

  /** One that is not paused keeps its times. */
  void resume(String name) {
    var now = clock.instant();
    change(
        name,
        row ->
            row.pausedAt() == null
                ? row
                : new Queue(row.name(), row.createdAt(), row.metadata(), null, now));
  }

  void update(String name, @Nullable String metadata) {
    var now = clock.instant();
    change(
        name,
        row ->
            new Queue(
                name,
                row.createdAt(),
                metadata == null ? row.metadata() : metadata,
                row.pausedAt(),
                now));
  }

  void delete(String name) {
    rows.remove(name);
  }

  private void change(String name, UnaryOperator<Queue> change) {
    if (name.equals("*")) {
      rows.replaceAll((key, row) -> change.apply(row));
    } else {
      rows.computeIfPresent(name, (key, row) -> change.apply(row));
    }
  }
}

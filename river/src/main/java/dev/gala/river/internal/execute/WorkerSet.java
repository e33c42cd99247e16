package dev.gala.river.internal.execute;

import dev.gala.river.job.JobType;
import dev.gala.river.worker.Worker;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workers of a client, by kind. */
public final class WorkerSet {
  /**
   * A kind and who works it.
   *
   * @param type the kind
   * @param worker who works it
   * @param <T> the arguments' type
   */
  public record Entry<T>(JobType<T> type, Worker<T> worker) {}

  private final Map<String, Entry<?>> byKind;

  /** These workers, by kind. */
  public WorkerSet(Map<String, Entry<?>> byKind) {
    this.byKind = Map.copyOf(byKind);
  }

  /** The kinds known here, sorted. */
  public List<String> kinds() {
    return byKind.keySet().stream().sorted().toList();
  }

  /** The kinds known here, as they were given. */
  public List<JobType<?>> types() {
    return byKind.values().stream().<JobType<?>>map(Entry::type).distinct().toList();
  }

  /** Who works a kind; null if nobody does here. */
  public @Nullable Entry<?> find(String kind) {
    return byKind.get(kind);
  }
}

package dev.gala.internal.durable;

import dev.gala.event.EmitReceipt;
import dev.gala.event.EventId;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Events that were emitted once, in a transaction and before it. What is remembered is what is
 * there: a listener may have gone back to a savepoint, and what it emitted since is gone then. Safe
 * for use by many threads.
 */
final class EmittedSteps {
  /** Before the id of an event: that a listener's step emitted it. */
  static final String PREFIX = "gala:emitted:";

  private final String before;
  private final Function<List<Long>, Set<Long>> there;
  private final Map<EventId, Step> steps = new LinkedHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  private record Step(String listener, EmitReceipt receipt) {}

  /**
   * Of one transaction.
   *
   * @param before the metadata as it found them
   * @param there which of these jobs it sees
   */
  EmittedSteps(String before, Function<List<Long>, Set<Long>> there) {
    this.before = before;
    this.there = there;
  }

  /** Emits an event, unless that was done. */
  EmitReceipt once(EventId id, String listener, Supplier<EmitReceipt> emit) {
    lock.lock();
    try {
      EmitReceipt earlier = earlier(before, id);
      if (earlier != null) {
        return earlier;
      }
      Step step = steps.get(id);
      if (step != null && isThere(step, there.apply(jobs(List.of(step))))) {
        return new EmitReceipt(id, true, step.receipt().jobId());
      }
      EmitReceipt receipt = emit.get();
      steps.put(id, new Step(listener, receipt));
      return receipt;
    } finally {
      lock.unlock();
    }
  }

  /** What is to be written with the transaction, as metadata of the job. */
  Map<String, String> memory() {
    lock.lock();
    try {
      if (steps.isEmpty()) {
        return Map.of();
      }
      Set<Long> found;
      try {
        found = there.apply(jobs(steps.values()));
      } catch (RiverException failed) {
        return Map.of(); // It has ended the transaction: the commit fails too, and says why.
      }
      Map<String, String> memory = new LinkedHashMap<>();
      steps.forEach(
          (id, step) -> {
            if (isThere(step, found)) {
              memory.put(PREFIX + id, memory(step.listener(), step.receipt()));
            }
          });
      return memory;
    } finally {
      lock.unlock();
    }
  }

  private static List<Long> jobs(Iterable<Step> steps) {
    List<Long> ids = new ArrayList<>();
    for (Step step : steps) {
      Long id = step.receipt().jobId();
      if (id != null) {
        ids.add(id);
      }
    }
    return ids;
  }

  private static boolean isThere(Step step, Set<Long> found) {
    Long id = step.receipt().jobId();
    return id == null || found.contains(id);
  }

  /** That it was emitted before, by a job's metadata; null if it was not. */
  static @Nullable EmitReceipt earlier(String metadata, EventId id) {
    if (!metadata.contains(PREFIX)) {
      return null;
    }
    String memory = JsonObjects.members(metadata).get(PREFIX + id);
    if (memory == null) {
      return null;
    }
    String job = JsonObjects.members(memory).get("job_id");
    return new EmitReceipt(id, true, job == null || job.equals("null") ? null : Long.valueOf(job));
  }

  /** That a listener emitted it, as it is stored. */
  static String memory(String listener, EmitReceipt receipt) {
    return "{\"listener\":" + GoJson.quote(listener) + ",\"job_id\":" + receipt.jobId() + "}";
  }
}

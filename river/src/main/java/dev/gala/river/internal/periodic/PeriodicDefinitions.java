package dev.gala.river.internal.periodic;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The periodic jobs of a client, whether it leads or not. Safe for use by many threads. */
public final class PeriodicDefinitions {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PeriodicJobHandle, PeriodicJob<?>> jobs = new LinkedHashMap<>();
  private final @Nullable Set<String> knownKinds;
  private volatile Runnable changed = () -> {};
  private long last;

  /**
   * No definitions.
   *
   * @param knownKinds the only kinds the client inserts; null means all are
   */
  public PeriodicDefinitions(@Nullable Set<String> knownKinds) {
    this.knownKinds = knownKinds;
  }

  /**
   * What is wrong with these definitions, one sentence each: kinds the client does not insert, and
   * ids given twice.
   */
  public static List<String> problems(
      Collection<? extends PeriodicJob<?>> jobs, @Nullable Set<String> knownKinds) {
    var problems = new ArrayList<String>();
    var ids = new HashSet<String>();
    for (PeriodicJob<?> job : jobs) {
      if (knownKinds != null && !knownKinds.contains(job.type().kind())) {
        problems.add(
            job
                + " has no worker in this client for kind \""
                + job.type().kind()
                + "\": add one, or set skipUnknownKindCheck(true) if another client works it");
      }
      if (job.id() != null && !ids.add(job.id())) {
        problems.add(job + " is given twice: an id is unique within a client");
      }
    }
    return problems;
  }

  /**
   * Adds all or none.
   *
   * @return the handles, in the order of {@code added}
   * @throws RiverException with {@link RiverError#PERIODIC_JOB_ALREADY_ADDED} if an id is taken,
   *     {@link RiverError#CONFIG_INVALID} if one is given twice or a kind is not inserted here
   */
  public List<PeriodicJobHandle> add(List<? extends PeriodicJob<?>> added) {
    List<String> problems = problems(added, knownKinds);
    if (!problems.isEmpty()) {
      throw new RiverException(RiverError.CONFIG_INVALID, String.join("; ", problems));
    }
    var handles = new ArrayList<PeriodicJobHandle>(added.size());
    lock.lock();
    try {
      for (PeriodicJob<?> job : added) {
        if (job.id() != null && handleOf(job.id()) != null) {
          throw new RiverException(
              RiverError.PERIODIC_JOB_ALREADY_ADDED,
              job + " is there already: remove it first, or give another id");
        }
      }
      for (PeriodicJob<?> job : added) {
        var handle = new PeriodicJobHandle(++last);
        jobs.put(handle, job);
        handles.add(handle);
      }
    } finally {
      lock.unlock();
    }
    changed.run();
    return handles;
  }

  /** Removes a definition; returns whether it was there. */
  public boolean remove(PeriodicJobHandle handle) {
    return change(() -> jobs.remove(handle) != null);
  }

  /** Removes the definition with this id; returns whether it was there. */
  public boolean removeById(String id) {
    return change(
        () -> {
          PeriodicJobHandle handle = handleOf(id);
          return handle != null && jobs.remove(handle) != null;
        });
  }

  /** Removes all. */
  public void clear() {
    change(
        () -> {
          jobs.clear();
          return true;
        });
  }

  /** All, in the order they were added. */
  Map<PeriodicJobHandle, PeriodicJob<?>> all() {
    lock.lock();
    try {
      return new LinkedHashMap<>(jobs);
    } finally {
      lock.unlock();
    }
  }

  /** Sets who is told of every change. */
  void whenChanged(Runnable audience) {
    changed = audience;
  }

  private interface Change {
    boolean make();
  }

  private boolean change(Change change) {
    boolean made;
    lock.lock();
    try {
      made = change.make();
    } finally {
      lock.unlock();
    }
    changed.run();
    return made;
  }

  private @Nullable PeriodicJobHandle handleOf(String id) {
    for (Map.Entry<PeriodicJobHandle, PeriodicJob<?>> entry : jobs.entrySet()) {
      if (id.equals(entry.getValue().id())) {
        return entry.getKey();
      }
    }
    return null;
  }
}

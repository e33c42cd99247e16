package dev.gala.river.fake;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.driver.Maintenance;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.Queue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one client does for all, on the {@link FakeDatabase}'s tables. Guarded by its signal. */
public final class FakeMaintenance implements Maintenance {
  private final FakeDatabase database;
  private final Signal signal;
  private final Faults faults;
  private final JobTable table;
  private final TreeMap<String, List<String>> artifacts = new TreeMap<>();
  private final Set<String> indexes = new HashSet<>();
  private final Map<Long, String> unreadable = new HashMap<>();
  private final Set<Long> refused = new HashSet<>();
  private final List<Object> asked = new ArrayList<>();
  private final List<String> rebuilt = new ArrayList<>();
  private InstantSource clock = InstantSource.system();
  private int cancelsMissed;

  FakeMaintenance(FakeDatabase database) {
    this.database = database;
    this.signal = database.signal();
    this.faults = database.faults();
    this.table = database.table();
  }

  /** The database's clock from now on. */
  public void clock(InstantSource databaseClock) {
    signal.change(() -> clock = databaseClock);
  }

  /** Makes an index. */
  public void addIndex(String index) {
    signal.change(() -> indexes.add(index));
  }

  /** Lets so many requests to end a rebuild do nothing. */
  public void missCancels(int count) {
    signal.change(() -> cancelsMissed = count);
  }

  /** Leaves an artifact of an index. */
  public void addArtifact(String index, String artifact) {
    signal.change(() -> artifacts.computeIfAbsent(index, i -> new ArrayList<>()).add(artifact));
  }

  /** Makes a job's row one that cannot be read. */
  public void makeUnreadable(long id, String why) {
    signal.change(() -> unreadable.put(id, why));
  }

  /** Lets the database refuse what is to be written into a job's row. */
  public void refuse(long id) {
    signal.change(() -> refused.add(id));
  }

  /** The indexes rebuilt, in order. */
  public List<String> rebuilt() {
    return signal.look(() -> List.copyOf(rebuilt));
  }

  /** Waits until so many indexes were rebuilt. */
  public void awaitRebuilt(int atLeast) {
    signal.await(atLeast + " indexes to be rebuilt", () -> rebuilt.size() >= atLeast);
  }

  /** The parameters of all statements, in order. */
  public List<Object> asked() {
    return signal.look(() -> List.copyOf(asked));
  }

  /** The parameters of one kind of statement, in order. */
  public <T> List<T> asked(Class<T> kind) {
    return asked().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public List<String> indexArtifacts(String index) {
    return signal.look(() -> List.copyOf(artifacts.getOrDefault(index, List.of())));
  }

  @Override
  public List<String> indexDropArtifacts(String index, Duration limit) {
    return faults.call(
        Call.DROP_ARTIFACTS,
        index,
        () -> {
          List<String> dropped = artifacts.remove(index);
          return dropped == null ? List.of() : List.copyOf(dropped);
        });
  }

  /** Leaves an artifact where it fails, and waits at a gate until it is cancelled. */
  @Override
  public void indexReindex(String index, @Nullable Duration limit, Consumer<Runnable> canceller) {
    var cancelled = new AtomicBoolean();
    canceller.accept(
        () -> {
          if (signal.look(() -> cancelsMissed-- > 0)) {
            return;
          }
          cancelled.set(true);
          faults.openGates(Call.REINDEX);
        });
    try {
      faults.call(
          Call.REINDEX,
          index,
          () -> {
            if (cancelled.get()) {
              throw Faults.timedOut();
            }
            rebuilt.add(index);
            return 0;
          });
    } catch (RuntimeException e) {
      addArtifact(index, index + "_ccnew");
      throw e;
    }
  }

  @Override
  public Set<String> indexesExist(List<String> names) {
    return faults.call(
        Call.INDEXES_EXIST,
        names,
        () -> names.stream().filter(indexes::contains).collect(Collectors.toSet()));
  }

  @Override
  public JobsDeleted jobDeleteBefore(JobDeleteBeforeParams params, Duration limit) {
    return faults.call(
        Call.DELETE_BEFORE,
        params,
        () -> {
          asked.add(params);
          Instant horizon = clock.instant().minus(params.retention());
          List<JobRow> old =
              table.rows().stream()
                  .filter(row -> row.state() == params.state())
                  .filter(row -> end(row).isBefore(horizon))
                  .filter(row -> params.from() == null || !end(row).isBefore(params.from()))
                  .sorted(Comparator.comparing(FakeMaintenance::end))
                  .limit(params.max())
                  .toList();
          old.forEach(row -> table.remove(row.id()));
          return new JobsDeleted(old.size(), old.isEmpty() ? null : end(old.getLast()));
        });
  }

  @Override
  public List<ClaimedJob> jobGetStuck(JobGetStuckParams params, Duration limit) {
    return faults.call(
        Call.GET_STUCK,
        params,
        () -> {
          asked.add(params);
          Instant horizon = clock.instant().minus(params.age());
          return table.rows().stream()
              .filter(row -> row.state() == JobState.RUNNING && row.id() > params.afterId())
              .filter(row -> row.attemptId().attemptedAt().isBefore(horizon))
              .limit(params.max())
              .map(row -> new ClaimedJob(row, unreadable.get(row.id())))
              .toList();
        });
  }

  @Override
  public List<Long> jobRescueMany(List<JobRescueParams> jobs, Duration limit) {
    return faults.call(
        Call.RESCUE,
        jobs,
        () -> {
          asked.add(List.copyOf(jobs));
          if (jobs.stream().anyMatch(job -> refused.contains(job.attemptId().jobId()))) {
            throw Faults.refused();
          }
          return table.rescue(jobs, clock.instant());
        });
  }

  @Override
  public int jobSchedule(JobScheduleParams params, Duration limit) {
    return faults.call(
        Call.SCHEDULE,
        params,
        () -> {
          asked.add(params);
          List<JobRow> moved = table.schedule(params);
          moved.stream().map(JobRow::queue).distinct().forEach(database.channels()::sendInsert);
          return moved.size();
        });
  }

  @Override
  public List<String> queueDeleteExpired(QueueDeleteExpiredParams params, Duration limit) {
    return faults.call(
        Call.QUEUE_DELETE_EXPIRED,
        params,
        () -> {
          asked.add(params);
          Instant horizon = clock.instant().minus(params.age());
          List<String> expired =
              database.queues().list(Integer.MAX_VALUE).stream()
                  .filter(queue -> queue.updatedAt().isBefore(horizon) && queue.pausedAt() == null)
                  .map(Queue::name)
                  .limit(params.max())
                  .toList();
          expired.forEach(database.queues()::delete);
          return expired;
        });
  }

  private static Instant end(JobRow row) {
    return Objects.requireNonNull(row.finalizedAt(), "finalizedAt");
  }
}

package dev.gala.river.fake;

import dev.gala.river.driver.Heartbeats;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients' heartbeats in memory, with the real rules of who is silent. Guarded by the driver's
 * signal.
 */
final class FakeHeartbeats implements Heartbeats {
  /** The table, which the heartbeats of all clients share. */
  static final class Clients {
    private final Map<String, Row> rows = new TreeMap<>();
    private final List<RescueParams> rescues = new ArrayList<>();
    private Supplier<Instant> clock = Instant::now;

    void clock(Supplier<Instant> clock) {
      this.clock = clock;
    }

    void put(String id, Duration ttl, Instant beatAt) {
      rows.put(id, new Row(1, beatAt, ttl, 0, null));
    }

    void sweep(String id) {
      rows.computeIfPresent(id, (i, row) -> row.swept(clock.get()));
    }

    void drop(String id) {
      rows.remove(id);
    }

    List<RescueParams> rescues() {
      return rescues;
    }

    boolean has(String id) {
      return rows.containsKey(id);
    }
  }

  private record Row(
      long beat, Instant beatAt, Duration ttl, long sweeps, @Nullable Instant sweptAt) {
    Row swept(Instant now) {
      return new Row(beat, beatAt, ttl, sweeps + 1, now);
    }

    boolean silent(Instant now, Duration asker) {
      Duration patience = ttl.compareTo(asker) > 0 ? ttl : asker;
      Instant last = sweptAt == null || sweptAt.isBefore(beatAt) ? beatAt : sweptAt;
      return !last.isAfter(now.minus(patience));
    }
  }

  private final Faults faults;
  private final JobTable table;
  private final Clients clients;

  FakeHeartbeats(Faults faults, JobTable table, Clients clients) {
    this.faults = faults;
    this.table = table;
    this.clients = clients;
  }

  @Override
  public Beat beat(BeatParams params) {
    return faults.call(Call.BEAT, params, () -> renewed(params));
  }

  private Beat renewed(BeatParams params) {
    Instant now = clients.clock.get();
    Row before = clients.rows.get(params.clientId());
    long beat = before == null ? 1 : before.beat() + 1;
    long sweeps = before == null ? 0 : before.sweeps();
    clients.rows.put(params.clientId(), new Row(beat, now, params.ttl(), sweeps, null));
    var silent = new ArrayList<Silent>();
    clients.rows.forEach(
        (id, row) -> {
          if (!id.equals(params.clientId()) && row.silent(now, params.ttl())) {
            silent.add(new Silent(id, row.beat(), row.beatAt(), row.ttl()));
          }
        });
    return new Beat(now, beat, sweeps, silent);
  }

  @Override
  public void leave(String clientId) {
    faults.call(Call.LEAVE, clientId, () -> clients.rows.remove(clientId) != null);
  }

  /** Puts back what runs, with as many of the rules as the engine's tests need. */
  @Override
  public Rescue rescue(RescueParams params) {
    return faults.call(Call.RESCUE, params, () -> rescued(params));
  }

  private Rescue rescued(RescueParams params) {
    clients.rescues.add(params);
    var jobs = new ArrayList<RescuedJob>();
    var forgotten = new ArrayList<String>();
    for (Dead dead : params.dead()) {
      Row client = clients.rows.get(dead.clientId());
      if (client == null || client.beat() != dead.beat()) {
        continue;
      }
      clients.rows.put(dead.clientId(), client.swept(clients.clock.get()));
      for (JobRow row : table.rows()) {
        if (runsFor(dead.clientId(), row)) {
          table.change(
              row.id(),
              job ->
                  JobTable.ended(job, JobState.AVAILABLE, job.attempt(), null, job.scheduledAt()));
          jobs.add(new RescuedJob(row.id(), JobState.AVAILABLE, row.queue(), dead.clientId()));
        }
      }
      if (client.beatAt().plus(params.keep()).isBefore(clients.clock.get())) {
        clients.rows.remove(dead.clientId());
        forgotten.add(dead.clientId());
      }
    }
    return new Rescue(true, jobs, false, forgotten);
  }

  @Override
  public List<RunningAttempt> running(String clientId, List<String> queues, int max) {
    return faults.call(
        Call.RUNNING,
        queues,
        () ->
            table.rows().stream()
                .filter(row -> runsFor(clientId, row) && queues.contains(row.queue()))
                .limit(max)
                .map(
                    row ->
                        new RunningAttempt(
                            row.attemptId(),
                            row.queue(),
                            row.metadata().contains("cancel_attempted_at")))
                .toList());
  }

  @Override
  public void close() {}

  private static boolean runsFor(String clientId, JobRow row) {
    return row.state() == JobState.RUNNING
        && !row.attemptedBy().isEmpty()
        && row.attemptedBy().getLast().equals(clientId);
  }
}

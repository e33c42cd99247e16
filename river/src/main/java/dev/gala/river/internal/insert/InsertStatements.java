package dev.gala.river.internal.insert;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.job.Durability;
import dev.gala.river.job.HolderCheck;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Inserts batches, each by the statement it needs and with the notifications it owes. */
final class InsertStatements {
  /** What an insert does, once it is known which queues to notify. */
  private interface Statement<R> {
    R run(Executor executor, Set<String> notifyQueues);
  }

  private final Driver driver;
  private final Durability durability;
  private final DirectWork direct;
  private final InsertNotifications notifications;
  private final Consumer<String> localWakeup;

  /**
   * Inserts.
   *
   * @param durability of inserts in transactions of their own
   * @param direct where rows inserted in transactions of their own may begin at once
   * @param localWakeup is told of each queue that a committed insert of ours made work for
   */
  InsertStatements(
      Driver driver,
      Durability durability,
      InsertNotifications notifications,
      DirectWork direct,
      Consumer<String> localWakeup) {
    this.driver = driver;
    this.durability = durability;
    this.direct = direct;
    this.notifications = notifications;
    this.localWakeup = localWakeup;
  }

  /** The statement that single inserts share. */
  InsertCoalescer.Statement shared() {
    return new InsertCoalescer.Statement() {
      @Override
      public List<JobInserted> insert(List<JobInsertParams> rows) {
        return insertFast(rows, Tx.own());
      }

      @Override
      public int most(JobInsertParams row) {
        return direct.mostAtOnce(row);
      }
    };
  }

  /** Inserts rows without unique keys. */
  List<JobInserted> insertFast(List<JobInsertParams> rows, Tx tx) {
    DirectWork.Place place =
        switch (tx) {
          case Tx.Own own -> direct.reserve(rows);
          case Tx.OnConnection onConnection -> null;
        };
    if (place != null) {
      return insertRunning(rows, place);
    }
    return announced(rows, tx, (executor, queues) -> executor.jobInsertFast(rows, queues));
  }

  /**
   * Inserts rows and has them worked here. From before the insert is sent until its rows are held
   * the places are announced, as a claim is: whatever is committed, and whose answer is lost, is
   * found. Nobody is told of rows that nobody can claim.
   */
  private List<JobInserted> insertRunning(List<JobInsertParams> rows, DirectWork.Place place) {
    List<JobInserted> inserted;
    var begun = new ArrayList<JobRow>(rows.size());
    try {
      inserted = driver.executor(durability).jobInsertRunning(rows, direct.clientId());
      for (int i = 0; i < rows.size(); i++) {
        begun.add(row(rows.get(i), inserted.get(i)));
      }
    } catch (RuntimeException | Error e) {
      place.failed(e);
      throw e;
    }
    place.inserted(begun);
    return inserted;
  }

  /**
   * Inserts rows of which some have unique keys. Where some have the same, the first is inserted
   * and the others are its duplicates: PostgreSQL takes no key twice in one statement.
   *
   * @param check looks at the holders of keys that others have
   */
  List<InsertResult> insertUnique(List<JobInsertParams> rows, Tx tx, HolderCheck check) {
    var places = new ArrayList<Integer>(rows.size());
    var distinct = new ArrayList<JobInsertParams>(rows.size());
    Map<UniqueKey, Integer> firsts = new HashMap<>();
    for (JobInsertParams row : rows) {
      Integer place =
          row.uniqueKey() == null ? null : firsts.putIfAbsent(row.uniqueKey(), distinct.size());
      places.add(place == null ? distinct.size() : place);
      if (place == null) {
        distinct.add(row);
      }
    }
    List<JobInsertedRow> inserted = insertDistinct(rows, distinct, tx, check);
    var results = new ArrayList<InsertResult>(rows.size());
    var answered = new HashSet<Integer>();
    for (Integer place : places) {
      JobInsertedRow row = inserted.get(place);
      results.add(new InsertResult(row.job(), row.duplicate() || !answered.add(place)));
    }
    return results;
  }

  private List<JobInsertedRow> insertDistinct(
      List<JobInsertParams> rows, List<JobInsertParams> distinct, Tx tx, HolderCheck check) {
    try {
      return announced(rows, tx, (executor, queues) -> insert(executor, distinct, queues, check));
    } catch (RiverException e) {
      if (e.code() != RiverError.ROW_LOCKED) {
        throw e;
      }
      throw new RiverException(
          RiverError.ROW_LOCKED,
          "the unique key of a job to insert is held by a transaction that has not ended for as"
              + " long as is waited: nothing was inserted; do it again when that has ended: "
              + e.getMessage(),
          e,
          e.isTransient());
    }
  }

  /** Of one row there is nothing to take back if it was not inserted. */
  private static List<JobInsertedRow> insert(
      Executor executor, List<JobInsertParams> rows, Set<String> queues, HolderCheck check) {
    if (rows.size() > 1 && !check.equals(HolderCheck.NONE)) {
      return executor.jobInsertUnique(rows, queues, inserted -> check(rows, inserted, check));
    }
    List<JobInsertedRow> inserted = executor.jobInsertUnique(rows, queues);
    check(rows, inserted, check);
    return inserted;
  }

  private static void check(
      List<JobInsertParams> rows, List<JobInsertedRow> inserted, HolderCheck check) {
    for (int i = 0; i < rows.size(); i++) {
      if (inserted.get(i).duplicate()) {
        check.check(rows.get(i), inserted.get(i).job());
      }
    }
  }

  /** Inserts rows by the fastest way, all or none. */
  int insertBulk(List<JobInsertParams> rows, Tx tx) {
    Map<UniqueKey, Integer> firsts = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      UniqueKey key = rows.get(i).uniqueKey();
      Integer first = key == null ? null : firsts.putIfAbsent(key, i);
      if (first != null) {
        throw new RiverException(
            RiverError.UNIQUE_CONFLICT,
            "jobs "
                + first
                + " and "
                + i
                + " of the list have the same unique key, and a bulk insert skips no duplicates:"
                + " remove one, or use insertMany");
      }
    }
    return announced(rows, tx, (executor, queues) -> executor.jobInsertBulk(rows, queues));
  }

  private <R> R announced(List<JobInsertParams> rows, Tx tx, Statement<R> statement) {
    Set<String> queues = new LinkedHashSet<>();
    for (JobInsertParams row : rows) {
      if (row.state() == JobState.AVAILABLE) {
        queues.add(row.queue());
      }
    }
    return switch (tx) {
      case Tx.Own own -> {
        InsertNotifications.Due due = notifications.due(queues, System.nanoTime());
        R result = run(statement, queues, due);
        notifications.committed(queues, due, System.nanoTime());
        queues.forEach(localWakeup);
        yield result;
      }
      case Tx.OnConnection(var connection) -> statement.run(driver.executor(connection), queues);
    };
  }

  /** What may be committed is looked for, as what is. */
  private <R> R run(Statement<R> statement, Set<String> queues, InsertNotifications.Due due) {
    try {
      return statement.run(driver.executor(durability), due.queues());
    } catch (RuntimeException | Error e) {
      if (e instanceof RiverException r && r.code() == RiverError.OUTCOME_UNKNOWN) {
        notifications.maybeCommitted(queues, System.nanoTime());
        queues.forEach(localWakeup);
      }
      throw e;
    }
  }

  /** The row, without reading it back. */
  JobRow row(JobInsertParams row, JobInserted inserted) {
    Instant scheduledAt = row.scheduledAt();
    boolean running = inserted.running();
    return new JobRow(
        inserted.id(),
        running ? JobState.RUNNING : row.state(),
        running ? 1 : 0,
        row.maxAttempts(),
        running ? inserted.createdAt() : null,
        inserted.createdAt(),
        null,
        scheduledAt == null ? inserted.createdAt() : scheduledAt,
        row.priority(),
        row.args(),
        running ? List.of(direct.clientId()) : List.of(),
        List.of(),
        row.kind(),
        row.metadata(),
        row.queue(),
        row.tags(),
        row.uniqueKey(),
        JobState.ofUniqueMask(row.uniqueStates()));
  }
}

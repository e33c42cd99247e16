package dev.gala.river.internal.maintain;

import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import java.time.Duration;
import java.util.function.IntFunction;

/** A leader's loop: one pass soon after its start, and then one at each interval. */
public abstract class MaintenanceLoop extends LoopService {
  /** How long a statement may take. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** River's. */
  static final int BATCH = 10_000;

  private final Pace pace;
  private final BatchSize batch;
  private boolean begun;

  /** A loop whose statements take so many rows at most. */
  MaintenanceLoop(Threads threads, String role, Pace pace, int rows) {
    super(threads, role);
    this.pace = pace;
    this.batch = new BatchSize(rows);
  }

  @Override
  protected final void beforeStart() {
    begun = false;
  }

  @Override
  protected final void round() {
    if (!begun) {
      begun = true;
      pause(pace.untilFirst());
    }
    if (!stopping()) {
      pass();
      works(); // the pause is part of the round, and may be an hour
      pause(pace.untilNext());
    }
  }

  /** Does what there is to do, unless told to stop. What it throws is told, and it begins anew. */
  abstract void pass();

  /** How many rows the next statement may take. */
  final int rows() {
    return batch.rows();
  }

  /** Runs a statement of at most {@link #rows} rows; what fails may make the next one smaller. */
  final <T> T statement(IntFunction<T> work) {
    return statement(batch, work);
  }

  /** The same for statements of another kind, which do well or badly for themselves. */
  static <T> T statement(BatchSize size, IntFunction<T> work) {
    try {
      T result = work.apply(size.rows());
      size.succeeded();
      return result;
    } catch (RuntimeException e) {
      size.failed(e, System.nanoTime());
      throw e;
    }
  }

  /** Lets others have the database for a moment. */
  final void rest() {
    pause(pace.untilNextBatch());
  }
}

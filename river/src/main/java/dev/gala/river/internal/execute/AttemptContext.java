package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;
import dev.gala.river.spi.LeavableAttempt;
import dev.gala.river.worker.AttemptTransaction;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.Steps;
import dev.gala.river.worker.WorkContext;
import java.sql.Connection;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What a worker sees of its attempt. */
final class AttemptContext<T> implements WorkContext<T>, LeavableAttempt {
  private static final String RESERVED = "river:";
  private static final long LARGEST_OUTPUT = 32L * 1024 * 1024;

  private final T args;
  private final JobRow job;
  private final Attempt attempt;
  private final CallersTransaction transaction;

  /**
   * A context.
   *
   * @param job the row, as the plugins left it
   */
  AttemptContext(T args, JobRow job, Attempt attempt, CallersTransaction transaction) {
    this.args = args;
    this.job = job;
    this.attempt = attempt;
    this.transaction = transaction;
  }

  @Override
  public T args() {
    return args;
  }

  @Override
  public JobRow job() {
    return job;
  }

  @Override
  public boolean cancelled() {
    return attempt.interruption() != null;
  }

  @Override
  public @Nullable Instant deadline() {
    return attempt.deadline();
  }

  @Override
  public void setMetadata(String key, String json) {
    attempt.metadata().put(ownKey(key, json), json);
  }

  /**
   * The key, if workers may write it and the value is one.
   *
   * @throws RiverException if not
   */
  static String ownKey(String key, String json) {
    if (key.startsWith(RESERVED)) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "metadata key \""
              + key
              + "\" is River's own: choose one that does not begin with river:");
    }
    checkSize("metadata key \"" + key + "\"", json);
    if (!GoJson.isValid(json)) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "metadata key \"" + key + "\" was given a value that is no JSON: " + json);
    }
    return key;
  }

  @Override
  public void recordOutput(String json) {
    checkSize("the output", json);
    attempt.metadata().put("output", GivenJson.check("the output", json));
  }

  /** River's limit of outputs. What is much larger than that, no statement can carry. */
  private static void checkSize(String what, String json) {
    long size = Utf8.length(json);
    if (size > LARGEST_OUTPUT) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          what + " has " + size + " bytes: River keeps at most " + LARGEST_OUTPUT);
    }
  }

  @Override
  public void deleteOnCompletion(boolean delete) {
    attempt.deleteWhenCompleted(delete);
  }

  @Override
  public Steps steps() {
    return attempt
        .staging()
        .steps((connection, metadata) -> transaction.merge(attempt, connection, metadata));
  }

  @Override
  public Logger logger() {
    return new AttemptLogger(job.kind(), attempt.staging().log(), transaction.clock());
  }

  @Override
  public boolean canLeave() {
    return attempt.canLeave();
  }

  @Override
  public void leave() {
    attempt.leave();
  }

  @Override
  public void goOn(Callable<Outcome> rest) {
    attempt.goOn(rest);
  }

  @Override
  public void complete(Connection connection) {
    transaction.complete(attempt, connection);
  }

  @Override
  public AttemptTransaction begin(Connection connection) {
    return transaction.begin(attempt, connection);
  }
}

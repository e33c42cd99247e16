package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;
import dev.gala.river.worker.WorkContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a worker sees of its attempt. */
final class AttemptContext<T> implements WorkContext<T> {
  private static final String RESERVED = "river:";

  private final T args;
  private final Attempt attempt;

  AttemptContext(T args, Attempt attempt) {
    this.args = args;
    this.attempt = attempt;
  }

  @Override
  public T args() {
    return args;
  }

  @Override
  public JobRow job() {
    return attempt.job();
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
    if (key.startsWith(RESERVED)) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "metadata key \""
              + key
              + "\" is River's own: choose one that does not begin with river:");
    }
    if (!GoJson.isValid(json)) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "metadata key \"" + key + "\" was given a value that is no JSON: " + json);
    }
    attempt.metadata().put(key, json);
  }
}

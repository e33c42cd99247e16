package dev.gala.river.fake;

import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.worker.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** How attempts run where little stands around them. */
public final class ExecutorConfigs {
  private ExecutorConfigs() {}

  /** Nothing around them, and no database. */
  public static JobExecutor.Config of(
      Duration jobTimeout, Duration softStopTimeout, RetryPolicy retryPolicy) {
    return new JobExecutor.Config(
        jobTimeout, softStopTimeout, retryPolicy, InstantSource.system(), options());
  }

  /** Nothing. */
  public static JobExecutor.Options options() {
    return new JobExecutor.Options(
        List.of(),
        Map.of(),
        null,
        Duration.ofSeconds(10),
        null,
        connection -> {
          throw new UnsupportedOperationException("there is no database here");
        },
        (connection, attempt) -> {
          throw new UnsupportedOperationException("there is no database here");
        },
        () -> false);
  }
}

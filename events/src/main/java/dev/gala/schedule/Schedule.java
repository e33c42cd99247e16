package dev.gala.schedule;

import java.time.Duration;
import java.util.Objects;

/**
 * An adaptive schedule, as in the Go original: work that brings much runs often, work that brings
 * nothing or fails runs seldom. Written as JSON it is {@code min_interval}, {@code max_interval}
 * (whole nanoseconds), {@code backoff_factor}, {@code high_drift_threshold}.
 *
 * @param minInterval the shortest time between two runs; {@link #DEFAULT_MIN_INTERVAL} if zero or
 *     negative
 * @param maxInterval the longest time between two runs; {@link #DEFAULT_MAX_INTERVAL} if zero or
 *     negative
 * @param backoffFactor what the interval is multiplied by after a run that brought nothing or
 *     failed; {@link #DEFAULT_BACKOFF_FACTOR} if zero or negative
 * @param highDriftThreshold from so many changes on the interval is the shortest at once; {@link
 *     #DEFAULT_HIGH_DRIFT_THRESHOLD} if zero or negative
 */
public record Schedule(
    Duration minInterval, Duration maxInterval, double backoffFactor, int highDriftThreshold) {
  /** 20 minutes. */
  public static final Duration DEFAULT_MIN_INTERVAL = Duration.ofMinutes(20);

  /** A day. */
  public static final Duration DEFAULT_MAX_INTERVAL = Duration.ofHours(24);

  /** 2. */
  public static final double DEFAULT_BACKOFF_FACTOR = 2.0;

  /** 200 changes. */
  public static final int DEFAULT_HIGH_DRIFT_THRESHOLD = 200;

  /** An hour: for work that always fetches everything. */
  public static final Duration FULL_FETCH_MIN_INTERVAL = Duration.ofHours(1);

  /** 1,000 changes: for work that always fetches everything. */
  public static final int FULL_FETCH_HIGH_DRIFT_THRESHOLD = 1_000;

  /** Puts defaults in the place of what is zero or negative. */
  public Schedule {
    minInterval = positive(minInterval, DEFAULT_MIN_INTERVAL);
    maxInterval = positive(maxInterval, DEFAULT_MAX_INTERVAL);
    backoffFactor = backoffFactor > 0 ? backoffFactor : DEFAULT_BACKOFF_FACTOR;
    highDriftThreshold = highDriftThreshold > 0 ? highDriftThreshold : DEFAULT_HIGH_DRIFT_THRESHOLD;
  }

  /** The defaults. */
  public static Schedule defaults() {
    return new Schedule(Duration.ZERO, Duration.ZERO, 0, 0);
  }

  /** For work that cannot fetch changes alone: at most once an hour. */
  public static Schedule fullFetch() {
    return defaults()
        .withMinInterval(FULL_FETCH_MIN_INTERVAL)
        .withHighDriftThreshold(FULL_FETCH_HIGH_DRIFT_THRESHOLD);
  }

  /** This with another shortest interval. */
  public Schedule withMinInterval(Duration interval) {
    return new Schedule(interval, maxInterval, backoffFactor, highDriftThreshold);
  }

  /** This with another longest interval. */
  public Schedule withMaxInterval(Duration interval) {
    return new Schedule(minInterval, interval, backoffFactor, highDriftThreshold);
  }

  /** This with another factor. */
  public Schedule withBackoffFactor(double factor) {
    return new Schedule(minInterval, maxInterval, factor, highDriftThreshold);
  }

  /** This with another threshold. */
  public Schedule withHighDriftThreshold(int changes) {
    return new Schedule(minInterval, maxInterval, backoffFactor, changes);
  }

  /**
   * What follows a run that went well.
   *
   * @param delta how many records changed; none if negative
   */
  public ScheduleState next(ScheduleState state, int delta) {
    Duration interval = started(state);
    if (delta >= highDriftThreshold) {
      return state.with(minInterval, 0, 0);
    }
    if (delta > 0) {
      return state.with(longer(interval.dividedBy(2), minInterval), 0, 0);
    }
    return state.with(backedOff(interval), state.idleStreak() + 1, 0);
  }

  /** What follows a run that failed. */
  public ScheduleState nextAfterFailure(ScheduleState state) {
    return state.with(backedOff(started(state)), 0, state.errorStreak() + 1);
  }

  /** The longest time between two runs; the shortest one, if that is longer. */
  public Duration longestInterval() {
    return longer(maxInterval, minInterval);
  }

  private Duration started(ScheduleState state) {
    return longer(state.interval(), minInterval);
  }

  /** Never beyond the longest interval, whatever the factor; the shortest one goes before it. */
  private Duration backedOff(Duration interval) {
    double nanos = interval.toNanos() * backoffFactor;
    Duration longest = longestInterval();
    if (nanos >= longest.toNanos()) {
      return longest;
    }
    return longer(Duration.ofNanos((long) nanos), minInterval);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  @SuppressWarnings("ConstantValue") // read from JSON, a field may be missing
  private static Duration positive(Duration given, Duration otherwise) {
    return Objects.requireNonNullElse(given, Duration.ZERO).isPositive() ? given : otherwise;
  }
}

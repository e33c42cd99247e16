package dev.gala.river.internal.unique;

import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.UniqueKey;
import dev.gala.river.job.UniqueOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the keys of unique jobs (protocol: "Unique key algorithm"): any client of any language that
 * inserts the same job must get the same bytes. Pure and safe for use by many threads.
 */
public final class UniqueKeys {
  /**
   * What of a job may belong to its key.
   *
   * @param kind its kind
   * @param args its arguments, as encoded
   * @param time when it is scheduled, else when it is inserted
   * @param queue its queue
   */
  public record Subject(String kind, String args, Instant time, String queue) {}

  private static final UniqueOptions NOTHING = UniqueOptions.builder().build();
  private static final Duration SHORTEST_PERIOD = Duration.ofSeconds(1);

  /** From here periods are counted, not from 1970: it shows in periods of 7 hours or 30 days. */
  private static final Instant YEAR_1 = Instant.parse("0001-01-01T00:00:00Z");

  private static final Set<JobState> REQUIRED_STATES =
      EnumSet.of(JobState.AVAILABLE, JobState.PENDING, JobState.RUNNING, JobState.SCHEDULED);

  private static final int DEFAULT_STATES =
      JobState.uniqueMask(EnumSet.complementOf(EnumSet.of(JobState.CANCELLED, JobState.DISCARDED)));

  private UniqueKeys() {}

  /** Whether these options say anything. */
  public static boolean isGiven(@Nullable UniqueOptions options) {
    return options != null && !options.equals(NOTHING);
  }

  /**
   * The key of a job.
   *
   * @throws RiverException with {@link RiverError#INSERT_INVALID} if the options break a rule, or
   *     the arguments cannot belong to a key
   */
  public static UniqueKey key(UniqueOptions options, Subject job) {
    return hash(text(options, job));
  }

  /**
   * The states in which a row with these options blocks others of its key, as bits.
   *
   * @throws RiverException with {@link RiverError#INSERT_INVALID} if one is missing that must block
   */
  public static int states(UniqueOptions options) {
    if (options.byState().isEmpty()) {
      return DEFAULT_STATES;
    }
    if (!options.byState().containsAll(REQUIRED_STATES)) {
      throw invalid(
          "unique byState is " + options.byState() + ": it must include " + REQUIRED_STATES);
    }
    return JobState.uniqueMask(options.byState());
  }

  /** What is hashed. */
  static String text(UniqueOptions options, Subject job) {
    check(options);
    var text = new StringBuilder();
    if (!options.excludeKind()) {
      text.append("&kind=").append(job.kind());
    }
    if (options.byArgs()) {
      text.append("&args=").append(UniqueArgs.text(job.args(), options.argsPaths()));
    }
    if (options.byPeriod() != null) {
      text.append("&period=").append(periodStart(job.time(), options.byPeriod()));
    }
    if (options.byQueue()) {
      text.append("&queue=").append(job.queue());
    }
    return text.toString();
  }

  static UniqueKey hash(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return UniqueKey.of(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void check(UniqueOptions options) {
    Duration period = options.byPeriod();
    if (period != null && period.compareTo(SHORTEST_PERIOD) < 0) {
      throw invalid("unique byPeriod is " + period + ": give at least 1 s, or none");
    }
    if (!options.byArgs() && !options.argsPaths().isEmpty()) {
      throw invalid("unique argsPaths are given without byArgs: give byArgs too");
    }
    boolean kindAtMost =
        !options.byArgs() && period == null && !options.byQueue() && options.byState().isEmpty();
    if (options.excludeKind() && kindAtMost) {
      throw invalid(
          "unique excludeKind alone leaves nothing to be unique by: give byArgs, byPeriod, byQueue"
              + " or byState too");
    }
  }

  private static Instant periodStart(Instant time, Duration period) {
    long periods = Duration.between(YEAR_1, time).dividedBy(period);
    return YEAR_1.plus(period.multipliedBy(periods)).truncatedTo(ChronoUnit.SECONDS);
  }

  private static RiverException invalid(String message) {
    return new RiverException(RiverError.INSERT_INVALID, message);
  }
}

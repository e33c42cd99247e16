package dev.gala.river.worker;

import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job inserted again and again by the client that leads: River's {@code PeriodicJob}. Definitions
 * are not stored: give the same to every client that may lead, in whatever language.
 *
 * @param type its kind
 * @param schedule when it is due
 * @param args makes its arguments
 * @param options how to insert it; {@code scheduledAt} is the slot, unless one is given here
 * @param id a name by which its rows are known, and by which it is removed; null means none
 * @param runOnStart whether it is inserted besides when a client becomes leader, at that time
 * @param <T> the arguments' type
 */
public record PeriodicJob<T>(
    JobType<T> type,
    PeriodicSchedule schedule,
    PeriodicArgs<T> args,
    InsertOptions options,
    @Nullable String id,
    boolean runOnStart) {
  private static final int LONGEST_ID = 127;

  /** River's pattern of kinds; U+00B7 is a middle dot. */
  private static final Pattern ID = Pattern.compile("\\w[\\w\\-\\[\\]<>/.\u00B7:+]+");

  /**
   * Refuses nulls, ids that break River's rule, and a durability of its own: a slot that a crash
   * takes away is not inserted again.
   *
   * @throws RiverException with {@link RiverError#CONFIG_INVALID}
   */
  public PeriodicJob {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(args, "args");
    Objects.requireNonNull(options, "options");
    if (options.durability() != Durability.FULL) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "the options of a periodic job of kind \""
              + type.kind()
              + "\" give durability "
              + options.durability()
              + ": leave it out, since what a crash of the server takes away is not inserted again");
    }
    if (id != null) {
      int bytes = id.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_ID || !ID.matcher(id).matches()) {
        throw new RiverException(
            RiverError.CONFIG_INVALID,
            "the id \""
                + id
                + "\" of a periodic job is not usable: give 2 to 127 bytes of A-Z, a-z, 0-9 and _,"
                + " after the first also - . : / + < > [ ] and the middle dot");
      }
    }
  }

  /** A job of kind {@code type}, due by {@code schedule}, with options of its kind and no id. */
  public static <T> PeriodicJob<T> of(
      JobType<T> type, PeriodicSchedule schedule, PeriodicArgs<T> args) {
    return new PeriodicJob<>(type, schedule, args, InsertOptions.defaults(), null, false);
  }

  /** As {@link #of(JobType, PeriodicSchedule, PeriodicArgs)}, with arguments that need no time. */
  public static <T> PeriodicJob<T> of(
      JobType<T> type, PeriodicSchedule schedule, Supplier<? extends @Nullable T> args) {
    Objects.requireNonNull(args, "args");
    return of(type, schedule, (Instant slot) -> args.get());
  }

  /** The same job, inserted with these options. */
  public PeriodicJob<T> withOptions(InsertOptions options) {
    return new PeriodicJob<>(type, schedule, args, options, id, runOnStart);
  }

  /** The same job, known by this id: unique within a client, and the same in all of them. */
  public PeriodicJob<T> withId(String id) {
    return new PeriodicJob<>(type, schedule, args, options, id, runOnStart);
  }

  /**
   * The same job, inserted also whenever a client becomes leader. Where that may be often, as with
   * every deployment, let it be unique by period.
   */
  public PeriodicJob<T> withRunOnStart() {
    return new PeriodicJob<>(type, schedule, args, options, id, true);
  }

  /** Tells which definition it is, for people: by its id, else by its kind. */
  @Override
  public String toString() {
    return id == null
        ? "periodic job of kind \"" + type.kind() + "\""
        : "periodic job \"" + id + "\"";
  }
}

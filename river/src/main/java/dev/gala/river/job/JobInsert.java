package dev.gala.river.job;

import java.util.Objects;

/**
 * A job to insert.
 *
 * @param type its kind
 * @param args its arguments
 * @param options how to insert it
 * @param <T> the arguments' type
 */
public record JobInsert<T>(JobType<T> type, T args, InsertOptions options) {
  /** Refuses nulls. */
  public JobInsert {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(args, "args");
    Objects.requireNonNull(options, "options");
  }

  /** The arguments as JSON text. */
  public String encodedArgs() {
    try {
      return type.codec().encode(args);
    } catch (RuntimeException e) {
      throw new RiverException(
          RiverError.ARGS_INVALID,
          "the arguments of a job of kind \"" + type.kind() + "\" cannot be written: " + e,
          e);
    }
  }
}

package dev.gala.river.job;

import java.util.Objects;

/**
 * A kind of job: its stored name and how its arguments are written.
 *
 * @param kind the stored name, for instance {@code send_email}: data, never a class name; 1 to 127
 *     characters
 * @param codec writes and reads the arguments
 * @param <T> the arguments' type
 */
public record JobType<T>(String kind, ArgsCodec<T> codec) {
  /** Refuses a blank kind and one of over 127 characters. */
  public JobType {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(codec, "codec");
    if (kind.isBlank() || kind.length() > 127 || kind.indexOf('\0') >= 0) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "job kind \"" + kind + "\" is not usable: give 1 to 127 characters, not all blank");
    }
  }

  /** The kind {@code kind} with arguments written by {@code codec}. */
  public static <T> JobType<T> of(String kind, ArgsCodec<T> codec) {
    return new JobType<>(kind, codec);
  }
}

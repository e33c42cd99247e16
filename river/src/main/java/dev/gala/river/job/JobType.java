package dev.gala.river.job;

import java.util.List;
import java.util.Objects;

/**
 * A kind of job: its stored name, how its arguments are written, and how its jobs are inserted
 * where an insert says nothing else.
 *
 * @param kind the stored name, for instance {@code send_email}: data, never a class name; 1 to 127
 *     characters
 * @param codec writes and reads the arguments
 * @param options for inserts that give none of their own: attempts, priority, queue, scheduled
 *     time, tags and uniqueness, each for itself
 * @param aliases other names under which jobs of this kind are stored, and worked just as well
 * @param <T> the arguments' type
 */
public record JobType<T>(
    String kind, ArgsCodec<T> codec, InsertOptions options, List<String> aliases) {
  /**
   * Refuses a blank kind or alias, one of over 127 characters, and options that only an insert can
   * give.
   */
  public JobType {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(options, "options");
    aliases = List.copyOf(aliases);
    checkName(kind);
    aliases.forEach(JobType::checkName);
    if (options.metadata() != null
        || options.pending()
        || options.durability() != Durability.FULL) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "the options of job kind \""
              + kind
              + "\" give metadata, pending or durability: give them with each insert");
    }
  }

  /** The kind {@code kind} with arguments written by {@code codec}. */
  public static <T> JobType<T> of(String kind, ArgsCodec<T> codec) {
    return new JobType<>(kind, codec, InsertOptions.defaults(), List.of());
  }

  /**
   * The same kind, its jobs inserted with these options where an insert gives none of its own.
   *
   * @param options without metadata, pending and durability, which only an insert can give
   */
  public JobType<T> withOptions(InsertOptions options) {
    return new JobType<>(kind, codec, options, aliases);
  }

  /** The same kind, known by these names too; they replace those given before. */
  public JobType<T> withAliases(String... aliases) {
    return new JobType<>(kind, codec, options, List.of(aliases));
  }

  private static void checkName(String kind) {
    if (kind.isBlank() || kind.length() > 127 || kind.indexOf('\0') >= 0) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "job kind \"" + kind + "\" is not usable: give 1 to 127 characters, not all blank");
    }
  }
}

package dev.gala.river.job;

/**
 * Writes and reads the arguments of one kind of job. Implementations are safe for use by many
 * threads.
 *
 * @param <T> the arguments' type
 */
public interface ArgsCodec<T> {
  /**
   * The arguments as JSON text; in practice an object.
   *
   * @throws RuntimeException if they cannot be written; the insert fails with {@link
   *     RiverError#ARGS_INVALID}
   */
  String encode(T args);

  /**
   * The arguments that {@code json} holds. PostgreSQL keeps them as {@code jsonb}: the order of
   * keys is not what was written.
   *
   * @throws RuntimeException if they cannot be read; the attempt fails
   */
  T decode(String json);
}

package dev.gala.river.job;

import java.util.List;

/**
 * The place of one value in a job's arguments: the names that lead to it, outermost first, each
 * taken as it is. {@code ArgsPath.of("account", "id")} is the {@code id} in {@code
 * {"account":{"id":1}}}, {@code ArgsPath.of("account.id")} a name with a dot in it.
 *
 * @param names at least one
 */
public record ArgsPath(List<String> names) {
  /** Copies the names; refuses none. */
  public ArgsPath {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new RiverException(
          RiverError.INSERT_INVALID, "a path into the arguments has no names: give at least one");
    }
  }

  /** The path of these names, outermost first. */
  public static ArgsPath of(String... names) {
    return new ArgsPath(List.of(names));
  }
}

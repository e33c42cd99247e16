package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The schema of River's tables, and how it gets into the SQL: before each name stands the comment
 * {@value #SLOT}, which becomes the quoted schema and a dot, or nothing.
 *
 * @param name null means that the connection's search path finds them
 */
record Schema(@Nullable String name) {
  private static final String SLOT = "/* schema */";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  /** 63, PostgreSQL's limit of a channel's name, less the dot and River's longest topic. */
  private static final int MAX_LENGTH = 46;

  /** Refuses what River refuses. */
  Schema {
    if (name != null && (name.length() > MAX_LENGTH || !NAME.matcher(name).matches())) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "schema \""
              + name
              + "\" is not usable: give letters, digits and underscores, no digit first, at most "
              + MAX_LENGTH
              + " in all");
    }
  }

  /** {@code sql} with the slots filled in. */
  String resolve(String sql) {
    return sql.replace(SLOT, name == null ? "" : '"' + name + "\".");
  }
}

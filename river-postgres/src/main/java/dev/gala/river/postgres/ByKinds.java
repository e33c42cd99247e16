package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement on jobs of any kind, of one kind and of some: one alone is cheaper than an array of
 * one.
 */
record ByKinds(String ofAny, String ofOne, String ofSome) {
  /** For these kinds; null means any. */
  String sql(@Nullable List<String> kinds) {
    if (kinds == null) {
      return ofAny;
    }
    return kinds.size() == 1 ? ofOne : ofSome;
  }

  /**
   * Binds the kinds.
   *
   * @param bound how many parameters come before
   * @return how many are bound then
   */
  static int bind(
      Connection connection, PreparedStatement statement, int bound, @Nullable List<String> kinds)
      throws SQLException {
    if (kinds == null) {
      return bound;
    }
    if (kinds.size() == 1) {
      statement.setString(bound + 1, kinds.getFirst());
    } else {
      statement.setArray(bound + 1, new Columns<>(connection, kinds).text(kind -> kind));
    }
    return bound + 1;
  }
}

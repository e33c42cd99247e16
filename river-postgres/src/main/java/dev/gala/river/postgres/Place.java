package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimStart;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/** Where in a queue one priority is read from, or up to, as statements take it. */
record Place(int priority, String scheduledAt, long id) {
  /** How many parameters {@link #bind} binds. */
  static final int PARAMETERS = 3;

  /** Before everything of a priority. */
  static Place beginning(int priority) {
    return new Place(priority, "-infinity", 0);
  }

  static Place of(ClaimStart start) {
    String scheduledAt = Objects.requireNonNull(Times.text(start.scheduledAt()));
    return new Place(start.priority(), scheduledAt, start.id());
  }

  /** Binds them as the first parameters. */
  static void bind(Connection connection, PreparedStatement statement, List<Place> places)
      throws SQLException {
    var columns = new Columns<>(connection, places);
    statement.setArray(1, columns.int4(Place::priority));
    statement.setArray(2, columns.text(Place::scheduledAt));
    statement.setArray(3, columns.int8(Place::id));
  }
}

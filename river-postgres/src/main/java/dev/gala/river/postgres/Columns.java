package dev.gala.river.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows turned into one array per column, as {@code unnest} takes them. Times and JSON go as text
 * and are cast by the server, which costs less than arrays of their own types.
 *
 * @param <R> a row
 */
record Columns<R>(Connection connection, List<R> rows) {
  Array int4(ToIntFunction<R> value) throws SQLException {
    return int4OrNull(value::applyAsInt);
  }

  Array int4OrNull(Function<R, @Nullable Integer> value) throws SQLException {
    var values = new Integer[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    return connection.createArrayOf("int4", values);
  }

  Array int8(ToLongFunction<R> value) throws SQLException {
    var values = new Long[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.applyAsLong(rows.get(i));
    }
    return connection.createArrayOf("int8", values);
  }

  Array text(Function<R, @Nullable String> value) {
    var values = new @Nullable String[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    return TextArray.of(values);
  }

  Array time(Function<R, @Nullable Instant> value) {
    return text(row -> Times.text(value.apply(row)));
  }
}

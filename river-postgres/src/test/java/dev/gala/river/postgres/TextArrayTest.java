package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against the form that the database's driver gives such arrays, and what the server reads. */
class TextArrayTest {
  private static final int ARRAYS = 2_000;

  /** What could be taken for something else. */
  private static final List<String> PIECES =
      List.of(
          "\"",
          "\\",
          "\\\\",
          "\\\"",
          "{",
          "}",
          ",",
          " ",
          "\t",
          "\n",
          "\r",
          "'",
          "NULL",
          "null",
          "a",
          "plain text",
          "\u00fc",
          "\u65e5\u672c",
          "\uD83D\uDE00",
          "{\"envelope\":\"e30=\"}",
          "\u0001",
          "\u007f",
          "\u2028",
          "%",
          "$1",
          "?");

  private final Random random = new Random(20_261_126);

  @Test
  void isWhatTheDatabasesDriverWrites() throws SQLException {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement("select ?::text[]")) {
      for (int i = 0; i < ARRAYS; i++) {
        @Nullable String[] elements = elements();
        TextArray array = TextArray.of(elements);
        assertThat(array).hasToString(connection.createArrayOf("text", elements).toString());
        statement.setArray(1, array);
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          assertThat(rows.getArray(1).getArray()).isEqualTo(elements);
        }
      }
    }
  }

  @Test
  void escapesNothingButQuotesAndBackslashes() {
    assertThat(TextArray.of(new String[0])).hasToString("{}");
    assertThat(TextArray.of(new @Nullable String[] {null, "", "NULL"}))
        .hasToString("{NULL,\"\",\"NULL\"}");
    assertThat(TextArray.of(new String[] {"{\"a\": \"\\n, '\"}"}))
        .hasToString("{\"{\\\"a\\\": \\\"\\\\n, '\\\"}\"}");
  }

  private @Nullable String[] elements() {
    var elements = new @Nullable String[random.nextInt(6)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(10) == 0 ? null : text();
    }
    return elements;
  }

  private String text() {
    var text = new StringBuilder();
    for (int pieces = random.nextInt(8); pieces > 0; pieces--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }
}

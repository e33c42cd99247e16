package dev.gala.bench.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.bench.peer.Products;
import dev.gala.bench.server.BenchDatabase;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the limit does is what the others do: else it would limit nothing. */
class LeanStatementsTest {
  private static final String DIFFERENT =
      """
      select count(*), count(distinct to_jsonb(job) - 'id' - 'created_at' - 'scheduled_at')
      from river_job as job
      """;

  @Test
  void bothWaysToInsertMakeTheSameRowsAndTheirEndIsFenced() throws Exception {
    var row = new Row("{\"envelope\": \"a\\\\b\\tc\"}", "{\"topic\": \"\\\"\\n\"}");
    var statements = new LeanStatements();
    try (TestDatabase created = TestDatabase.create()) {
      var database = new BenchDatabase(created.url());
      Products.of("gala").install(database);
      try (Connection connection = Drive.connect(database)) {
        assertThat(statements.insert(connection, List.of(row))).hasSize(1);
        assertThat(statements.insertMany(connection, Collections.nCopies(3, row))).isEqualTo(3);
        try (Statement asked = connection.createStatement();
            ResultSet rows = asked.executeQuery(DIFFERENT)) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(4);
          assertThat(rows.getInt(2)).isEqualTo(1);
        }

        List<Claim> claims = statements.claim(connection, 10);
        assertThat(claims).hasSize(4).extracting(Claim::attempt).containsOnly(1);
        assertThat(statements.complete(connection, claims)).isEqualTo(4);
        assertThat(statements.complete(connection, claims)).isZero();
        assertThat(statements.claim(connection, 10)).isEmpty();
      }
    }
  }
}

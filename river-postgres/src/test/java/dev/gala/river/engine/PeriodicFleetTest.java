package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverDatabase;
import dev.gala.test.postgres.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes with the same periodic jobs, of which the one that leads is killed. */
class PeriodicFleetTest {
  private final TestDatabase postgres = TestDatabase.create();

  @BeforeEach
  void migrate() {
    try (RiverDatabase database = RiverDatabase.connect(postgres.url())) {
      database.migrator().up();
    }
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  @RiverPoint({82, 92})
  void whenTheLeaderIsKilledTheOtherGoesOnWithOneRowForEachSlot() throws Exception {
    Process first = start("first");
    Process second = null;
    try {
      awaitRows("first", 2);
      second = start("second");
      awaitRows("first", 4);
      assertThat(number("select count(*) from river_job where args->>'leader' = 'second'"))
          .isZero();
      first.toHandle().destroyForcibly();
      awaitRows("second", 3);
    } finally {
      end(first);
      if (second != null) {
        end(second);
      }
    }
    assertThat(
            number(
                "select count(*) from (select 1 from river_job group by date_trunc('second',"
                    + " scheduled_at) having count(*) > 1) twice"))
        .isZero();
    // Nothing is left out but what was due while nobody led.
    assertThat(
            number(
                "select max(extract(epoch from gap))::int from (select date_trunc('second',"
                    + " scheduled_at) - lag(date_trunc('second', scheduled_at)) over (order by"
                    + " scheduled_at) as gap, args->>'leader' as leader, lag(args->>'leader') over"
                    + " (order by scheduled_at) as before from river_job) gaps where leader ="
                    + " before"))
        .isEqualTo(1);
  }

  private Process start(String id) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dlogback.configurationFile="
                + System.getProperty("logback.configurationFile", "logback-test.xml"),
            PeriodicFleetTest.class.getName(),
            postgres.url(),
            id)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The process: the database's URL, and the client's id. */
  public static void main(String[] arguments) throws IOException {
    try (RiverDatabase database = RiverDatabase.connect(arguments[0]);
        RiverClient client = PeriodicTest.everySecond(database, arguments[1])) {
      client.start();
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }
  }

  private static void end(Process process) throws IOException, InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
    process.getOutputStream().close();
  }

  private void awaitRows(String leader, int wanted) throws SQLException {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (number("select count(*) from river_job where args->>'leader' = '" + leader + "'")
        < wanted) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no " + wanted + " rows by " + leader);
      }
      // The server waits: a sleep of ours would be no signal either.
      number("select 1 from pg_sleep(0.05)");
    }
  }

  private long number(String query) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}

package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * While somebody holds an old snapshot, the index entries of processed jobs stay: a claim from the
 * beginning reads them all, one that starts at a place those behind it.
 */
class OldSnapshotTest {
  private static final Pattern BUFFERS =
      Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

  private MigratedDatabase migrated;

  @BeforeEach
  void migrate() {
    migrated = new MigratedDatabase();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  @Test
  void aClaimThatStartsAtAPlaceReadsFarLess() throws SQLException {
    migrated.execute(
        """
        insert into river_job (args, kind, max_attempts, queue, scheduled_at)
        select '{}', 'kind', 25, 'default', now() - interval '1 minute' + n * interval '1 ms'
        from generate_series(1, 6000) as n
        """);
    try (Connection old = migrated.database.connect();
        Statement holding = old.createStatement()) {
      old.setAutoCommit(false);
      old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      holding.execute("select count(*) from river_job");

      JobRow last = claim(5_000).getLast().job();
      migrated.execute(
          "update river_job set state = 'completed', finalized_at = now() where state = 'running'");
      migrated.execute("vacuum analyze river_job");

      var starts = List.of(ClaimStart.at(last));
      long fromTheBeginning = pages(RiverJobSql.JOB_GET_AVAILABLE, "'default', 10, 'me'");
      long fromThePlace =
          pages(
              RiverJobSql.JOB_GET_AVAILABLE_FROM,
              "'{1,2,3,4}', '{"
                  + last.scheduledAt()
                  + ",-infinity,-infinity,-infinity}', '{"
                  + last.id()
                  + ",0,0,0}', 'default', 10, 10, 'me'");
      assertThat(fromThePlace).isPositive().isLessThan(fromTheBeginning / 4);

      var params = new JobGetAvailableParams("me", null, 1_000, "default", starts);
      List<ClaimedJob> rest = migrated.driver.executor().jobGetAvailable(params);
      assertThat(rest).hasSize(1_000);
      assertThat(rest.getFirst().job().id()).isEqualTo(last.id() + 1);
      old.rollback();
    }
  }

  private List<ClaimedJob> claim(int max) {
    return migrated
        .driver
        .executor()
        .jobGetAvailable(new JobGetAvailableParams("me", null, max, "default"));
  }

  /** The pages touched to find what to claim; the statement's effect is undone. */
  private long pages(String sql, String values) throws SQLException {
    var numbered = new StringBuilder();
    int parameter = 0;
    for (char c : new Schema(null).resolve(sql).toCharArray()) {
      numbered.append(c == '?' ? "$" + ++parameter : String.valueOf(c));
    }
    var plan = new ArrayList<String>();
    try (Connection connection = migrated.database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(PooledConnections.ENGINE_SETTINGS);
      statement.execute("prepare planned as " + numbered);
      try (ResultSet rows =
          statement.executeQuery(
              "explain (analyze, buffers, costs off, timing off, summary off) execute planned ("
                  + values
                  + ")")) {
        while (rows.next()) {
          plan.add(rows.getString(1));
        }
      }
      connection.rollback();
    }
    boolean finding = false;
    for (String line : plan) {
      finding |= line.contains("Index Scan using river_job_prioritized_fetching_index");
      Matcher matcher = BUFFERS.matcher(line);
      if (finding && matcher.find()) {
        return number(matcher.group(1)) + number(matcher.group(2));
      }
    }
    throw new AssertionError("no buffers in\n" + String.join("\n", plan));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}

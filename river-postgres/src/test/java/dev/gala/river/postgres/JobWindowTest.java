package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobListQuery;
import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A list of jobs of a time finds where to begin and to end among many ids. */
class JobWindowTest {
  /** One a minute, of which the middle third is deleted. */
  private static final int ROWS = 60_000;

  private static final Instant LAST = Instant.parse("2026-03-01T00:00:00Z");
  private static final Pattern BUFFERS =
      Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

  private MigratedDatabase migrated;
  private final JobWindow window = new JobWindow(new Schema(null));

  @BeforeEach
  void migrate() {
    migrated = new MigratedDatabase();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  @Test
  void theEndsOfATimeAreFoundInAFewSteps() throws Exception {
    fill();
    try (Connection connection = migrated.database.connect()) {
      JobWindow.Ids ids = window.of(connection, list(minute(45_000), minute(50_000), false, null));
      // Six hours more at either end, and what is not told apart.
      assertThat(ids.from()).isBetween(45_000L - 360 - 1_000, 45_000L - 360);
      assertThat(ids.before()).isBetween(50_000L + 360, 50_000L + 360 + 1_000);
      JobWindow.Ids inTheGap = window.of(connection, list(minute(30_000), null, false, null));
      assertThat(inTheGap.from()).isLessThan(20_000L);
      JobWindow.Ids all = window.of(connection, list(minute(-9_999), minute(99_999), false, null));
      assertThat(all).isEqualTo(new JobWindow.Ids(null, null));
      assertThat(buffers(connection)).as("pages that are read for one end").isBetween(1L, 300L);
    }
  }

  @Test
  void nothingOfATimeIsLeftOut() throws Exception {
    fill();
    try (Connection connection = migrated.database.connect();
        Statement statement = connection.createStatement()) {
      // Of a transaction that took five hours, and at an end of time.
      statement.execute(
          "update river_job set created_at = created_at - interval '5 hours' where id % 7 = 0");
      statement.execute("update river_job set created_at = 'infinity' where id in (40001, 50001)");
      for (int[] minutes : new int[][] {{100, 400}, {19_900, 40_200}, {44_990, 45_010}}) {
        Instant from = minute(minutes[0]);
        Instant before = minute(minutes[1]);
        List<Long> expected = expected(statement, from, before);
        assertThat(expected).isNotEmpty();
        assertThat(ids(connection, from, before, false)).isEqualTo(expected);
        assertThat(ids(connection, from, before, true)).isEqualTo(expected.reversed());
      }
      assertThat(ids(connection, minute(59_000), null, true))
          .isEqualTo(expected(statement, minute(59_000), LAST.plusSeconds(60)).reversed());
    }
  }

  @Test
  void amongFewIdsNothingIsSought() throws Exception {
    try (Connection connection = migrated.database.connect()) {
      JobListQuery query = list(LAST, LAST.plusSeconds(1), false, null);
      assertThat(window.of(connection, query)).isEqualTo(new JobWindow.Ids(null, null));
      migrated.execute("insert into river_job (args, kind, max_attempts) values ('{}', 'k', 1)");
      assertThat(window.of(connection, query)).isEqualTo(new JobWindow.Ids(null, null));
    }
  }

  private void fill() throws SQLException {
    migrated.execute(
        """
        insert into river_job (id, args, kind, max_attempts, created_at)
        select n, '{}', 'kind', 25, timestamptz '2026-03-01 00:00:00Z' - (%1$d - n) * interval '1 min'
        from generate_series(1, %1$d) as n
        where n <= %1$d / 3 or n > %1$d / 3 * 2
        """
            .formatted(ROWS));
    migrated.execute("analyze river_job");
  }

  private static Instant minute(int n) {
    return LAST.minus(Duration.ofMinutes(ROWS - n));
  }

  /** Gone through in pages, as whoever wants all does. */
  private List<Long> ids(
      Connection connection, Instant from, @Nullable Instant before, boolean descending)
      throws SQLException {
    var all = new ArrayList<Long>();
    JobListQuery.@Nullable After after = null;
    List<JobRow> page;
    do {
      page = new JobList(new Schema(null)).run(connection, list(from, before, descending, after));
      page.forEach(row -> all.add(row.id()));
      after = page.isEmpty() ? null : new JobListQuery.After(page.getLast().id(), null);
    } while (after != null);
    return all;
  }

  private static List<Long> expected(Statement statement, Instant from, Instant before)
      throws SQLException {
    var ids = new ArrayList<Long>();
    try (ResultSet rows =
        statement.executeQuery(
            "select id from river_job where created_at >= '"
                + from
                + "' and created_at < '"
                + before
                + "' order by id")) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }

  private static JobListQuery list(
      Instant from,
      @Nullable Instant before,
      boolean descending,
      JobListQuery.@Nullable After after) {
    return new JobListQuery(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        List.of(),
        List.of(),
        null,
        from,
        before,
        JobListQuery.Order.ID,
        descending,
        after,
        200);
  }

  private static long buffers(Connection connection) throws SQLException {
    String sql =
        new Schema(null)
            .resolve(RiverJobWindowSql.JOB_ID_AT)
            .replace("?::timestamptz", "'" + minute(45_000) + "'::timestamptz");
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "explain (analyze, buffers, costs off, timing off, summary off) " + sql)) {
      while (rows.next()) {
        Matcher matcher = BUFFERS.matcher(rows.getString(1));
        if (matcher.find()) {
          return number(matcher.group(1)) + number(matcher.group(2));
        }
      }
    }
    return 0;
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}

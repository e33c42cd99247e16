package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No statement reads the table from end to end, and none reads more than it returns, however many
 * jobs wait for a day far off or ended and are kept: on sessions with no settings of ours, as
 * behind a pooler. {@code -Pbig} makes it a million rows of each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BigTableTest {
  /** How many rows, of which three fifths have ended and a fifth waits for a day far off. */
  private static final int ROWS = Integer.getInteger("gala.big.rows", 200_000);

  /** Planned with its parameters at hand, or not planned at all; see {@link PlanTest}. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "CLAIM_CANDIDATES",
          "COLUMNS",
          "JOB_COUNT_LISTED",
          "JOB_DELETE_MANY",
          "JOB_INSERT_BULK",
          "JOB_LIST_BY_ID_ASCENDING",
          "JOB_LIST_BY_ID_DESCENDING",
          "JOB_LIST_BY_TIME_ASCENDING",
          "JOB_LIST_BY_TIME_DESCENDING");

  private static final Pattern BUFFERS =
      Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

  private MigratedDatabase migrated;

  @BeforeAll
  void fill() throws SQLException {
    migrated = new MigratedDatabase();
    migrated.execute(
        """
      insert into river_job (
        args, attempt, attempted_at, attempted_by, created_at, finalized_at, kind, max_attempts,
        priority, queue, scheduled_at, state)
      select
        jsonb_build_object('n', n),
        case when state in ('available', 'scheduled') then 0 else 1 end,
        case when state not in ('available', 'scheduled') then now() - interval '2 hours' end,
        case when state not in ('available', 'scheduled') then array['client_' || n %% 10] end,
        now() - n * interval '1 second',
        case when state in ('cancelled', 'completed', 'discarded')
          then now() - n * interval '1 second' end,
        'kind_' || n %% 20,
        25,
        1 + n %% 4,
        'queue_' || n %% 5,
        case when state in ('retryable', 'scheduled')
          then now() + interval '1 day' + n * interval '1 second'
          else now() - n * interval '1 second' end,
        state
      from (
        select
          n,
          case
            when n %% 1000 = 0 then 'running'
            when n %% 10 < 5 then 'completed'
            when n %% 10 = 5 then case when n %% 20 = 5 then 'cancelled' else 'discarded' end
            when n %% 10 = 6 then 'retryable'
            when n %% 10 in (7, 8) then 'scheduled'
            else 'available'
          end::river_job_state as state
        from generate_series(1, %d) as n
      ) as numbered
      """
            .formatted(ROWS));
    migrated.execute("vacuum analyze river_job");
  }

  @AfterAll
  void close() {
    migrated.close();
  }

  /** Every statement on the table of the path of each job, of control, and of maintenance. */
  static Stream<String> statements() {
    return Stream.of(
            GalaClientSql.class,
            RiverJobControlSql.class,
            RiverJobScheduleSql.class,
            RiverJobSql.class,
            RiverJobTransactionSql.class,
            RiverMaintenanceSql.class)
        .flatMap(type -> Stream.of(type.getDeclaredFields()))
        .filter(field -> !Modifier.isPrivate(field.getModifiers()))
        .filter(field -> field.getType() == String.class && !ELSEWHERE.contains(field.getName()))
        .filter(field -> text(field).contains("river_job"))
        .map(field -> field.getDeclaringClass().getSimpleName() + "." + field.getName());
  }

  private static String sql(String name) {
    String[] parts = name.split("\\.", 2);
    try {
      Class<?> type = Class.forName(BigTableTest.class.getPackageName() + "." + parts[0]);
      return text(type.getDeclaredField(parts[1]));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void allStatementsAreLookedAt() {
    assertThat(statements())
        .contains(
            "RiverJobSql.JOB_GET_AVAILABLE",
            "RiverJobScheduleSql.JOB_SCHEDULE",
            "RiverMaintenanceSql.JOB_DELETE_BEFORE",
            "RiverMaintenanceSql.JOB_GET_STUCK",
            "RiverMaintenanceSql.JOB_RESCUE_MANY")
        .hasSizeGreaterThan(20);
  }

  /** As it is planned once and for all, after a few uses of a prepared statement. */
  @ParameterizedTest
  @MethodSource("statements")
  void noPlanReadsTheTableFromEndToEnd(String name) throws SQLException {
    String sql = sql(name);
    String nulls = String.join(", ", Stream.generate(() -> "null").limit(parameters(sql)).toList());
    List<String> plan = explain("force_generic_plan", sql, "(costs off)", nulls);
    assertThat(plan)
        .as(name + "\n" + String.join("\n", plan))
        .noneMatch(line -> line.contains("Seq Scan on river_job"));
  }

  /** A statement with values, and how many pages it may touch: what is asked for, and no more. */
  enum Bounded {
    CLAIM(RiverJobSql.JOB_GET_AVAILABLE, "'queue_4', 10, 'me'", 1_000),
    CLAIM_OF_KINDS(
        RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS, "'queue_4', '{kind_9,kind_19}', 10, 'me'", 1_000),
    COMPLETE(RiverJobSql.JOB_COMPLETE, "'{1000}', '{1}', '{2026-01-02 03:04:05Z}', 'now'", 200),
    DELETE_IF_RUNNING(
        RiverJobSql.JOB_DELETE_IF_RUNNING, "'{1000}', '{1}', '{2026-01-02 03:04:05Z}'", 200),
    /** Nothing is due, and a quarter of the table waits. */
    SCHEDULE(RiverJobScheduleSql.JOB_SCHEDULE, "5000000, 10000, null, '{}'", 2_000),
    /** Much more is old than is asked for. */
    DELETE_BEFORE(
        RiverMaintenanceSql.JOB_DELETE_BEFORE, "'completed', 3600000000, null, '{}', 100", 2_500),
    /** Nothing is old enough. */
    DELETE_NOTHING(
        RiverMaintenanceSql.JOB_DELETE_BEFORE,
        "'completed', 86400000000000, null, '{}', 10000",
        100),
    /** One in a thousand runs: their rows lie far from each other. */
    GET_STUCK(RiverMaintenanceSql.JOB_GET_STUCK, "3600000000, 0, 100", ROWS / 1_000 * 3 + 1_000),
    GET_STUCK_NOTHING(
        RiverMaintenanceSql.JOB_GET_STUCK, "86400000000, 0, 100", ROWS / 1_000 * 2 + 1_000),
    RESCUE(
        RiverMaintenanceSql.JOB_RESCUE_MANY,
        "'{1000}', '{1}', '{2026-01-02 03:04:05Z}', '{retryable}', '{now}', '{1}', '{e}', '{}',"
            + " '{now}'",
        200);

    private final String sql;
    private final String values;
    private final long pages;

    Bounded(String sql, String values, long pages) {
      this.sql = sql;
      this.values = values;
      this.pages = pages;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadIsBoundedByWhatIsAskedFor(Bounded bounded) throws SQLException {
    for (String mode : List.of("force_generic_plan", "force_custom_plan")) {
      List<String> plan =
          explain(
              mode,
              bounded.sql,
              "(analyze, buffers, costs off, timing off, summary off)",
              bounded.values);
      assertThat(pages(plan))
          .as(mode + "\n" + String.join("\n", plan))
          .isLessThanOrEqualTo(bounded.pages);
      assertThat(plan).noneMatch(line -> line.contains("Seq Scan on river_job"));
    }
  }

  /** Nothing a statement does here is kept. */
  private List<String> explain(String mode, String sql, String options, String values)
      throws SQLException {
    var numbered = new StringBuilder();
    int parameter = 0;
    for (char c : new Schema(null).resolve(sql).toCharArray()) {
      numbered.append(c == '?' ? "$" + ++parameter : String.valueOf(c));
    }
    var plan = new ArrayList<String>();
    try (Connection connection = migrated.database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("set local plan_cache_mode = " + mode);
      statement.execute("prepare planned as " + numbered);
      String execute = values.isEmpty() ? "execute planned" : "execute planned (" + values + ")";
      try (ResultSet rows = statement.executeQuery("explain " + options + " " + execute)) {
        while (rows.next()) {
          plan.add(rows.getString(1));
        }
      }
      connection.rollback();
    }
    return plan;
  }

  private static long parameters(String sql) {
    return sql.chars().filter(c -> c == '?').count();
  }

  /** The pages of the whole statement, which come first. */
  private static long pages(List<String> plan) {
    for (String line : plan) {
      var matcher = BUFFERS.matcher(line);
      if (matcher.find()) {
        return number(matcher.group(1)) + number(matcher.group(2));
      }
    }
    return 0;
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}

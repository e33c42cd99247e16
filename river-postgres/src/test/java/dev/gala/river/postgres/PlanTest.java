package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.SchemaProfile;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements reach their rows by an index, whatever the planner knows of the table: prepared
 * statements are soon planned once and for all, often while the table is still small and never
 * analysed.
 */
class PlanTest {
  private MigratedDatabase migrated;

  @BeforeEach
  void migrate() throws SQLException {
    migrated = MigratedDatabase.withProfile(profile());
  }

  /** The schema profile of the tables. */
  SchemaProfile profile() {
    return SchemaProfile.RIVER;
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPlainCompletionReadsNoMoreThanItsRows(boolean filled) throws Exception {
    fill(filled);
    assertByIdOnly(
        plan(
            RiverJobSql.JOB_COMPLETE,
            "bigint[], int[], text[], text",
            "'{1,2}', '{1,1}', '{2026-01-02 03:04:05Z,2026-01-02 03:04:05Z}', 'now'"));
    assertByIdOnly(
        plan(
            RiverJobSql.JOB_DELETE_IF_RUNNING,
            "bigint[], int[], text[]",
            "'{1,2}', '{1,1}', '{2026-01-02 03:04:05Z,2026-01-02 03:04:05Z}'"));
    assertByIdOnly(
        plan(
            RiverJobSql.JOB_ATTEMPT_STATES,
            "bigint[], int[], text[]",
            "'{1}', '{1}', '{2026-01-02 03:04:05Z}'"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyOtherOutcomeReadsNoMoreThanItsRows(boolean filled) throws Exception {
    fill(filled);
    assertByIdOnly(
        plan(
            RiverJobSql.JOB_SET_STATE_IF_RUNNING,
            "bigint[], int[], text[], text[], int[], text[], int[], text[], text[], text[], text[],"
                + " text[]",
            "'{1}', '{1}', '{2026-01-02 03:04:05Z}', '{completed}', '{null}', '{null}', '{null}',"
                + " '{null}', '{null}', '{null}', '{null}', '{null}'"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsDoneToOneJobReadsNoMoreThanItsRow(boolean filled) throws Exception {
    fill(filled);
    assertByIdOnly(
        plan(RiverJobControlSql.JOB_CANCEL, "bigint, text, text, text", "1, null, 'now', 'now'"));
    assertByIdOnly(plan(RiverJobControlSql.JOB_CLAIM, "bigint, text[], text", "1, '{kind}', 'me'"));
    assertByIdOnly(plan(RiverJobControlSql.JOB_DELETE, "bigint", "1"));
    assertByIdOnly(plan(RiverJobControlSql.JOB_GET, "bigint", "1"));
    assertByIdOnly(plan(RiverJobControlSql.JOB_RETRY, "bigint", "1"));
    assertByIdOnly(plan(RiverJobControlSql.JOB_UPDATE, "text, bigint", "'{}', 1"));
    assertByIdOnly(
        plan(
            RiverJobControlSql.JOB_MERGE_METADATA_IF_RUNNING,
            "text, bigint, int, text",
            "'{}', 1, 1, '2026-01-02 03:04:05Z'"));
    String fence = "bigint, int, text";
    String mine = "1, 1, '2026-01-02 03:04:05Z'";
    assertByIdOnly(plan(RiverJobTransactionSql.BEGIN, fence, mine));
    assertByIdOnly(
        plan(
            RiverJobTransactionSql.MERGE,
            "text, " + fence + ", text",
            "'{}', " + mine + ", 'now'"));
    assertByIdOnly(plan(RiverJobTransactionSql.DELETE, fence + ", text", mine + ", 'now'"));
    assertByIdOnly(
        plan(
            RiverJobTransactionSql.COMPLETE,
            "text, text, " + fence + ", text",
            "'now', null, " + mine + ", 'now'"));
    assertByIdOnly(
        plan(
            RiverJobControlSql.JOB_CANCEL_REQUESTED,
            "bigint[], int[], text[]",
            "'{1}', '{1}', '{2026-01-02 03:04:05Z}'"));
    assertByIdOnly(
        plan(
            RiverJobSql.JOB_SET_STATE_IF_RUNNING_AND_RETURN,
            "bigint[], int[], text[], text[], int[], text[], int[], text[], text[], text[], text[],"
                + " text[]",
            "'{1}', '{1}', '{2026-01-02 03:04:05Z}', '{completed}', '{null}', '{null}', '{null}',"
                + " '{null}', '{null}', '{null}', '{null}', '{null}'"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClaimReadsItsQueueAndReachesItsRowsById(boolean filled) throws Exception {
    fill(filled);
    for (List<String> plan :
        List.of(
            plan(RiverJobSql.JOB_GET_AVAILABLE, "text, int, text", "'default', 10, 'me'"),
            plan(
                RiverJobSql.JOB_GET_AVAILABLE_OF_KIND,
                "text, text, int, text",
                "'default', 'kind', 10, 'me'"),
            plan(
                RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS,
                "text, text[], int, text",
                "'default', '{kind}', 10, 'me'"))) {
      assertReadsTheQueueInOrder(plan).anyMatch(line -> line.contains("river_job_pkey"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClaimThatStartsAtAPlaceBeginsToReadThere(boolean filled) throws Exception {
    fill(filled);
    String starts = "int[], text[], bigint[], text, ";
    String places = "'{1,2}', '{-infinity,2026-01-02 03:04:05Z}', '{0,17}', 'default', ";
    for (List<String> plan :
        List.of(
            plan(
                RiverJobSql.JOB_GET_AVAILABLE_FROM,
                starts + "int, int, text",
                places + "10, 10, 'me'"),
            plan(
                RiverJobSql.JOB_GET_AVAILABLE_OF_KIND_FROM,
                starts + "text, int, int, text",
                places + "'kind', 10, 10, 'me'"),
            plan(
                RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS_FROM,
                starts + "text[], int, int, text",
                places + "'{kind}', 10, 10, 'me'"))) {
      assertReadsTheQueueInOrder(plan)
          .anyMatch(
              line ->
                  line.contains("Index Cond")
                      && line.contains("priority = ")
                      && line.contains("ROW(scheduled_at, id) >= ROW(")
                      && line.contains("scheduled_at <= now()"))
          .anyMatch(line -> line.contains("river_job_pkey"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAClaimPassedOverIsReadUpToWhereItStarted(boolean filled) throws Exception {
    fill(filled);
    String starts = "int[], text[], bigint[], text";
    String places = "'{1,2}', '{2026-01-02 03:04:05Z,2026-01-02 03:04:05Z}', '{0,17}', 'default'";
    for (List<String> plan :
        List.of(
            plan(RiverJobSql.JOB_PASSED_OVER, starts, places),
            plan(RiverJobSql.JOB_PASSED_OVER_OF_KIND, starts + ", text", places + ", 'kind'"),
            plan(
                RiverJobSql.JOB_PASSED_OVER_OF_KINDS,
                starts + ", text[]",
                places + ", '{kind}'"))) {
      assertReadsTheQueueInOrder(plan)
          .anyMatch(
              line ->
                  line.contains("Index Cond")
                      && line.contains("priority = ")
                      && line.contains("ROW(scheduled_at, id) < ROW("));
    }
  }

  private static ListAssert<String> assertReadsTheQueueInOrder(List<String> plan) {
    return assertThat(plan)
        .as(String.join("\n", plan))
        .anyMatch(line -> line.contains("river_job_prioritized_fetching_index"))
        .noneMatch(line -> line.contains("Sort"))
        .noneMatch(line -> line.contains("Seq Scan on river_job"));
  }

  /** What runs, and nothing else, however many wait or have ended. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatRunsInSomebodysNameIsFoundByItsState(boolean filled) throws Exception {
    fill(filled);
    for (List<String> plan :
        List.of(
            plan(
                GalaClientSql.RESCUE_JOBS,
                "text[], text[], bigint[], int, text",
                "'{dead}', '{why}', '{}', 1000, null"),
            plan(GalaClientSql.RESCUE_CANDIDATES, "text[], bigint[], int", "'{dead}', '{}', 1000"),
            plan(GalaClientSql.RUNNING, "text[], text, int, int", "'{default}', 'me', 10, 10"))) {
      assertThat(plan)
          .as(String.join("\n", plan))
          .anyMatch(line -> line.contains("Index Scan using river_job_prioritized_fetching_index"))
          .noneMatch(line -> line.contains("Seq Scan on river_job"));
    }
    List<String> forget =
        plan(GalaClientSql.RESCUE_FORGET, "text[], bigint, text[]", "'{me}', 1, '{me}'");
    assertThat(forget)
        .as(String.join("\n", forget))
        .anyMatch(line -> line.contains("river_job_prioritized_fetching_index"))
        .noneMatch(line -> line.contains("Seq Scan on river_job"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatALeaderDoesReadsOneRangeOfAnIndex(boolean filled) throws Exception {
    fill(filled);
    assertByIdOnly(
        plan(
            RiverMaintenanceSql.JOB_RESCUE_MANY,
            "bigint[], int[], text[], text[], text[], int[], text[], text[], text[]",
            "'{1}', '{1}', '{2026-01-02 03:04:05Z}', '{retryable}', '{now}', '{1}', '{e}', '{}',"
                + " '{now}'"));
    assertThat(
            plan(
                RiverMaintenanceSql.JOB_DELETE_BEFORE,
                "text, bigint, text, bigint[], int",
                "'completed', 1, null, '{}', 100"))
        .anyMatch(line -> line.contains("river_job_state_and_finalized_at_index"))
        .anyMatch(line -> line.contains("river_job_pkey"))
        .noneMatch(line -> line.contains("Sort"))
        .noneMatch(line -> line.contains("Seq Scan on river_job"));
    assertThat(plan(RiverMaintenanceSql.JOB_GET_STUCK, "bigint, bigint, int", "1, 0, 100"))
        .anyMatch(line -> line.contains("river_job_prioritized_fetching_index"))
        .anyMatch(line -> line.contains("river_job_pkey"))
        .noneMatch(line -> line.contains("Seq Scan on river_job"));
    assertThat(
            plan(
                RiverJobScheduleSql.JOB_SCHEDULE,
                "bigint, int, text, bigint[]",
                "1, 100, null, '{}'"))
        .noneMatch(line -> line.contains("Seq Scan on river_job"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aListIsPlannedForTheFiltersGiven(boolean filled) throws Exception {
    fill(filled);
    String types =
        "bigint[], bigint[], text[], text[], int[], int[]"
            + ", text[]".repeat(8)
            + ", text".repeat(6)
            + ", bigint".repeat(4);
    String values = "'{1,2}', '{1,2}'" + ", null".repeat(22);
    for (List<String> plan :
        List.of(
            plan(
                "force_custom_plan",
                RiverJobControlSql.JOB_COUNT_LISTED,
                types + ", bigint, bigint, int",
                values + ", null, null, 10"),
            plan(
                "force_custom_plan",
                RiverJobControlSql.JOB_LIST_BY_ID_ASCENDING,
                types + ", bigint, bigint, int",
                values + ", null, null, 10"),
            plan(
                "force_custom_plan",
                RiverJobControlSql.JOB_LIST_BY_TIME_DESCENDING.replace(
                    "/* time */", "finalized_at"),
                types + ", bigint, text, bigint, text, bigint, int",
                values + ", null, null, null, null, null, 10"))) {
      assertThat(plan)
          .as(String.join("\n", plan))
          .anyMatch(line -> line.contains("Index Cond: (id = ANY"))
          .noneMatch(line -> line.contains("IS NULL"))
          .noneMatch(line -> line.contains("Seq Scan on river_job"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTallyReadsTheBeginningOfARangeOfAnIndex(boolean filled) throws Exception {
    fill(filled);
    List<String> plan =
        plan(
            RiverJobControlSql.JOB_TALLY,
            "text, text[], text[], int, text[]",
            "'[[\"topic\"]]', '{default}', '{available}', 10000, '{kind}'");
    assertThat(plan)
        .as(String.join("\n", plan))
        .anyMatch(line -> line.contains("Index Scan using river_job_prioritized_fetching_index"))
        .noneMatch(line -> line.contains("Seq Scan on river_job"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRestartReachesItsRowsById(boolean filled) throws Exception {
    fill(filled);
    assertByIdOnly(
        plan(
            RiverJobRestartSql.JOB_RESTART_MANY,
            "bigint[], text[], int[], text[], text[], text[], text",
            "'{1}', '{discarded}', '{1}', '{2026-01-02 03:04:05Z}', '{[]}', '{\"{}\"}', null"));
  }

  /** What is common is gone through by the ids, a page at a time; what is rare is looked up. */
  @Test
  void aListByMetadataReadsByTheIndexThatSuitsWhatIsSought() throws Exception {
    migrated.execute(
        """
        insert into river_job (args, kind, max_attempts, state, finalized_at, metadata)
        select '{}', 'kind', 25, 'completed', now(),
          jsonb_build_object(
            'topic', case when n % 20000 = 0 then 'rare' else 'common' end, 'event_id', n::text)
        from generate_series(1, 40000) as n
        """);
    migrated.execute("vacuum (analyze) river_job");
    String types =
        "bigint[], bigint[], text[], text[], int[], int[]"
            + ", text[]".repeat(8)
            + ", text".repeat(6)
            + ", bigint".repeat(6)
            + ", int";
    String[] sought = {"\"topic\": \"common\"", "\"topic\": \"rare\"", "\"event_id\": \"17\""};
    String ofRare =
        profile() == SchemaProfile.EVENTS_MAX ? "river_job_kind" : "river_job_metadata_index";
    String[] indexes = {"river_job_pkey", ofRare, ofRare};
    for (int i = 0; i < sought.length; i++) {
      String metadata = "'{" + sought[i] + "}'";
      List<String> plan =
          plan(
              "force_custom_plan",
              RiverJobControlSql.JOB_LIST_BY_ID_ASCENDING,
              types,
              "null, null, '{kind}', '{kind}'"
                  + ", null".repeat(10)
                  + (", " + metadata).repeat(2)
                  + ", null, null, now()::text, now()::text"
                  + ", null, null, null, null, 1, 1, 200");
      String index = indexes[i];
      assertThat(plan)
          .as(String.join("\n", plan))
          .anyMatch(line -> line.contains(index))
          .noneMatch(line -> line.contains("Seq Scan on river_job"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeIsLookedForByTheIds(boolean filled) throws Exception {
    fill(filled);
    assertByIdOnly(plan(RiverJobWindowSql.JOB_ID_AT, "text", "'2026-01-02 03:04:05Z'"));
  }

  private static void assertByIdOnly(List<String> plan) {
    assertThat(plan)
        .as(String.join("\n", plan))
        .anyMatch(line -> line.contains("river_job_pkey"))
        .noneMatch(line -> line.contains("Seq Scan on river_job"))
        .noneMatch(line -> line.contains("prioritized_fetching"))
        .noneMatch(line -> line.contains("state_and_finalized_at"));
  }

  private void fill(boolean filled) throws SQLException {
    if (filled) {
      migrated.execute(
          """
          insert into river_job (args, kind, max_attempts, state, attempt, attempted_at)
          select '{}', 'kind', 25, 'running', 1, now() from generate_series(1, 20000)
          """);
    }
  }

  private List<String> plan(String sql, String types, String values) throws SQLException {
    return plan("force_generic_plan", sql, types, values);
  }

  private List<String> plan(String mode, String sql, String types, String values)
      throws SQLException {
    var numbered = new StringBuilder();
    int parameter = 0;
    for (char c : new Schema(null).resolve(sql).toCharArray()) {
      numbered.append(c == '?' ? "$" + ++parameter : String.valueOf(c));
    }
    var plan = new ArrayList<String>();
    try (Connection connection = migrated.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(PooledConnections.SETTINGS);
      statement.execute("set plan_cache_mode = " + mode);
      statement.execute("prepare planned (" + types + ") as " + numbered);
      try (ResultSet rows =
          statement.executeQuery("explain (costs off) execute planned (" + values + ")")) {
        while (rows.next()) {
          plan.add(rows.getString(1));
        }
      }
    }
    return plan;
  }
}

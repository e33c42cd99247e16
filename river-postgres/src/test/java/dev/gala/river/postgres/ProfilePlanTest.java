package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.SchemaProfile;
import dev.gala.river.postgres.JobTableState.Index;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilePlanTest {
  private static final String ARGS = "river_job_args_index";
  private static final String METADATA = "river_job_metadata_index";
  private static final Map<String, String> EAGER =
      Map.of(
          "autovacuum_vacuum_cost_delay", "0",
          "autovacuum_vacuum_scale_factor", "0.01",
          "autovacuum_vacuum_threshold", "1000");

  private static JobTableState untouched() {
    return new JobTableState(
        "public.river_job",
        Map.of(),
        Map.of(ARGS, index(ARGS), METADATA, index(METADATA)),
        Map.of());
  }

  private static JobTableState without(Map<String, String> parameters) {
    return new JobTableState("public.river_job", parameters, Map.of(), Map.of());
  }

  private static Index index(String name) {
    return new Index("public." + name, true, null, Map.of());
  }

  private static List<String> sql(JobTableState state, SchemaProfile profile) {
    return ProfilePlan.of(state, profile).steps().stream().map(ProfilePlan.Step::sql).toList();
  }

  @Test
  void tablesAsRiverMakesThemHaveRiversProfile() {
    assertThat(ProfilePlan.of(untouched(), SchemaProfile.RIVER))
        .isEqualTo(new ProfilePlan(List.of(), List.of()));
  }

  @Test
  void thereTheWholeWay() {
    assertThat(sql(untouched(), SchemaProfile.EVENTS))
        .containsExactly(
            "alter table public.river_job set (autovacuum_vacuum_cost_delay = 0,"
                + " autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)",
            "drop index concurrently if exists public.river_job_args_index",
            "alter index public.river_job_metadata_index set (gin_pending_list_limit = 65536)");
    assertThat(sql(untouched(), SchemaProfile.EVENTS_MAX))
        .endsWith(
            "drop index concurrently if exists public.river_job_args_index",
            "drop index concurrently if exists public.river_job_metadata_index")
        .hasSize(3);
  }

  @Test
  void backTheWholeWay() {
    var state = without(EAGER);
    assertThat(sql(state, SchemaProfile.RIVER))
        .containsExactly(
            "alter table public.river_job reset (autovacuum_vacuum_cost_delay,"
                + " autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)",
            "create index concurrently river_job_args_index on public.river_job using gin (args)",
            "create index concurrently river_job_metadata_index on public.river_job using gin"
                + " (metadata)");
    assertThat(sql(state, SchemaProfile.EVENTS))
        .containsExactly(
            "create index concurrently river_job_metadata_index on public.river_job using gin"
                + " (metadata) with (gin_pending_list_limit = 65536)");
  }

  @Test
  void onlyWhatOthersQueueBehindIsTriedForBriefly() {
    assertThat(ProfilePlan.of(untouched(), SchemaProfile.EVENTS).steps())
        .extracting(ProfilePlan.Step::brief)
        .containsExactly(true, false, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.01", ".010", "1e-2"})
  void aNumberMayBeWrittenInSeveralWays(String written) {
    Map<String, String> parameters = new HashMap<>(EAGER);
    parameters.put("autovacuum_vacuum_scale_factor", written);
    parameters.put("fillfactor", "70");
    assertThat(ProfilePlan.of(without(parameters), SchemaProfile.EVENTS_MAX).differences())
        .isEmpty();
  }

  @Test
  void whatSomebodySetOtherwiseIsSaidAndMended() {
    var state =
        new JobTableState(
            "public.river_job",
            Map.of("autovacuum_vacuum_scale_factor", "0x1"),
            Map.of(
                ARGS,
                new Index("public." + ARGS, false, null, Map.of()),
                METADATA,
                new Index("public." + METADATA, true, null, Map.of("fastupdate", "off"))),
            Map.of());
    ProfilePlan plan = ProfilePlan.of(state, SchemaProfile.RIVER);
    assertThat(plan.differences())
        .containsExactly(
            "autovacuum_vacuum_scale_factor of public.river_job is 0x1 and should be not set",
            "river_job_args_index is not valid: a build of it died, or is under way",
            "fastupdate of public.river_job_metadata_index is off and should be not set");
    assertThat(sql(state, SchemaProfile.RIVER))
        .containsExactly(
            "alter table public.river_job reset (autovacuum_vacuum_scale_factor)",
            "drop index concurrently if exists public.river_job_args_index",
            "create index concurrently river_job_args_index on public.river_job using gin (args)",
            "alter index public.river_job_metadata_index reset (fastupdate)");
    assertThat(sql(state, SchemaProfile.EVENTS))
        .last()
        .isEqualTo(
            "alter index public.river_job_metadata_index set (gin_pending_list_limit = 65536),"
                + " reset (fastupdate)");
  }

  @Test
  void anIndexOfAnotherKindIsReplaced() {
    var state =
        new JobTableState(
            "public.river_job",
            Map.of(),
            Map.of(
                ARGS,
                index(ARGS),
                METADATA,
                new Index("public." + METADATA, true, "CREATE INDEX … jsonb_path_ops", Map.of())),
            Map.of());
    assertThat(ProfilePlan.of(state, SchemaProfile.RIVER).differences())
        .containsExactly(
            "river_job_metadata_index is another index than River's"
                + " (CREATE INDEX … jsonb_path_ops)");
    assertThat(sql(state, SchemaProfile.RIVER)).hasSize(2).first().asString().startsWith("drop");
  }

  @ParameterizedTest
  @EnumSource(SchemaProfile.class)
  void whatARebuildThatDiedLeftGoesWithEach(SchemaProfile profile) {
    String left = METADATA + "_ccnew1";
    var state =
        new JobTableState(
            "public.river_job",
            EAGER,
            Map.of(),
            Map.of(left, new Index("public." + left, false, null, Map.of())));
    assertThat(ProfilePlan.of(state, profile).differences())
        .contains("river_job_metadata_index_ccnew1 is there: a rebuild that died left it");
    assertThat(sql(state, profile))
        .endsWith("drop index concurrently if exists public.river_job_metadata_index_ccnew1");
  }
}

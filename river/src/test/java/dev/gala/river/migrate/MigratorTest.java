package dev.gala.river.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.fake.FakeDriver;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.SchemaProfile;
import dev.gala.river.migrate.Migrator.ProfileState;
import dev.gala.river.migrate.Migrator.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The rules; what the migrations do to a database is the driver's matter. */
class MigratorTest {
  private final FakeDriver driver = new FakeDriver();
  private final Migrator migrator = new Migrator(driver, Migrator.MAIN_LINE);
  private final Migrator both = new Migrator(driver);

  @Test
  void upAppliesWhatIsMissing() {
    driver.applied(List.of(1, 2, 3));

    assertThat(migrator.plan(MigrationRange.up()))
        .extracting(Version::version)
        .containsExactly(4, 5, 6, 7);
    assertThat(migrator.plan(MigrationRange.up().atMost(2)))
        .extracting(Version::version)
        .containsExactly(4, 5);
    assertThat(driver.migrationsApplied("main")).containsExactly(1, 2, 3);

    var told = new ArrayList<Version>();
    List<Version> done = migrator.run(MigrationRange.upTo(5), told::add);
    assertThat(done)
        .containsExactly(
            new Version("main", 4, "version 4", true), new Version("main", 5, "version 5", true))
        .isEqualTo(told);
    assertThat(migrator.up()).extracting(Version::version).containsExactly(6, 7);
    assertThat(migrator.up()).isEmpty();
  }

  @Test
  void upToAnAppliedVersionDoesNothing() {
    driver.applied(List.of(1, 2, 3, 4));

    assertThat(migrator.up(4)).isEmpty();
    assertThat(migrator.up(2)).isEmpty();
    assertThat(driver.migrationsApplied("main")).containsExactly(1, 2, 3, 4);
  }

  @Test
  void downTakesBackOneUnlessToldMore() {
    assertThat(migrator.down()).containsExactly(new Version("main", 7, "version 7", false));
    assertThat(migrator.plan(MigrationRange.downTo(3)))
        .extracting(Version::version)
        .containsExactly(6, 5, 4);
    assertThat(migrator.run(MigrationRange.downTo(3).atMost(2)))
        .extracting(Version::version)
        .containsExactly(6, 5);
    assertThat(migrator.down(3)).extracting(Version::version).containsExactly(4);
    assertThat(migrator.down(3)).isEmpty();
    assertThat(migrator.downAll()).extracting(Version::version).containsExactly(3, 2, 1);
    assertThat(migrator.down()).isEmpty();
    assertThat(driver.migrationsApplied("main")).isEmpty();
  }

  @Test
  void aTargetMustBeKnown() {
    String said = "version 9 is not known: give one of 1, 2, 3, 4, 5, 6, 7";
    assertRefused(() -> migrator.up(9), RiverError.PARAMS_INVALID, said);
    assertRefused(() -> migrator.down(9), RiverError.PARAMS_INVALID, said);
    assertRefused(() -> migrator.validate(9), RiverError.PARAMS_INVALID, said);
    assertRefused(() -> migrator.sql().between(0, 9), RiverError.PARAMS_INVALID, said);
    assertRefused(() -> migrator.sql().sql(9, Direction.UP), RiverError.PARAMS_INVALID, said);
    assertRefused(() -> migrator.up(0), RiverError.PARAMS_INVALID, "version 0 is not known");
    assertRefused(() -> migrator.down(0), RiverError.PARAMS_INVALID, "version 0 is not known");
    assertRefused(() -> MigrationRange.up().atMost(0), RiverError.PARAMS_INVALID, "give 1 or more");
  }

  @Test
  void thereIsNoWayDownToWhatIsNotApplied() {
    driver.applied(List.of(1, 2));

    assertRefused(
        () -> migrator.down(3),
        RiverError.PARAMS_INVALID,
        "version 3 is not applied, so there is no way down to it: give one of [1, 2], or go up");
  }

  @Test
  void unknownVersionsAreToldAndLeftAlone() {
    driver.applied(List.of(1, 2, 3, 4, 5, 6, 9));

    assertThat(migrator.list())
        .hasSize(8)
        .last()
        .isEqualTo(new Version("main", 9, "(unknown to this release)", true));
    assertThat(migrator.validate().unknown()).extracting(Version::version).containsExactly(9);
    assertThat(migrator.up()).extracting(Version::version).containsExactly(7);
    assertThat(migrator.validate().isUpToDate()).isTrue();
    assertRefused(() -> migrator.down(), RiverError.DATABASE, "versions [9] are unknown");
    assertThat(driver.migrationsApplied("main")).contains(9);
  }

  @Test
  void validationTellsWhatIsMissing() {
    driver.applied(List.of(1, 2, 3, 4, 5));

    assertThat(migrator.validate().isUpToDate()).isFalse();
    assertThat(migrator.validate().outstanding())
        .extracting(Version::version)
        .containsExactly(6, 7);
    assertThat(migrator.validate(6).outstanding()).extracting(Version::version).containsExactly(6);
    assertThat(migrator.validate(5).isUpToDate()).isTrue();
  }

  @Test
  void riversTablesComeFirstAndGoLast() {
    driver.applied(List.of(1, 2, 3, 4, 5, 6));
    driver.applied("gala", List.of());

    assertThat(both.list()).hasSize(8).last().isEqualTo(ours(false));
    assertThat(both.validate().outstanding()).containsExactly(rivers(7, false), ours(false));
    assertThat(both.up(6)).isEmpty();
    assertThat(both.up()).containsExactly(rivers(7, true), ours(true));
    assertThat(both.down()).containsExactly(ours(false));
    assertThat(both.down()).containsExactly(rivers(7, false));
    both.up();
    assertThat(both.plan(MigrationRange.downTo(5)))
        .containsExactly(rivers(7, true), rivers(6, true));
    assertThat(both.plan(MigrationRange.downTo(4)))
        .containsExactly(ours(true), rivers(7, true), rivers(6, true), rivers(5, true));
    assertThat(both.downAll()).hasSize(8).startsWith(ours(false));
  }

  @Test
  void aLineAloneIsMigrated() {
    var gala = new Migrator(driver, Migrator.GALA_LINE);

    assertThat(gala.list()).containsExactly(ours(true));
    assertThat(gala.downAll()).containsExactly(ours(false));
    assertThat(gala.validate(1).outstanding()).containsExactly(ours(false));
    assertThat(gala.up(1)).containsExactly(ours(true));
    assertThat(driver.migrationsApplied("main")).hasSize(7);
    assertRefused(() -> gala.up(2), RiverError.PARAMS_INVALID, "give one of 1");
    assertRefused(
        () -> new Migrator(driver, "pro"),
        RiverError.PARAMS_INVALID,
        "line \"pro\" is not known: give main or gala");
  }

  @Test
  void theTextGoesEitherWay() {
    MigrationSql sql = MigrationSql.of(null);

    assertThat(sql.versions()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(sql.sql(2, Direction.UP)).isEqualTo("-- River main migration 002 [up]\nup main 2");
    assertThat(sql.between(5, 7))
        .containsExactly(
            "-- River main migration 006 [up]\nup main 6",
            "-- River main migration 007 [up]\nup main 7");
    assertThat(sql.between(2, 0))
        .containsExactly(
            "-- River main migration 002 [down]\ndown main 2",
            "-- River main migration 001 [down]\ndown main 1");
    assertThat(sql.between(3, 3)).isEmpty();
    assertThat(sql.versions("gala")).containsExactly(1);
    assertThat(sql.sql("gala", 1, Direction.DOWN))
        .isEqualTo("-- River gala migration 001 [down]\ndown gala 1");
  }

  private static Version rivers(int version, boolean applied) {
    return new Version("main", version, "version " + version, applied);
  }

  private static Version ours(boolean applied) {
    return new Version("gala", 1, "version 1", applied);
  }

  private static void assertRefused(ThrowingCallable call, RiverError code, String said) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(said);
  }

  @Test
  void theProfileIsTheOneNothingDiffersFromOrTheNearest() {
    assertThat(migrator.profile()).as("no tables").isEmpty();
    driver.schemaProfiles().differ(SchemaProfile.RIVER, "a", "b");
    driver.schemaProfiles().differ(SchemaProfile.EVENTS, "c");
    driver.schemaProfiles().differ(SchemaProfile.EVENTS_MAX, "d");

    ProfileState nearest = migrator.profile().orElseThrow();
    assertThat(nearest).isEqualTo(new ProfileState(SchemaProfile.EVENTS, List.of("c")));
    assertThat(nearest.profile()).isEmpty();

    driver.schemaProfiles().differ(SchemaProfile.EVENTS_MAX);
    assertThat(migrator.profile().orElseThrow().profile()).contains(SchemaProfile.EVENTS_MAX);
  }

  @Test
  void aProfileIsAppliedStatementByStatement() {
    driver.schemaProfiles().differ(SchemaProfile.EVENTS, "a", "b");
    assertThat(migrator.planProfile(SchemaProfile.EVENTS)).containsExactly("mend a", "mend b");

    var told = new ArrayList<String>();
    assertThat(
            migrator
                .withStatementTimeout(Duration.ofMinutes(1))
                .applyProfile(SchemaProfile.EVENTS, told::add))
        .containsExactly("mend a", "mend b")
        .isEqualTo(told);
    assertThat(driver.schemaProfiles().statementTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(migrator.applyProfile(SchemaProfile.EVENTS)).isEmpty();
    assertThat(driver.schemaProfiles().statementTimeout()).isNull();
  }
}

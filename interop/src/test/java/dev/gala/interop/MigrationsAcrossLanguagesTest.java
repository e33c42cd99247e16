package dev.gala.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import dev.gala.interop.peer.Tables;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.SchemaProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Migrations of either side give the same tables, and each side goes on where the other stopped.
 */
class MigrationsAcrossLanguagesTest {
  private static final int NEWEST = 8;

  /**
   * Everything there is in the schemas of the search path, as the driver's own tests look at it.
   */
  private static final Path CATALOGUE =
      Path.of("../river-postgres/src/test/resources/dev/gala/river/postgres/catalogue.sql");

  @Test
  @RiverPoint({1, 3})
  void bothGiveTheSameCatalogueVersionByVersion() throws IOException {
    try (Tables one = Tables.empty();
        Tables other = Tables.empty();
        Peer go = Language.GO.start("go", one.url());
        Peer java = Language.JAVA.start("java", other.url())) {
      for (int version = 1; version <= NEWEST; version++) {
        up(go, version, "");
        up(java, version, "");
        assertThat(catalogue(other)).as("version " + version).isEqualTo(catalogue(one));
      }
      for (int version = NEWEST - 1; version >= 1; version--) {
        down(go, version, "");
        down(java, version, "");
        assertThat(catalogue(other)).as("down to " + version).isEqualTo(catalogue(one));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(3)
  void whatOneSideMadeTheOtherFindsComplete(Language maker) {
    try (Tables tables = Tables.empty();
        Peer making = maker.start("maker", tables.url());
        Peer checking = maker.other().start("checker", tables.url())) {
      assertThat(checking.call("validate").path("ok").booleanValue()).isFalse();
      up(making, NEWEST, "");
      assertThat(checking.call("validate").path("ok").booleanValue()).isTrue();
      assertThat(checking.call("migrate", Map.of("direction", "up")).path("versions").size())
          .isZero();
      assertThat(
              tables.column("select line || version from river_migration order by line, version"))
          .startsWith("main1", "main2")
          .endsWith("main8");
    }
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint({4, 5, 7})
  void eachGoesOnWhereTheOtherStopped(Language first) {
    try (Tables tables = Tables.empty();
        Peer one = first.start("one", tables.url());
        Peer other = first.other().start("other", tables.url())) {
      for (int version = 1; version < NEWEST; version++) {
        String schema = "version_" + version;
        tables.execute("create schema " + schema);
        up(one, version, schema);
        up(other, NEWEST, schema);
        assertThat(one.call("validate", Map.of("schema", schema)).path("ok").booleanValue())
            .as(schema)
            .isTrue();
        down(one, version, schema);
        down(other, -1, schema);
        assertThat(tables.value("select to_regclass('" + schema + ".river_migration')")).isNull();
      }
    }
  }

  /** How the table of jobs is kept is no matter of versions, whichever side looks at them. */
  @ParameterizedTest
  @EnumSource
  void riverMigratesTablesOfAnySchemaProfile(SchemaProfile profile) {
    try (Tables tables = Tables.empty();
        Peer go = Language.GO.start("go", tables.url());
        RiverDatabase database = RiverDatabase.connect(tables.url())) {
      up(go, NEWEST, "");
      database.migrator().applyProfile(profile);
      assertThat(go.call("validate").path("ok").booleanValue()).isTrue();
      for (int version = NEWEST - 1; version >= 2; version--) {
        down(go, version, "");
      }
      up(go, NEWEST, "");
      assertThat(go.call("validate").path("ok").booleanValue()).isTrue();
      assertThat(database.migrator().profile().orElseThrow().profile()).contains(profile);
      down(go, -1, "");
      assertThat(database.migrator().profile()).isEmpty();
    }
  }

  private static void up(Peer peer, int version, String schema) {
    migrate(peer, "up", version, schema);
  }

  private static void down(Peer peer, int version, String schema) {
    migrate(peer, "down", version, schema);
  }

  private static void migrate(Peer peer, String direction, int version, String schema) {
    peer.call(
        "migrate", Map.of("direction", direction, "target_version", version, "schema", schema));
  }

  private static List<String> catalogue(Tables tables) throws IOException {
    return tables.column(Files.readString(CATALOGUE));
  }
}

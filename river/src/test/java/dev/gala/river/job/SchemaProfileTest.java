package dev.gala.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaProfileTest {
  @ParameterizedTest
  @EnumSource(SchemaProfile.class)
  void isKnownByItsLabel(SchemaProfile profile) {
    assertThat(SchemaProfile.labelled(profile.label())).isEqualTo(profile);
  }

  @Test
  void anUnknownOneIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> SchemaProfile.labelled("Events"))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.PARAMS_INVALID))
        .hasMessage("schema profile \"Events\" is not known: give river, events, events-max");
  }

  @Test
  void onlyWhatSomeProfileDoesWithoutMayBeMissing() {
    assertThat(SchemaProfile.RIVER.searchIndexes())
        .isNotEmpty()
        .allMatch(SchemaProfile::mayLack)
        .containsAll(SchemaProfile.EVENTS.searchIndexes());
    assertThat(SchemaProfile.mayLack("river_job_kind")).isFalse();
    assertThat(MaintenanceConfig.defaults().reindexIndexes())
        .containsAll(SchemaProfile.RIVER.searchIndexes());
  }
}

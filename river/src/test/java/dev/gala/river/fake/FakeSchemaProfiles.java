package dev.gala.river.fake;

import dev.gala.river.driver.SchemaProfiles;
import dev.gala.river.job.SchemaProfile;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tables that differ from profiles in what a test says. */
public final class FakeSchemaProfiles implements SchemaProfiles {
  private final Map<SchemaProfile, List<String>> differences = new EnumMap<>(SchemaProfile.class);
  private @Nullable Duration statementTimeout;

  FakeSchemaProfiles() {}

  /** What the tables differ in from a profile. */
  public void differ(SchemaProfile profile, String... differences) {
    this.differences.put(profile, List.of(differences));
  }

  /** What the last run was given. */
  public @Nullable Duration statementTimeout() {
    return statementTimeout;
  }

  @Override
  public Map<SchemaProfile, List<String>> differences() {
    return differences;
  }

  @Override
  public List<String> plan(SchemaProfile profile) {
    return differences.getOrDefault(profile, List.of()).stream()
        .map(difference -> "mend " + difference)
        .toList();
  }

  @Override
  public void apply(
      SchemaProfile profile, @Nullable Duration statementTimeout, Consumer<String> next) {
    this.statementTimeout = statementTimeout;
    plan(profile).forEach(next);
    differences.put(profile, List.of());
  }
}

package dev.gala.river.postgres;

import dev.gala.river.job.SchemaProfile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a table of jobs differs in from a profile, and what leads there: a pure rule. Storage
 * parameters that no profile sets are nobody's, and left as they are.
 *
 * @param differences in words; empty if it has the profile
 * @param steps in the order in which they are to be taken; empty if it has the profile
 */
record ProfilePlan(List<String> differences, List<Step> steps) {
  /**
   * One statement.
   *
   * @param sql on one line
   * @param brief whether others queue behind it while it waits for its lock
   */
  record Step(String sql, boolean brief) {}

  /**
   * Dead rows are what claims pass over, and each job leaves two or three. A fifth of the table,
   * PostgreSQL's default, is a day's jobs where finished ones are kept for a day. Below a thousand
   * they are not worth a vacuum; and one that naps between its pages, as by default, may be slower
   * than jobs are worked. Each vacuum also sorts in what a GIN index has gathered, so that inserts
   * need not.
   */
  private static final Map<String, String> EAGER_VACUUM =
      Map.of(
          "autovacuum_vacuum_cost_delay", "0",
          "autovacuum_vacuum_scale_factor", "0.01",
          "autovacuum_vacuum_threshold", "1000");

  /**
   * In KiB: 64 MiB, where 4 are the default. What is gathered is sorted in at once, and cheaper.
   */
  private static final Map<String, String> LONG_PENDING_LIST =
      Map.of("gin_pending_list_limit", "65536");

  private static final List<String> TABLE_PARAMETERS =
      EAGER_VACUUM.keySet().stream().sorted().toList();

  /** Without {@code fastupdate} nothing would be gathered. */
  private static final List<String> INDEX_PARAMETERS =
      List.of("fastupdate", "gin_pending_list_limit");

  private static final Map<String, String> COLUMNS =
      Map.of("river_job_args_index", "args", "river_job_metadata_index", "metadata");

  static ProfilePlan of(JobTableState state, SchemaProfile profile) {
    var plan = new ProfilePlan(new ArrayList<>(), new ArrayList<>());
    Map<String, String> table = Map.of();
    Map<String, String> index = Map.of();
    switch (profile) {
      case RIVER -> {
        // As PostgreSQL has it by default.
      }
      case EVENTS, EVENTS_MAX -> {
        table = EAGER_VACUUM;
        index = LONG_PENDING_LIST;
      }
    }
    plan.set("table", state.path(), TABLE_PARAMETERS, state.parameters(), table);
    for (String name : SchemaProfile.RIVER.searchIndexes()) {
      JobTableState.Index found = state.indexes().get(name);
      if (profile.searchIndexes().contains(name)) {
        plan.have(state, name, found, index);
      } else if (found != null) {
        plan.differences.add(name + " is there and should not be");
        plan.drop(found);
      }
    }
    state
        .leftovers()
        .forEach(
            (name, leftover) -> {
              plan.differences.add(name + " is there: a rebuild that died left it");
              plan.drop(leftover);
            });
    return plan;
  }

  private void have(
      JobTableState state,
      String name,
      JobTableState.@Nullable Index found,
      Map<String, String> parameters) {
    if (found != null && found.valid() && found.foreign() == null) {
      set("index", found.path(), INDEX_PARAMETERS, found.parameters(), parameters);
      return;
    }
    if (found == null) {
      differences.add(name + " is missing");
    } else {
      differences.add(
          found.valid()
              ? name + " is another index than River's (" + found.foreign() + ")"
              : name + " is not valid: a build of it died, or is under way");
      drop(found);
    }
    create(state, name, parameters);
  }

  private void drop(JobTableState.Index index) {
    steps.add(
        new Step(SchemaProfileSql.INDEX_DROP.replace("/* index */", index.path()).strip(), false));
  }

  private void create(JobTableState state, String name, Map<String, String> parameters) {
    String with =
        parameters.isEmpty()
            ? ""
            : " with (" + String.join(", ", assignments(INDEX_PARAMETERS, parameters)) + ")";
    steps.add(
        new Step(
            SchemaProfileSql.INDEX_CREATE
                .replace("/* index */", name)
                .replace("/* table */", state.path())
                .replace("/* column */", COLUMNS.get(name))
                .replace("/* with */", with)
                .strip(),
            false));
  }

  private static List<String> assignments(List<String> names, Map<String, String> values) {
    return names.stream()
        .filter(values::containsKey)
        .map(name -> name + " = " + values.get(name))
        .toList();
  }

  /** Sets those of {@code names} that are otherwise than wanted, and resets those not wanted. */
  private void set(
      String kind,
      String path,
      List<String> names,
      Map<String, String> found,
      Map<String, String> wanted) {
    List<String> wrong =
        names.stream().filter(name -> !same(found.get(name), wanted.get(name))).toList();
    if (wrong.isEmpty()) {
      return;
    }
    for (String name : wrong) {
      differences.add(
          "%s of %s is %s and should be %s"
              .formatted(
                  name,
                  path,
                  found.getOrDefault(name, "not set"),
                  wanted.getOrDefault(name, "not set")));
    }
    var changes = new ArrayList<String>();
    List<String> toSet = assignments(wrong, wanted);
    if (!toSet.isEmpty()) {
      changes.add("set (" + String.join(", ", toSet) + ")");
    }
    List<String> toReset = wrong.stream().filter(name -> !wanted.containsKey(name)).toList();
    if (!toReset.isEmpty()) {
      changes.add("reset (" + String.join(", ", toReset) + ")");
    }
    steps.add(
        new Step(
            SchemaProfileSql.ALTER
                .replace("/* kind */", kind)
                .replace("/* path */", path)
                .replace("/* changes */", String.join(", ", changes))
                .strip(),
            true));
  }

  /** Numbers may be written in several ways: the catalogue keeps the one they were given in. */
  private static boolean same(@Nullable String found, @Nullable String wanted) {
    if (found == null || wanted == null) {
      return found == null && wanted == null;
    }
    try {
      return new BigDecimal(found).compareTo(new BigDecimal(wanted)) == 0;
    } catch (NumberFormatException notANumber) {
      return found.equals(wanted);
    }
  }
}

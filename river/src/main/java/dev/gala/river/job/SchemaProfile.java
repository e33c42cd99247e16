package dev.gala.river.job;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the table of jobs is kept in the database: which of the indexes that nothing of the engine's
 * own work needs are there, and how they and the table are looked after. What is in the table, and
 * what clients of whatever language do with it, is the same in all. An operator chooses one, and
 * may go back: {@link dev.gala.river.migrate.Migrator#applyProfile}.
 */
public enum SchemaProfile {
  /** As River's migrations make it. */
  RIVER,
  /**
   * For many events: no index of arguments, which nobody searches; that of metadata gathers more
   * before it is sorted in; dead rows are vacuumed early.
   */
  EVENTS,
  /** As {@link #EVENTS}, without the index of metadata: what searches by metadata becomes slow. */
  EVENTS_MAX;

  private static final String ARGS_INDEX = "river_job_args_index";
  private static final String METADATA_INDEX = "river_job_metadata_index";

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** Its name on the command line, for instance {@code events-max}. */
  public String label() {
    return label;
  }

  /**
   * The profile of a name.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if there is none
   */
  public static SchemaProfile labelled(String label) {
    return Arrays.stream(values())
        .filter(profile -> profile.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new RiverException(
                    RiverError.PARAMS_INVALID,
                    "schema profile \""
                        + label
                        + "\" is not known: give "
                        + Arrays.stream(values())
                            .map(SchemaProfile::label)
                            .collect(Collectors.joining(", "))));
  }

  /** Of the indexes that some profile does without, those it has, by River's names. */
  public List<String> searchIndexes() {
    return switch (this) {
      case RIVER -> List.of(ARGS_INDEX, METADATA_INDEX);
      case EVENTS -> List.of(METADATA_INDEX);
      case EVENTS_MAX -> List.of();
    };
  }

  /** Whether some profile does without an index of River's. */
  public static boolean mayLack(String index) {
    return Set.of(ARGS_INDEX, METADATA_INDEX).contains(index);
  }
}

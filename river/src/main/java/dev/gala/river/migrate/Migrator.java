package dev.gala.river.migrate;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Migration;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.SchemaProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tables up to date, or back: River's own, and the few that this engine has beside them.
 * Each set of tables is a line of versions; upwards River's line goes first, downwards ours. Each
 * version and its record are a transaction of their own, so a run that dies leaves whole versions,
 * and the next run goes on from there; several may run at once. Tables of other lines are left
 * alone, and so are their records. Safe for many threads.
 */
public final class Migrator {
  /** River's own tables. */
  public static final String MAIN_LINE = "main";

  /** What this engine has beside them: the clients' heartbeats. River's clients do without. */
  public static final String GALA_LINE = "gala";

  private static final List<String> ALL_LINES = List.of(MAIN_LINE, GALA_LINE);

  /** Below it, the records of River's line leave no room for other lines. */
  private static final int FIRST_VERSION_WITH_LINES = 5;

  private final Driver driver;
  private final MigrationSql sql;
  private final List<String> lines;
  private final @Nullable Duration statementTimeout;

  /** A migrator of all tables of the database behind {@code driver}. */
  public Migrator(Driver driver) {
    this(driver, ALL_LINES, null);
  }

  /**
   * A migrator of one line only, which targets are then versions of.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the line is not known
   */
  public Migrator(Driver driver, String line) {
    this(driver, List.of(MigrationSql.knownLine(line)), null);
  }

  private Migrator(Driver driver, List<String> lines, @Nullable Duration statementTimeout) {
    this.driver = driver;
    this.lines = lines;
    this.statementTimeout = statementTimeout;
    sql = new MigrationSql(driver);
  }

  /**
   * A migrator of the same tables that gives up where a statement takes longer, instead of letting
   * it take any time. What was done before stays; the version at hand is left undone.
   *
   * @param timeout at least 1 ms; waiting for another migrator counts too
   */
  public Migrator withStatementTimeout(Duration timeout) {
    return new Migrator(driver, lines, timeout);
  }

  /**
   * A version, and whether the database has it.
   *
   * @param line whose it is
   * @param version from 1
   * @param name in words
   * @param applied whether the database has it
   */
  public record Version(String line, int version, String name, boolean applied) {}

  /**
   * Whether the tables are what they are to be.
   *
   * @param outstanding the versions that are missing, ascending
   * @param unknown the versions the database has although they are unknown here, ascending: a newer
   *     release was at work, which is no fault
   */
  public record Validation(List<Version> outstanding, List<Version> unknown) {
    /** Copies the lists. */
    public Validation {
      outstanding = List.copyOf(outstanding);
      unknown = List.copyOf(unknown);
    }

    /** Whether nothing is missing. */
    public boolean isUpToDate() {
      return outstanding.isEmpty();
    }
  }

  /**
   * Which profile the tables have.
   *
   * @param nearest the profile that they have, or else the one that they are nearest to
   * @param differences what they differ in from it, in words; empty if they have it
   */
  public record ProfileState(SchemaProfile nearest, List<String> differences) {
    /** Copies the list. */
    public ProfileState {
      differences = List.copyOf(differences);
    }

    /** The profile that the tables have; empty if it is none of those known. */
    public Optional<SchemaProfile> profile() {
      return differences.isEmpty() ? Optional.of(nearest) : Optional.empty();
    }
  }

  /** The text of the migrations, for this database's schema. */
  public MigrationSql sql() {
    return sql;
  }

  /**
   * The versions, River's line first, ascending: those known here, and those found in the database
   * although unknown here.
   *
   * @throws RiverException as the database refuses
   */
  public List<Version> list() {
    var versions = new ArrayList<Version>();
    for (String line : lines) {
      Set<Integer> applied = applied(line);
      for (Migration migration : driver.migrations(line)) {
        versions.add(version(line, migration, applied.contains(migration.version())));
      }
      versions.addAll(unknown(line, applied));
    }
    return versions;
  }

  /**
   * What is missing of all that is known here.
   *
   * @throws RiverException as the database refuses
   */
  public Validation validate() {
    return validation(lines, Integer.MAX_VALUE);
  }

  /**
   * What is missing up to and including {@code target}, a version of River's line unless the
   * migrator is of another.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the version is not known
   */
  public Validation validate(int target) {
    sql.known(lines.getFirst(), target);
    return validation(List.of(lines.getFirst()), target);
  }

  private Validation validation(List<String> wanted, int target) {
    var outstanding = new ArrayList<Version>();
    var unknown = new ArrayList<Version>();
    for (String line : wanted) {
      Set<Integer> applied = applied(line);
      driver.migrations(line).stream()
          .filter(migration -> migration.version() <= target)
          .filter(migration -> !applied.contains(migration.version()))
          .forEach(migration -> outstanding.add(version(line, migration, false)));
      unknown.addAll(unknown(line, applied));
    }
    return new Validation(outstanding, unknown);
  }

  /**
   * What a run over {@code range} would do now; touches nothing. A target is a version of River's
   * line, unless the migrator is of another: upwards nothing else is applied then, downwards what
   * cannot stay below it is taken back first.
   *
   * @return the versions in the order they would be gone through, as they are now; empty if there
   *     is nothing to do
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the target is not known, or,
   *     downwards, not applied; with {@link RiverError#DATABASE} if a version unknown here builds
   *     on one to be taken back
   */
  public List<Version> plan(MigrationRange range) {
    Integer target = range.target();
    var steps = new ArrayList<Version>();
    switch (range.direction()) {
      case UP -> {
        for (String line : target == null ? lines : List.of(lines.getFirst())) {
          steps.addAll(upwards(line, target));
        }
      }
      case DOWN -> {
        for (String line : lines.reversed()) {
          if (line.equals(lines.getFirst())) {
            steps.addAll(downwards(line, target));
          } else if (target == null || target < FIRST_VERSION_WITH_LINES) {
            steps.addAll(downwards(line, null));
          }
        }
      }
    }
    Integer maxSteps = range.maxSteps();
    return steps.stream().limit(maxSteps == null ? steps.size() : maxSteps).toList();
  }

  private List<Version> upwards(String line, @Nullable Integer target) {
    Set<Integer> applied = applied(line);
    if (target != null) {
      sql.known(line, target);
      if (applied.contains(target)) {
        return List.of();
      }
    }
    return driver.migrations(line).stream()
        .filter(migration -> !applied.contains(migration.version()))
        .filter(migration -> target == null || migration.version() <= target)
        .map(migration -> version(line, migration, false))
        .toList();
  }

  private List<Version> downwards(String line, @Nullable Integer target) {
    Set<Integer> applied = applied(line);
    if (target != null) {
      sql.known(line, target);
      if (!applied.contains(target)) {
        throw new RiverException(
            RiverError.PARAMS_INVALID,
            "version "
                + target
                + " is not applied, so there is no way down to it: give one of "
                + applied.stream().sorted().toList()
                + ", or go up");
      }
    }
    List<Version> steps =
        driver.migrations(line).reversed().stream()
            .filter(migration -> applied.contains(migration.version()))
            .filter(migration -> target == null || migration.version() > target)
            .map(migration -> version(line, migration, true))
            .toList();
    List<Version> unknown = unknown(line, applied);
    if (!steps.isEmpty() && !unknown.isEmpty()) {
      throw new RiverException(
          RiverError.DATABASE,
          "versions "
              + unknown.stream().map(Version::version).toList()
              + " are unknown to this release, and may build on what is to be taken back: take"
              + " them back first, with the release that applied them");
    }
    return steps;
  }

  /**
   * Applies what is missing.
   *
   * @return the versions this call applied, ascending; empty if all was there
   * @throws RiverException as the database refuses; the versions before stay applied
   */
  public List<Version> up() {
    return run(MigrationRange.up());
  }

  /**
   * Applies what is missing of River's line up to and including {@code target}; nothing if that is
   * applied.
   *
   * @return the versions this call applied, ascending
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the version is not known; as
   *     the database refuses
   */
  public List<Version> up(int target) {
    return run(MigrationRange.upTo(target));
  }

  /**
   * Takes the newest version back, and what is in its tables with it.
   *
   * @return the version taken back; empty if there was none
   * @throws RiverException as the database refuses
   */
  public List<Version> down() {
    return run(MigrationRange.down());
  }

  /**
   * Takes back what is newer than {@code target} of River's line, which stays.
   *
   * @return the versions this call took back, descending
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the version is not known or
   *     not applied; as the database refuses, for instance while other lines have versions
   */
  public List<Version> down(int target) {
    return run(MigrationRange.downTo(target));
  }

  /**
   * Takes everything back: the tables are gone, and every job.
   *
   * @return the versions this call took back, descending
   * @throws RiverException as the database refuses, for instance while other lines have versions
   */
  public List<Version> downAll() {
    return run(MigrationRange.downAll());
  }

  /**
   * Goes through what {@link #plan} says.
   *
   * @return the versions this call went through, as they are now; those that another migrator did
   *     meanwhile are not among them
   * @throws RiverException as {@link #plan}, and as the database refuses; the versions before that
   *     stay done
   */
  public List<Version> run(MigrationRange range) {
    return run(range, version -> {});
  }

  /**
   * As {@link #run(MigrationRange)}.
   *
   * @param done told of each version as soon as it is committed, in this thread
   */
  public List<Version> run(MigrationRange range, Consumer<Version> done) {
    var versions = new ArrayList<Version>();
    for (Version planned : plan(range)) {
      String line = planned.line();
      Migration migration = sql.known(line, planned.version());
      boolean ours =
          switch (range.direction()) {
            case UP -> driver.migrationApply(line, migration, statementTimeout);
            case DOWN -> driver.migrationRevert(line, migration, statementTimeout);
          };
      if (ours) {
        Version now = version(line, migration, !planned.applied());
        versions.add(now);
        done.accept(now);
      }
    }
    return Collections.unmodifiableList(versions);
  }

  /**
   * Which profile the tables have, as the database's catalogue says; of whatever line the migrator
   * is.
   *
   * @return empty where there is no table of jobs yet
   * @throws RiverException as the database refuses
   */
  public Optional<ProfileState> profile() {
    Map<SchemaProfile, List<String>> differences = driver.schemaProfiles().differences();
    return differences.entrySet().stream()
        .min(Comparator.comparingInt(found -> found.getValue().size()))
        .map(found -> new ProfileState(found.getKey(), found.getValue()));
  }

  /**
   * The statements that {@link #applyProfile(SchemaProfile)} would run now; touches nothing.
   *
   * @return empty if the tables have the profile
   * @throws RiverException with {@link RiverError#SCHEMA_OUTDATED} if there is no table of jobs
   */
  public List<String> planProfile(SchemaProfile profile) {
    return driver.schemaProfiles().plan(profile);
  }

  /** As {@link #applyProfile(SchemaProfile, Consumer)}. */
  public List<String> applyProfile(SchemaProfile profile) {
    return applyProfile(profile, statement -> {});
  }

  /**
   * Gives the tables a profile, whichever they have, beside their use: indexes are built and
   * dropped concurrently, which waits for transactions that are open then, and no other statement
   * is kept waiting for longer than 1.5 s. It may be done again, also after it died on its way, and
   * by several at once, who take turns. Migrations go up and down on every profile, and change
   * none, but that tables made anew are as River's.
   *
   * @param next told of each statement before it is run, in this thread; what it throws ends the
   *     call, and the statements before stay done
   * @return the statements run; empty if there was nothing to do
   * @throws RiverException with {@link RiverError#SCHEMA_OUTDATED} if there is no table of jobs,
   *     {@link RiverError#ROW_LOCKED} if long transactions use it, {@link
   *     RiverError#CONFIG_INVALID} through a transaction pooler, unless a URL for listening leads
   *     to the server itself; as the database refuses. What was done stays done
   */
  public List<String> applyProfile(SchemaProfile profile, Consumer<String> next) {
    var statements = new ArrayList<String>();
    driver
        .schemaProfiles()
        .apply(
            profile,
            statementTimeout,
            statement -> {
              next.accept(statement);
              statements.add(statement);
            });
    return Collections.unmodifiableList(statements);
  }

  private Set<Integer> applied(String line) {
    return new HashSet<>(driver.migrationsApplied(line));
  }

  private List<Version> unknown(String line, Set<Integer> applied) {
    List<Integer> known = sql.versions(line);
    return applied.stream()
        .filter(version -> !known.contains(version))
        .sorted()
        .map(version -> new Version(line, version, "(unknown to this release)", true))
        .toList();
  }

  private static Version version(String line, Migration migration, boolean applied) {
    return new Version(line, migration.version(), migration.name(), applied);
  }
}

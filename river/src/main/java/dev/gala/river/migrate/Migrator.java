package dev.gala.river.migrate;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Migration;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings River's tables up to date, or back. Each version and its record are a transaction of their
 * own, so a run that dies leaves whole versions, and the next run goes on from there; several may
 * run at once. Tables of other lines are left alone, and so are their records. Safe for many
 * threads.
 */
public final class Migrator {
  /** River's own tables. */
  public static final String MAIN_LINE = "main";

  private final Driver driver;
  private final MigrationSql sql;

  /** A migrator of the database behind {@code driver}. */
  public Migrator(Driver driver) {
    this.driver = driver;
    sql = new MigrationSql(driver);
  }

  /**
   * A version, and whether the database has it.
   *
   * @param version from 1
   * @param name in words
   * @param applied whether the database has it
   */
  public record Version(int version, String name, boolean applied) {}

  /**
   * Whether the tables are what they are to be.
   *
   * @param outstanding the versions that are missing, ascending
   * @param unknown the versions the database has although they are unknown here, ascending: a newer
   *     release was at work, which is no fault
   */
  public record Validation(List<Version> outstanding, List<Integer> unknown) {
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

  /** The text of the migrations, for this database's schema. */
  public MigrationSql sql() {
    return sql;
  }

  /**
   * The versions of the main line, ascending: those known here, and those found in the database
   * although unknown here.
   *
   * @throws RiverException as the database refuses
   */
  public List<Version> list() {
    Set<Integer> applied = applied();
    var versions = new ArrayList<Version>();
    for (Migration migration : driver.migrations(MAIN_LINE)) {
      versions.add(version(migration, applied.remove(migration.version())));
    }
    applied.stream()
        .sorted()
        .forEach(version -> versions.add(new Version(version, "(unknown to this release)", true)));
    return versions;
  }

  /**
   * What is missing of all that is known here.
   *
   * @throws RiverException as the database refuses
   */
  public Validation validate() {
    return validation(driver.migrations(MAIN_LINE));
  }

  /**
   * What is missing up to and including {@code target}.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the version is not known
   */
  public Validation validate(int target) {
    sql.known(target);
    return validation(
        driver.migrations(MAIN_LINE).stream()
            .filter(migration -> migration.version() <= target)
            .toList());
  }

  private Validation validation(List<Migration> wanted) {
    Set<Integer> applied = applied();
    return new Validation(
        wanted.stream()
            .filter(migration -> !applied.contains(migration.version()))
            .map(migration -> version(migration, false))
            .toList(),
        unknown(applied));
  }

  /**
   * What a run over {@code range} would do now; touches nothing.
   *
   * @return the versions in the order they would be gone through, as they are now; empty if there
   *     is nothing to do
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the target is not known, or,
   *     downwards, not applied; with {@link RiverError#DATABASE} if a version unknown here builds
   *     on one to be taken back
   */
  public List<Version> plan(MigrationRange range) {
    Set<Integer> applied = applied();
    List<Migration> steps =
        switch (range.direction()) {
          case UP -> upwards(range, applied);
          case DOWN -> downwards(range, applied);
        };
    Integer maxSteps = range.maxSteps();
    boolean toBeApplied = range.direction() == Direction.DOWN;
    return steps.stream()
        .limit(maxSteps == null ? steps.size() : maxSteps)
        .map(migration -> version(migration, toBeApplied))
        .toList();
  }

  private List<Migration> upwards(MigrationRange range, Set<Integer> applied) {
    Integer target = range.target();
    if (target != null) {
      sql.known(target);
      if (applied.contains(target)) {
        return List.of();
      }
    }
    return driver.migrations(MAIN_LINE).stream()
        .filter(migration -> !applied.contains(migration.version()))
        .filter(migration -> target == null || migration.version() <= target)
        .toList();
  }

  private List<Migration> downwards(MigrationRange range, Set<Integer> applied) {
    Integer target = range.target();
    if (target != null) {
      sql.known(target);
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
    List<Migration> steps =
        driver.migrations(MAIN_LINE).reversed().stream()
            .filter(migration -> applied.contains(migration.version()))
            .filter(migration -> target == null || migration.version() > target)
            .toList();
    List<Integer> unknown = unknown(applied);
    if (!steps.isEmpty() && !unknown.isEmpty()) {
      throw new RiverException(
          RiverError.DATABASE,
          "versions "
              + unknown
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
   * Applies what is missing up to and including {@code target}; nothing if that is applied.
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
   * Takes back what is newer than {@code target}, which stays.
   *
   * @return the versions this call took back, descending
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the version is not known or
   *     not applied; as the database refuses, for instance while other lines have versions
   */
  public List<Version> down(int target) {
    return run(MigrationRange.downTo(target));
  }

  /**
   * Takes everything back: River's tables are gone, and every job.
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
      Migration migration = sql.known(planned.version());
      boolean ours =
          switch (range.direction()) {
            case UP -> driver.migrationApply(MAIN_LINE, migration);
            case DOWN -> driver.migrationRevert(MAIN_LINE, migration);
          };
      if (ours) {
        Version now = version(migration, !planned.applied());
        versions.add(now);
        done.accept(now);
      }
    }
    return Collections.unmodifiableList(versions);
  }

  private Set<Integer> applied() {
    return new HashSet<>(driver.migrationsApplied(MAIN_LINE));
  }

  private List<Integer> unknown(Set<Integer> applied) {
    List<Integer> known = sql.versions();
    return applied.stream().filter(version -> !known.contains(version)).sorted().toList();
  }

  private static Version version(Migration migration, boolean applied) {
    return new Version(migration.version(), migration.name(), applied);
  }
}

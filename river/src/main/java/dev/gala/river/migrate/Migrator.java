package dev.gala.river.migrate;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Migration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings River's tables up to date. Each version is applied and recorded in a transaction of its
 * own, so a run that dies leaves a consistent beginning, and several may run at once. Safe for many
 * threads.
 */
public final class Migrator {
  /** River's own tables. */
  public static final String MAIN_LINE = "main";

  private final Driver driver;

  /** A migrator of the database behind {@code driver}. */
  public Migrator(Driver driver) {
    this.driver = driver;
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
   * The versions of the main line, ascending: those known here, and those found in the database
   * although unknown here.
   */
  public List<Version> list() {
    Set<Integer> applied = new HashSet<>(driver.migrationsApplied(MAIN_LINE));
    var versions = new ArrayList<Version>();
    for (Migration migration : driver.migrations(MAIN_LINE)) {
      boolean there = applied.remove(migration.version());
      versions.add(new Version(migration.version(), migration.name(), there));
    }
    applied.stream()
        .sorted()
        .forEach(version -> versions.add(new Version(version, "(unknown to this release)", true)));
    return versions;
  }

  /**
   * Applies what is missing.
   *
   * @return the versions this call applied, ascending; empty if all was there
   */
  public List<Version> up() {
    var done = new ArrayList<Version>();
    Set<Integer> applied = new HashSet<>(driver.migrationsApplied(MAIN_LINE));
    for (Migration migration : driver.migrations(MAIN_LINE)) {
      if (!applied.contains(migration.version()) && driver.migrationApply(MAIN_LINE, migration)) {
        done.add(new Version(migration.version(), migration.name(), true));
      }
    }
    return done;
  }
}

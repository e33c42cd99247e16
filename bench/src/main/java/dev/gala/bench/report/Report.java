package dev.gala.bench.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run.
 *
 * @param format of the file it is kept in
 * @param version of Gala
 * @param commit of the checkout, or {@code unknown}
 * @param mode full, quick or tiny
 * @param rounds how many counted
 * @param sizes how long and how much, for people to read
 * @param startedAt when
 * @param seconds how long it took
 * @param machine where
 * @param server the PostgreSQL server's settings
 * @param lines who took part
 * @param cases the tables
 * @param goals the goals
 * @param problems what makes the whole run worthless; none if it counts
 */
public record Report(
    int format,
    String version,
    String commit,
    String mode,
    int rounds,
    Map<String, String> sizes,
    String startedAt,
    long seconds,
    Machine machine,
    Map<String, String> server,
    List<LineInfo> lines,
    List<CaseResult> cases,
    List<GoalResult> goals,
    List<String> problems) {
  /** The format written here. */
  public static final int FORMAT = 1;

  /**
   * Who took part.
   *
   * @param id the line's id
   * @param title for people to read
   * @param version what was measured
   * @param settings how it was set
   */
  public record LineInfo(String id, String title, String version, Map<String, String> settings) {}

  /** Whether its figures may be believed. */
  public boolean valid() {
    return problems.isEmpty();
  }

  /** The title of a line. */
  public String title(String id) {
    return lines.stream()
        .filter(line -> line.id().equals(id))
        .map(LineInfo::title)
        .findFirst()
        .orElse(id);
  }

  /** A table. */
  public Optional<CaseResult> find(String scenario, String variant) {
    return cases.stream()
        .filter(one -> one.scenario().equals(scenario) && one.variant().equals(variant))
        .findFirst();
  }
}

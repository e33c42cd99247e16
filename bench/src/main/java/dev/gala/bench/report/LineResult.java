package dev.gala.bench.report;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a line did in a case.
 *
 * @param line its id
 * @param skipped why it has no figures; null if it has
 * @param figures by the metric's name
 * @param settings what was chosen for this case
 * @param details more to tell
 * @param problems what makes the figures worthless
 */
public record LineResult(
    String line,
    @Nullable String skipped,
    Map<String, Figures> figures,
    Map<String, String> settings,
    Map<String, String> details,
    List<String> problems) {
  /** Whether it has figures that count. */
  public boolean counts() {
    return skipped == null && problems.isEmpty() && !figures.isEmpty();
  }
}

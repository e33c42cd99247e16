package dev.gala.river.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many jobs have the same texts in their metadata.
 *
 * @param texts one for each path asked for: a JSON string's text, any other value as JSON; null
 *     where there is none
 * @param jobs how many, of those that were looked at
 */
public record JobCount(List<@Nullable String> texts, long jobs) {
  /** Copies the list. */
  public JobCount {
    texts = Collections.unmodifiableList(new ArrayList<>(texts));
  }
}

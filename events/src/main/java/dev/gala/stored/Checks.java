package dev.gala.stored;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What lists and redrives refuse alike. */
final class Checks {
  private Checks() {}

  static void name(String what, @Nullable String value) {
    if (value != null && value.isBlank()) {
      throw new IllegalArgumentException("the " + what + " is blank: give its name, or none");
    }
  }

  static void window(@Nullable Instant since, @Nullable Instant until) {
    if (since != null && until != null && !since.isBefore(until)) {
      throw new IllegalArgumentException(
          "nothing is since " + since + " and until " + until + ": give a later end");
    }
  }
}

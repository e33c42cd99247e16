package dev.gala.test.postgres;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of test databases and schemas. On a server that others use as well they tell when and by
 * whom they were made, so that what a killed JVM leaves behind is recognised.
 */
final class TestNames {
  private static final Pattern UNIQUE =
      Pattern.compile("gala_test_([0-9]{1,12})_([0-9a-f]{8})_[0-9]+");

  /** An owner that lost its connection just now is given this time to come back. */
  private static final Duration GRACE = Duration.ofHours(1);

  private final String prefix;
  private final String owner;
  private final AtomicInteger numbers = new AtomicInteger();

  private TestNames(String prefix, String owner) {
    this.prefix = prefix;
    this.owner = owner;
  }

  /** For a server of our own: {@code test_1}. */
  static TestNames plain() {
    return new TestNames("test_", "own");
  }

  /** For a server that others use as well: {@code gala_test_29384756_0a1b2c3d_1}. */
  static TestNames unique() {
    String owner = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    long minutes = Instant.now().getEpochSecond() / 60;
    return new TestNames("gala_test_" + minutes + "_" + owner + "_", owner);
  }

  String next() {
    return prefix + numbers.incrementAndGet();
  }

  /** What the main connection calls itself, so that other JVMs see that this one lives. */
  String applicationName() {
    return applicationName(owner);
  }

  boolean isOwn(String name) {
    return name.startsWith(prefix);
  }

  /**
   * Whether this is the name of something whose JVM is dead.
   *
   * @param applications what the connections of the server call themselves
   */
  static boolean isLeftover(String name, Set<String> applications, Instant now) {
    Matcher matcher = UNIQUE.matcher(name);
    if (!matcher.matches()) {
      return false;
    }
    Instant made = Instant.ofEpochSecond(Long.parseLong(matcher.group(1)) * 60);
    return made.isBefore(now.minus(GRACE))
        && !applications.contains(applicationName(matcher.group(2)));
  }

  private static String applicationName(String owner) {
    return "gala-test-" + owner;
  }
}

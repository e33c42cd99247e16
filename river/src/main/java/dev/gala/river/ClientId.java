package dev.gala.river;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Makes client ids, each unlike all others: of a given name, or of host and time as River does, and
 * a random mark. Whose id it is, runs what is claimed by it: two processes of one name, or a
 * process and its restart, must not share one.
 */
final class ClientId {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy_MM_dd'T'HH_mm_ss_SSSSSS").withZone(ZoneOffset.UTC);
  private static final int LONGEST_HOST = 60;
  private static final SecureRandom RANDOM = new SecureRandom();

  private ClientId() {}

  /** The id that a configuration asks for: without heartbeats a given name is all of it. */
  static String of(RiverConfig config) {
    String name = config.id();
    return name != null && !config.heartbeat().enabled()
        ? name
        : create(name, config.clock().instant());
  }

  /**
   * A new id.
   *
   * @param name null means host and time
   */
  static String create(@Nullable String name, Instant now) {
    String mark = "%08x".formatted(RANDOM.nextInt());
    return (name == null ? host() + "_" + TIME.format(now) : name) + "_" + mark;
  }

  private static String host() {
    try {
      String host = InetAddress.getLocalHost().getHostName().replace('.', '_');
      return host.length() <= LONGEST_HOST ? host : host.substring(0, LONGEST_HOST);
    } catch (UnknownHostException e) {
      return "unknown_host";
    }
  }
}

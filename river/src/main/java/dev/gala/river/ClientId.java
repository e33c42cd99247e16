package dev.gala.river;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes client ids of host and time, as River does, with a number that keeps those of one process
 * apart.
 */
final class ClientId {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy_MM_dd'T'HH_mm_ss_SSSSSS").withZone(ZoneOffset.UTC);
  private static final int LONGEST_HOST = 60;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private ClientId() {}

  static String create(Instant now) {
    return host() + "_" + TIME.format(now) + "_" + NUMBER.incrementAndGet();
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

package dev.gala.test.postgres;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Lines of a server's configuration.
 *
 * @param values the values by name, in the order in which they are written
 */
record ServerSettings(Map<String, String> values) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.$]*");

  /** Shared memory stays in the server's directory, where the watcher finds it. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "",
          "dynamic_shared_memory_type", "mmap",
          "huge_pages", "off",
          "max_connections", "200",
          "shared_buffers", "64MB",
          "timezone", "UTC",
          "log_timezone", "UTC");

  ServerSettings {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** For tests: whatever a crash of the machine would lose is not worth waiting for. */
  static ServerSettings fast() {
    return base("off");
  }

  /** For demonstrations and measurements: as a production server would be set. */
  static ServerSettings durable() {
    return base("on");
  }

  ServerSettings with(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is not the name of a PostgreSQL setting: see SHOW ALL for those there are"
              .formatted(name));
    }
    if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          "the value of the setting %s must be a single line, and is \"%s\""
              .formatted(name, value));
    }
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new ServerSettings(more);
  }

  static String line(String name, String value) {
    return "%s = '%s'".formatted(name, value.replace("\\", "\\\\").replace("'", "''"));
  }

  private static ServerSettings base(String durability) {
    Map<String, String> values = new LinkedHashMap<>(ALWAYS);
    values.put("fsync", durability);
    values.put("synchronous_commit", durability);
    values.put("full_page_writes", durability);
    return new ServerSettings(values);
  }
}

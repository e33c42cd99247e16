package dev.gala.river.cron;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;

/**
 * A schedule's text, taken apart.
 *
 * @param zone the one it names, else the one given
 * @param times the rest: five fields, or {@code @every} and a duration
 */
record CronSpec(ZoneId zone, String times) {
  private static final Map<String, String> DESCRIPTORS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  static CronSpec of(String spec, ZoneId otherwise) {
    String times = spec.strip();
    ZoneId zone = otherwise;
    if (times.startsWith("CRON_TZ=") || times.startsWith("TZ=")) {
      String[] parts = times.split("\\s+", 2);
      zone = zone(spec, parts[0].substring(parts[0].indexOf('=') + 1));
      times = parts.length == 2 ? parts[1] : "";
    }
    if (times.startsWith("@") && !times.startsWith(Every.PREFIX)) {
      String fields = DESCRIPTORS.get(times);
      if (fields == null) {
        throw Cron.invalid(
            spec,
            "give @yearly, @monthly, @weekly, @daily, @hourly, or @every with a duration such as"
                + " 1h30m");
      }
      times = fields;
    }
    return new CronSpec(zone, times);
  }

  private static ZoneId zone(String spec, String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw Cron.invalid(
          spec, "there is no time zone \"" + name + "\", give one such as Europe/Berlin", e);
    }
  }
}

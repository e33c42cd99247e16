package dev.gala.cli.migrate;

import dev.gala.cli.input.GoDuration;
import dev.gala.cli.input.UsageException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is, by a URL and, for what that does not say, by the environment's variables, as
 * programs on libpq have it.
 *
 * @param url the whole URL
 * @param statementTimeout how long a statement may take, by the URL; null if it does not say
 */
record LibpqEnvironment(String url, @Nullable Duration statementTimeout) {
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>postgres(?:ql)?://)(?:(?<credentials>[^/?]*)@)?(?<hosts>[^/?]*)"
              + "(?:/(?<database>[^?]*))?(?:\\?(?<parameters>.*))?",
          Pattern.DOTALL);

  private static final String STATEMENT_TIMEOUT = "statement_timeout=";

  /** As PostgreSQL reads it: a number alone is of milliseconds. */
  private static final Pattern TIMEOUT = Pattern.compile("([0-9]+)(us|ms|s|min|h|d)?");

  /** What has no place of its own in a URL, by the variable's name. */
  private static final List<Map.Entry<String, String>> PARAMETERS =
      List.of(
          Map.entry("PGCHANNELBINDING", "channel_binding"),
          Map.entry("PGCONNECT_TIMEOUT", "connect_timeout"),
          Map.entry("PGGSSENCMODE", "gssencmode"),
          Map.entry("PGKRBSRVNAME", "krbsrvname"),
          Map.entry("PGOPTIONS", "options"),
          Map.entry("PGSSLCERT", "sslcert"),
          Map.entry("PGSSLKEY", "sslkey"),
          Map.entry("PGSSLMODE", "sslmode"),
          Map.entry("PGSSLNEGOTIATION", "sslnegotiation"),
          Map.entry("PGSSLROOTCERT", "sslrootcert"),
          Map.entry("PGTARGETSESSIONATTRS", "target_session_attrs"));

  /**
   * What is meant.
   *
   * @param given the URL given; null if there is none
   * @param environment the environment's variables
   * @throws UsageException if neither says which database
   */
  static LibpqEnvironment of(@Nullable String given, Map<String, String> environment) {
    if (given == null && environment.getOrDefault("PGDATABASE", "").isEmpty()) {
      throw new UsageException(
          "nothing says which database: give --database-url, or set PGDATABASE and what else of"
              + " PGHOST, PGPORT, PGUSER and PGPASSWORD it takes");
    }
    String url = given == null ? "postgres://" : given;
    if (url.startsWith("sqlite:")) {
      throw new UsageException("SQLite is not supported: give a postgres:// URL");
    }
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      return new LibpqEnvironment(url, null); // Another form, which says all there is to say.
    }
    var parameters = new ArrayList<String>();
    Duration timeout = null;
    for (String parameter : or(parts.group("parameters")).split("&", -1)) {
      if (parameter.startsWith(STATEMENT_TIMEOUT)) {
        timeout = timeout(parameter.substring(STATEMENT_TIMEOUT.length()));
      } else if (!parameter.isEmpty()) {
        parameters.add(parameter);
      }
    }
    fill(parts, parameters, environment);
    String query = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    int end = url.indexOf('?');
    return new LibpqEnvironment((end < 0 ? url : url.substring(0, end)) + query, timeout);
  }

  /** Adds what the URL does not say. */
  private static void fill(
      Matcher parts, List<String> parameters, Map<String, String> environment) {
    String credentials = or(parts.group("credentials"));
    String hosts = or(parts.group("hosts"));
    if (credentials.isEmpty() || credentials.startsWith(":")) {
      add(parameters, "user", environment.get("PGUSER"));
    }
    if (!credentials.contains(":")) {
      add(parameters, "password", environment.get("PGPASSWORD"));
    }
    if (hosts.isEmpty() || hosts.startsWith(":")) {
      add(parameters, "host", environment.get("PGHOST"));
    }
    if (!hosts.matches(".*:[0-9]+")) {
      add(parameters, "port", environment.get("PGPORT"));
    }
    if (or(parts.group("database")).isEmpty()) {
      add(parameters, "dbname", environment.get("PGDATABASE"));
    }
    PARAMETERS.forEach(
        variable -> add(parameters, variable.getValue(), environment.get(variable.getKey())));
  }

  private static void add(List<String> parameters, String name, @Nullable String value) {
    if (value == null
        || value.isEmpty()
        || parameters.stream().anyMatch(parameter -> parameter.startsWith(name + "="))) {
      return;
    }
    String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    parameters.add(name + "=" + encoded);
  }

  private static Duration timeout(String value) {
    Matcher written = TIMEOUT.matcher(value);
    if (!written.matches()) {
      throw new UsageException(
          "the database URL has statement_timeout=" + value + ": give milliseconds, or 10s");
    }
    String unit = or(written.group(2));
    return switch (unit) {
      case "min" -> GoDuration.parse(written.group(1) + "m");
      case "d" -> Duration.ofDays(Long.parseLong(written.group(1)));
      default -> GoDuration.parse(written.group(1) + (unit.isEmpty() ? "ms" : unit));
    };
  }

  private static String or(@Nullable String text) {
    return text == null ? "" : text;
  }
}

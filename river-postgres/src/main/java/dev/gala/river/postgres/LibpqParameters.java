package dev.gala.river.postgres;

import dev.gala.river.job.RiverException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;

/** What libpq's connection parameters are called in pgjdbc, and how their values differ. */
final class LibpqParameters {
  /** Same meaning and values under another name. */
  private static final Map<String, PGProperty> SAME =
      Map.ofEntries(
          Map.entry("application_name", PGProperty.APPLICATION_NAME),
          Map.entry("channel_binding", PGProperty.CHANNEL_BINDING),
          Map.entry("connect_timeout", PGProperty.CONNECT_TIMEOUT),
          Map.entry("gssencmode", PGProperty.GSS_ENC_MODE),
          Map.entry("krbsrvname", PGProperty.KERBEROS_SERVER_NAME),
          Map.entry("options", PGProperty.OPTIONS),
          Map.entry("password", PGProperty.PASSWORD),
          Map.entry("require_auth", PGProperty.REQUIRE_AUTH),
          Map.entry("search_path", PGProperty.CURRENT_SCHEMA),
          Map.entry("sslcert", PGProperty.SSL_CERT),
          Map.entry("sslkey", PGProperty.SSL_KEY),
          Map.entry("sslmode", PGProperty.SSL_MODE),
          Map.entry("sslnegotiation", PGProperty.SSL_NEGOTIATION),
          Map.entry("sslpassword", PGProperty.SSL_PASSWORD),
          Map.entry("sslrootcert", PGProperty.SSL_ROOT_CERT),
          Map.entry("user", PGProperty.USER));

  /** Where pgjdbc would fail without naming the parameter. */
  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "channel_binding", Set.of("disable", "prefer", "require"),
          "gssencmode", Set.of("disable", "prefer", "require"),
          "sslmode", Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
          "sslnegotiation", Set.of("direct", "postgres"));

  private static final Map<String, String> SESSION_ATTRIBUTES =
      Map.of(
          "any", "any",
          "primary", "primary",
          "read-write", "primary",
          "standby", "secondary",
          "read-only", "secondary",
          "prefer-standby", "preferSecondary");

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

  private static final Map<String, String> BALANCE = Map.of("disable", "false", "random", "true");

  private static final Map<String, String> SWITCH = Map.of("0", "false", "1", "true");

  private LibpqParameters() {}

  /** Puts the pgjdbc property that {@code name} is. */
  static void put(Map<String, String> properties, String name, String value) {
    PGProperty same = SAME.get(name);
    if (same != null) {
      Set<String> values = VALUES.get(name);
      if (values != null && !values.contains(value)) {
        throw wrong(name, value, "one of " + new TreeSet<>(values));
      }
      if (name.equals("connect_timeout") && !SECONDS.matcher(value).matches()) {
        throw wrong(name, value, "whole seconds");
      }
      properties.put(same.getName(), value);
      return;
    }
    switch (name) {
      case "client_encoding" -> oneOf(name, value, Map.of("UTF8", "", "utf8", "", "auto", ""));
      case "fallback_application_name" ->
          properties.putIfAbsent(PGProperty.APPLICATION_NAME.getName(), value);
      case "keepalives" ->
          properties.put(PGProperty.TCP_KEEP_ALIVE.getName(), oneOf(name, value, SWITCH));
      case "load_balance_hosts" ->
          properties.put(PGProperty.LOAD_BALANCE_HOSTS.getName(), oneOf(name, value, BALANCE));
      case "target_session_attrs" ->
          properties.put(
              PGProperty.TARGET_SERVER_TYPE.getName(), oneOf(name, value, SESSION_ATTRIBUTES));
      default -> throw LibpqUrl.invalid(unknown(name));
    }
  }

  private static String oneOf(String name, String value, Map<String, String> values) {
    String translated = values.get(value);
    if (translated == null) {
      throw wrong(name, value, "one of " + new TreeSet<>(values.keySet()));
    }
    return translated;
  }

  private static RiverException wrong(String name, String value, String expected) {
    return LibpqUrl.invalid("has " + name + "=" + value + ": give " + expected);
  }

  private static String unknown(String name) {
    var known = new TreeSet<>(SAME.keySet());
    known.add("client_encoding");
    known.add("dbname");
    known.add("fallback_application_name");
    known.add("host");
    known.add("keepalives");
    known.add("load_balance_hosts");
    known.add("port");
    known.add("target_session_attrs");
    return "has the parameter \""
        + name
        + "\", which has no meaning here: remove it, use one of "
        + known
        + ", or give a jdbc:postgresql: URL with pgjdbc's own parameters";
  }
}

package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is, in both notations.
 *
 * @param user null for the driver's default
 * @param password null for none, or one in a password file
 * @param hosts one or several {@code host:port}, separated by commas
 * @param database its name
 * @param parameters further ones, named as libpq names them where both know one
 */
record PostgresUrl(
    @Nullable String user,
    @Nullable String password,
    String hosts,
    String database,
    Map<String, String> parameters) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:jdbc:)?(?:postgres|postgresql)://(?:([^@/?]*)@)?([^@/?]*)(?:/([^?]*))?(?:\\?(.*))?");
  private static final Map<String, String> JDBC_NAMES =
      Map.of("application_name", "ApplicationName", "connect_timeout", "connectTimeout");

  PostgresUrl {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /**
   * @param source where the URL was found, for messages, which never show the URL's password
   */
  static PostgresUrl parse(String url, String source) {
    Matcher matcher = FORM.matcher(url.strip());
    if (!matcher.matches()) {
      throw bad(source, "it does not have this form");
    }
    Map<String, String> parameters = parameters(matcher.group(4), source);
    @Nullable String user = parameters.remove("user");
    @Nullable String password = parameters.remove("password");
    String credentials = matcher.group(1);
    if (credentials != null) {
      int colon = credentials.indexOf(':');
      user = decode(colon < 0 ? credentials : credentials.substring(0, colon), source);
      password = colon < 0 ? password : decode(credentials.substring(colon + 1), source);
    }
    String hosts = matcher.group(2).isEmpty() ? "localhost" : matcher.group(2);
    String path = matcher.group(3);
    String database = path == null ? "" : decode(path, source);
    if (database.isEmpty()) {
      database = user == null ? "postgres" : user;
    }
    return new PostgresUrl(user, password, hosts, database, parameters);
  }

  PostgresUrl database(String other) {
    return new PostgresUrl(user, password, hosts, other, parameters);
  }

  PostgresUrl parameter(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new PostgresUrl(user, password, hosts, database, more);
  }

  /** As psql and libpq take it. */
  String url() {
    String credentials = "";
    if (user != null) {
      credentials = encode(user) + (password == null ? "" : ":" + encode(password)) + "@";
    }
    return "postgres://" + credentials + hosts + "/" + encode(database) + query(parameters);
  }

  /** As pgjdbc takes it. */
  String jdbcUrl() {
    Map<String, String> all = new LinkedHashMap<>();
    if (user != null) {
      all.put("user", user);
    }
    if (password != null) {
      all.put("password", password);
    }
    parameters.forEach((name, value) -> all.put(JDBC_NAMES.getOrDefault(name, name), value));
    return "jdbc:postgresql://" + hosts + "/" + encode(database) + query(all);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return new PostgresUrl(user, null, hosts, database, Map.of()).url();
  }

  private static Map<String, String> parameters(@Nullable String query, String source) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals <= 0) {
          throw bad(source, "a parameter is not of the form name=value");
        }
        String name = decode(pair.substring(0, equals), source);
        parameters.put(libpqName(name), decode(pair.substring(equals + 1), source));
      }
    }
    return parameters;
  }

  private static String libpqName(String name) {
    for (Map.Entry<String, String> both : JDBC_NAMES.entrySet()) {
      if (both.getValue().equals(name)) {
        return both.getKey();
      }
    }
    return name;
  }

  private static String query(Map<String, String> parameters) {
    return parameters.isEmpty()
        ? ""
        : parameters.entrySet().stream()
            .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decode(String text, String source) {
    try {
      // A plus sign is itself here, unlike in forms.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw bad(source, "a percent sign is not followed by two hexadecimal digits");
    }
  }

  private static EmbeddedPostgresException bad(String source, String why) {
    return new EmbeddedPostgresException(
        Reason.BAD_URL,
        ("%s is no PostgreSQL URL: %s. Give postgres://user:password@host:5432/database or"
                + " jdbc:postgresql://host:5432/database?user=…&password=…")
            .formatted(source, why));
  }
}

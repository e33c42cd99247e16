package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;

/**
 * Reads {@code postgres[ql]://[user[:password]@][host[:port][,…]][/database][?name=value[&…]]}, as
 * libpq defines it. Nothing of a URL that cannot be read is shown that could be part of a password.
 */
final class LibpqUrl {
  private static final String DEFAULT_PORT = "5432";
  private static final Pattern HOST =
      Pattern.compile("[a-zA-Z0-9._-]+|\\[[0-9a-fA-F:.]+(%\\w+)?\\]");

  private final Map<String, String> properties = new HashMap<>();
  private String hosts = "";
  private String ports = "";
  private String database = "";

  private LibpqUrl() {}

  static boolean accepts(String url) {
    return url.startsWith("postgres://") || url.startsWith("postgresql://");
  }

  static DatabaseUrl parse(String url) {
    return new LibpqUrl().read(url.substring(url.indexOf("://") + 3));
  }

  private DatabaseUrl read(String rest) {
    int authorityEnd = firstOf(rest, "/?");
    String authority = rest.substring(0, authorityEnd);
    String tail = rest.substring(authorityEnd);
    if (tail.indexOf('@') >= 0) {
      throw invalid(
          "has an @ after the first / or ?: percent-encode such characters, in a password @ as"
              + " %40, / as %2F, ? as %3F");
    }
    int hostStart = authority.lastIndexOf('@') + 1;
    if (hostStart > 0) {
      readCredentials(authority.substring(0, hostStart - 1));
    }
    readHosts(authority.substring(hostStart));
    int query = tail.indexOf('?');
    String path = query < 0 ? tail : tail.substring(0, query);
    database = path.isEmpty() ? "" : decoded(path.substring(1), "database");
    if (query >= 0) {
      readParameters(tail.substring(query + 1));
    }
    return result();
  }

  private void readCredentials(String credentials) {
    int colon = credentials.indexOf(':');
    String user = colon < 0 ? credentials : credentials.substring(0, colon);
    if (!user.isEmpty()) {
      properties.put(PGProperty.USER.getName(), decoded(user, "user"));
    }
    if (colon >= 0) {
      properties.put(
          PGProperty.PASSWORD.getName(), decoded(credentials.substring(colon + 1), "password"));
    }
  }

  private void readHosts(String list) {
    var hostList = new ArrayList<String>();
    var portList = new ArrayList<String>();
    for (String one : list.split(",", -1)) {
      int colon = one.lastIndexOf(':');
      boolean hasPort = colon >= 0 && one.indexOf(']') < colon;
      hostList.add(decoded(hasPort ? one.substring(0, colon) : one, "host"));
      portList.add(hasPort ? one.substring(colon + 1) : "");
    }
    hosts = String.join(",", hostList);
    ports = String.join(",", portList);
  }

  private void readParameters(String query) {
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (parameter.isEmpty()) {
        continue;
      }
      if (equals <= 0) {
        throw invalid("has a parameter that is not NAME=VALUE");
      }
      String name = decoded(parameter.substring(0, equals), "parameter name");
      String value = decoded(parameter.substring(equals + 1), "parameter " + name);
      switch (name) {
        case "host" -> hosts = value;
        case "port" -> ports = value;
        case "dbname" -> database = value;
        default -> LibpqParameters.put(properties, name, value);
      }
    }
  }

  private DatabaseUrl result() {
    String user = properties.get(PGProperty.USER.getName());
    String name = database.isEmpty() && user != null ? user : database;
    List<String> hostList = checkedHosts();
    List<String> portList = checkedPorts(hostList);
    var addresses = new ArrayList<String>();
    for (int i = 0; i < hostList.size(); i++) {
      addresses.add(hostList.get(i) + ":" + portList.get(i));
    }
    return new DatabaseUrl(
        "jdbc:postgresql://"
            + String.join(",", addresses)
            + "/"
            + URLEncoder.encode(name, StandardCharsets.UTF_8),
        properties,
        DatabaseUrl.location(
            String.join(",", hostList),
            String.join(",", portList),
            name.isEmpty() ? "(the user's)" : name));
  }

  private List<String> checkedHosts() {
    var checked = new ArrayList<String>();
    for (String host : hosts.split(",", -1)) {
      if (host.indexOf('/') >= 0 || host.startsWith("@")) {
        throw invalid(
            "names a Unix socket as its host, which the JVM driver cannot use: give a host name or"
                + " address");
      }
      String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
      if (!host.isEmpty() && !HOST.matcher(bracketed).matches()) {
        throw invalid(
            "has a host with characters no host name has: percent-encode those of user and"
                + " password, and write an IPv6 address as [::1]");
      }
      checked.add(host.isEmpty() ? "localhost" : bracketed);
    }
    return checked;
  }

  private List<String> checkedPorts(List<String> hostList) {
    String[] given = ports.split(",", -1);
    if (given.length != 1 && given.length != hostList.size()) {
      throw invalid(
          "has " + given.length + " ports for " + hostList.size() + " hosts: give one, or as many");
    }
    var checked = new ArrayList<String>();
    for (int i = 0; i < hostList.size(); i++) {
      String port = given[given.length == 1 ? 0 : i];
      checked.add(port.isEmpty() ? DEFAULT_PORT : checkedPort(port, hostList.get(i)));
    }
    return checked;
  }

  /** What stands there is not shown: without an @ it could be the password. */
  private static String checkedPort(String port, String host) {
    boolean digits = port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
      throw invalid("has as port of host \"" + host + "\" something else than 1 to 65535");
    }
    return port;
  }

  private static int firstOf(String text, String ends) {
    for (int i = 0; i < text.length(); i++) {
      if (ends.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  /** Percent-decoded; unlike in forms, + is itself. */
  private static String decoded(String text, String part) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    var out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      byte b = in[i];
      if (b == '%') {
        int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
        int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0)) {
          throw invalid("has in its " + part + " a % without two hex digits (or %00)");
        }
        b = (byte) (high * 16 + low);
        i += 2;
      }
      out[length++] = b;
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  static RiverException invalid(String what) {
    return new RiverException(
        RiverError.DATABASE_URL_INVALID,
        "the database URL "
            + what
            + "; its form is postgres://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETER=VALUE");
  }
}

package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As whom the server's processes run, given that PostgreSQL refuses to run as root.
 *
 * @param mode how they come to run as that user
 * @param fileOwner the user id, outside of any namespace, that owns the server's files
 * @param prefix what stands before each command
 */
record ServerUser(Mode mode, long fileOwner, List<String> prefix) {
  private static final String NOBODY = "65534";
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern IDS = Pattern.compile("Uid:\\s+\\d+\\s+(\\d+)\\s.*");
  private static final Path USERS = Path.of("/etc/passwd");

  enum Mode {
    /** As the user of this JVM, who is not root. */
    SELF,
    /** As root under another name, in a user namespace. */
    NAMESPACE,
    /** As the user nobody. */
    NOBODY
  }

  /**
   * @param forced the mode for root, or null for the first that works
   */
  static ServerUser detect(@Nullable Mode forced) {
    long own = ownId();
    if (own != 0) {
      return new ServerUser(Mode.SELF, own, List.of());
    }
    Account nobody = Account.nobody();
    ServerUser namespace = new ServerUser(Mode.NAMESPACE, 0, namespace(nobody));
    ServerUser switched =
        new ServerUser(Mode.NOBODY, Long.parseLong(nobody.user()), switchTo(nobody));
    for (ServerUser candidate : List.of(namespace, switched)) {
      if ((forced == null || forced == candidate.mode) && candidate.works()) {
        return candidate;
      }
    }
    throw new EmbeddedPostgresException(
        Reason.UNSUITABLE_USER,
        "PostgreSQL refuses to run as root, and neither \"%s\" nor \"%s\" works here: run as an"
                .formatted(String.join(" ", namespace.prefix), String.join(" ", switched.prefix))
            + " ordinary user, allow user namespaces, install util-linux, or give the URL of a"
            + " server in "
            + TestServer.VARIABLE);
  }

  /**
   * What stands before {@code initdb}, which in addition wants its user to have a name: a user id
   * without one (usual in containers) borrows that of nobody in a namespace.
   */
  List<String> initPrefix() {
    if (mode != Mode.SELF || Command.run(List.of("id", "-un"), "").succeeded()) {
      return prefix;
    }
    ServerUser named = new ServerUser(mode, fileOwner, namespace(Account.nobody()));
    if (named.works()) {
      return named.prefix;
    }
    throw new EmbeddedPostgresException(
        Reason.UNSUITABLE_USER,
        ("initdb needs a user with a name, user id %d has none in %s, and \"%s\" does not work"
                + " here: add the user, allow user namespaces, or give the URL of a server in %s")
            .formatted(fileOwner, USERS, String.join(" ", named.prefix), TestServer.VARIABLE));
  }

  /** The effective user id of this JVM. */
  static long ownId() {
    try {
      if (Files.exists(STATUS)) {
        for (String line : Files.readAllLines(STATUS)) {
          Matcher ids = IDS.matcher(line);
          if (ids.matches()) {
            return Long.parseLong(ids.group(1));
          }
        }
      }
      Path probe = Files.createTempFile("gala", ".probe");
      try {
        return owner(probe);
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find out the user id", e);
    }
  }

  /** The user id of a file's or, where it is one, a link's owner. */
  static long owner(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
  }

  private boolean works() {
    return Command.run(Command.line(prefix, List.of("true")), "").succeeded();
  }

  private static List<String> namespace(Account account) {
    return List.of("unshare", "--map-user=" + account.user(), "--map-group=" + account.group());
  }

  private static List<String> switchTo(Account account) {
    return List.of(
        "setpriv",
        "--reuid=" + account.user(),
        "--regid=" + account.group(),
        "--clear-groups",
        "--no-new-privs");
  }

  private record Account(String user, String group) {
    static Account nobody() {
      try {
        for (String line : Files.readAllLines(USERS)) {
          String[] fields = line.split(":", -1);
          if (fields.length > 3 && fields[0].equals("nobody") && !fields[2].equals("0")) {
            return new Account(fields[2], fields[3]);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + USERS, e);
      }
      return new Account(NOBODY, NOBODY);
    }
  }
}

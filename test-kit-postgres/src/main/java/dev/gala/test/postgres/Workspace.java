package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import dev.gala.test.postgres.ServerUser.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where things are put.
 *
 * @param installs unpacked binaries; belongs to the user of this JVM, and others cannot write there
 * @param templates initialised data directories; belongs to the server's user
 * @param servers the running servers' directories; belongs to the server's user, made by the first
 *     watcher and removed by the last
 */
record Workspace(Path installs, Path templates, Path servers) {
  private static final Logger LOG = LoggerFactory.getLogger(Workspace.class);
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int SEARCHABLE_BY_OWNER = 0100;
  private static final int SEARCHABLE_BY_OTHERS = 0001;
  private static final int WRITABLE_BY_ALL = 0002;

  /**
   * @param cache where the caller wants the caches, or null
   * @param data where the caller wants the servers' directories, or null
   */
  static Workspace choose(
      ServerUser user, Map<String, String> environment, @Nullable Path cache, @Nullable Path data) {
    boolean nobody = user.mode() == Mode.NOBODY;
    String suffix = ServerUser.ownId() + (nobody ? "-as-" + user.fileOwner() : "");
    Path temporary = data != null ? data.toAbsolutePath() : temporary(user);
    Path servers = temporary.resolve("gala-postgres-" + suffix);
    List<Path> candidates = new ArrayList<>();
    if (cache != null) {
      candidates.add(cache.toAbsolutePath());
    } else {
      if (!nobody) {
        candidates.addAll(homes(environment));
      }
      candidates.add(temporary(user).resolve("gala-postgres-cache-" + suffix));
    }
    Path installs = firstUsable(candidates, user);
    // Nobody writes its templates itself, and not where root's binaries lie.
    return new Workspace(installs, nobody ? servers : installs, servers);
  }

  private static List<Path> homes(Map<String, String> environment) {
    List<Path> homes = new ArrayList<>();
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (xdg.startsWith("/")) {
      homes.add(Path.of(xdg, "gala-postgres"));
    }
    if (home.startsWith("/")) {
      homes.add(Path.of(home, ".cache", "gala-postgres"));
    }
    return homes;
  }

  private static Path temporary(ServerUser user) {
    List<Path> candidates =
        List.of(
            Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath(),
            Path.of("/tmp"),
            Path.of("/var/tmp"));
    for (Path candidate : candidates) {
      if (mayEnter(user, candidate) && mayWrite(user, candidate)) {
        return candidate;
      }
    }
    throw new EmbeddedPostgresException(
        Reason.NO_DIRECTORY,
        "user id %d can write to none of %s: set java.io.tmpdir to a directory where it can"
            .formatted(user.fileOwner(), candidates));
  }

  private static Path firstUsable(List<Path> candidates, ServerUser user) {
    List<String> complaints = new ArrayList<>();
    for (Path candidate : candidates) {
      String complaint = complaint(candidate, user);
      if (complaint == null) {
        return candidate;
      }
      LOG.debug("not caching PostgreSQL in {}: {}", candidate, complaint);
      complaints.add(candidate + ": " + complaint);
    }
    throw new EmbeddedPostgresException(
        Reason.NO_DIRECTORY,
        "no directory can hold the PostgreSQL binaries (%s): set XDG_CACHE_HOME to one that can"
            .formatted(String.join("; ", complaints)));
  }

  private static @Nullable String complaint(Path directory, ServerUser user) {
    try {
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(directory);
        boolean shared = user.mode() == Mode.NOBODY;
        Files.setPosixFilePermissions(
            directory, PosixFilePermissions.fromString(shared ? "rwxr-xr-x" : "rwx------"));
      }
      if (ServerUser.owner(directory) != ServerUser.ownId()) {
        return "it belongs to another user";
      }
      if ((mode(directory) & WRITABLE_BY_OTHERS) != 0) {
        return "others can write there";
      }
    } catch (IOException e) {
      return e.toString();
    }
    if (!mayEnter(user, directory)) {
      return "user id %d cannot enter it".formatted(user.fileOwner());
    }
    return Files.isWritable(directory) ? null : "it is read-only";
  }

  /** Whether every directory on the way can be searched, without the privileges of root. */
  private static boolean mayEnter(ServerUser user, Path directory) {
    for (Path at = directory; at != null; at = at.getParent()) {
      try {
        boolean own = owner(at) == user.fileOwner();
        if ((mode(at) & (own ? SEARCHABLE_BY_OWNER : SEARCHABLE_BY_OTHERS)) == 0) {
          // The group may still allow it, which the operating system knows for this JVM's user.
          return user.mode() == Mode.SELF && Files.isExecutable(directory);
        }
      } catch (IOException e) {
        LOG.debug("cannot look at {}", at, e);
        return false;
      }
    }
    return true;
  }

  private static boolean mayWrite(ServerUser user, Path directory) {
    try {
      return user.mode() == Mode.NOBODY
          ? (mode(directory) & WRITABLE_BY_ALL) != 0 || owner(directory) == user.fileOwner()
          : Files.isWritable(directory);
    } catch (IOException e) {
      LOG.debug("cannot look at {}", directory, e);
      return false;
    }
  }

  private static long owner(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:uid")).longValue();
  }

  private static int mode(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:mode")).intValue();
  }
}

package dev.gala.test.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of servers whose JVM and watcher were both killed: a safety net, as the watcher
 * alone cleans up otherwise.
 *
 * <p>An owner holds a lock on the file {@code owner} in its server's directory for as long as it
 * lives. A directory that is not locked has no owner, unless it is so young that its owner had no
 * time to lock it, or is meant to be kept.
 */
final class StaleServers {
  private static final Logger LOG = LoggerFactory.getLogger(StaleServers.class);
  private static final Duration YOUNG = Duration.ofMinutes(1);
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String PREFIX = "server-";

  private StaleServers() {}

  /** A name that no other server has, which tells the sweep of this JVM to stay away. */
  static String newName() {
    return own() + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Stops and deletes what has no owner. Never fails: what cannot be deleted stays. */
  static void sweep(Path servers, ServerUser user, Binaries binaries) {
    if (!Files.isDirectory(servers, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(servers, PREFIX + "*")) {
      if (ServerUser.owner(servers) != user.fileOwner()) {
        return;
      }
      for (Path directory : directories) {
        // Closing any channel of a file gives up all this process's locks on it: keep off our own.
        if (!directory.getFileName().toString().startsWith(own()) && isStale(directory)) {
          LOG.info("removing {}: its JVM and its watcher are gone", directory);
          remove(directory, user, binaries);
        }
      }
    } catch (IOException e) {
      LOG.debug("cannot sweep {}", servers, e);
    }
  }

  private static String own() {
    return PREFIX + ProcessHandle.current().pid() + "-";
  }

  private static boolean isStale(Path directory) {
    Path owner = directory.resolve("owner");
    try {
      Path dated = Files.exists(owner) ? owner : directory;
      if (Files.getLastModifiedTime(dated).toInstant().isAfter(Instant.now().minus(YOUNG))
          || isKept(directory.resolve("kept"))) {
        return false;
      }
      return !Files.exists(owner) || isUnlocked(owner);
    } catch (IOException e) {
      // Most likely its watcher is deleting it right now.
      LOG.debug("cannot look at {}", directory, e);
      return false;
    }
  }

  private static boolean isUnlocked(Path owner) throws IOException {
    try (FileChannel channel =
            FileChannel.open(owner, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} is locked by this JVM", owner, e);
      return false;
    }
  }

  /** Kept, unless the machine has been started anew since: then the server is gone. */
  private static boolean isKept(Path marker) throws IOException {
    return Files.exists(marker)
        && (!Files.exists(BOOT) || Files.readString(marker).equals(Files.readString(BOOT)));
  }

  /** Stops the server in a directory, if it runs, and deletes the directory. */
  static void remove(Path directory, ServerUser user, Binaries binaries) {
    String server =
        PostmasterFile.read(directory.resolve("data"))
            .filter(PostmasterFile::isRunning)
            .map(file -> String.valueOf(file.pid()))
            .orElse("");
    List<String> script =
        List.of(
            "sh",
            binaries.script("watcher.sh").toString(),
            "--sweep",
            directory.toString(),
            server);
    Command removal = Command.run(Command.line(user.prefix(), script), "");
    if (!removal.succeeded()) {
      LOG.debug("cannot remove {}: {}", directory, removal.output());
    }
  }
}

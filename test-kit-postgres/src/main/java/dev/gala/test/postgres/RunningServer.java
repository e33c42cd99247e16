package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server's directory, its watcher and its port. Not safe for use by several threads. */
final class RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
  private static final long POLL_MILLIS = 3;
  private static final int PORT_ATTEMPTS = 20;
  private static final int LOG_LINES = 20;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  /**
   * Held until they are closed: one that nobody can reach any more the garbage collector closes,
   * and its lock goes with it. Then others would take the server for one without an owner.
   */
  private static final Set<FileChannel> OWNERSHIPS = ConcurrentHashMap.newKeySet();

  private final Watcher watcher;
  private final Site site;
  private final String password;
  private final Duration startTimeout;
  private @Nullable FileChannel ownership;
  private volatile int port;
  private boolean fixedPort;

  RunningServer(Watcher watcher, Site site, Duration startTimeout) {
    this.watcher = watcher;
    this.site = site;
    this.password = site.template().password();
    this.startTimeout = startTimeout;
  }

  /** Takes possession of the directory and writes the configuration. */
  void prepare(ServerSettings settings, int wantedPort) {
    watcher.awaitCreated(Deadline.in(startTimeout));
    own();
    fixedPort = wantedPort != 0;
    port = wantedPort;
    settings.values().forEach((name, value) -> watcher.configure(ServerSettings.line(name, value)));
  }

  /** Starts the server process and waits until it is ready. */
  void start() {
    long started = System.nanoTime();
    Deadline deadline = Deadline.in(startTimeout);
    for (int attempt = 1; !startOnce(deadline); attempt++) {
      if (fixedPort) {
        throw new EmbeddedPostgresException(
            Reason.PORT_IN_USE,
            "port %d of 127.0.0.1 is in use: stop what uses it, or leave the port out to get a free one"
                .formatted(port));
      }
      if (attempt == PORT_ATTEMPTS) {
        throw new EmbeddedPostgresException(
            Reason.PORT_IN_USE,
            "%d free ports of 127.0.0.1 were taken by others before the server could bind them"
                .formatted(attempt));
      }
    }
    fixedPort = true;
    LOG.debug(
        "PostgreSQL is ready at 127.0.0.1:{} in {} after {} ms",
        port,
        site.home(),
        (System.nanoTime() - started) / 1_000_000);
  }

  void end(String signal, Deadline deadline) {
    watcher.endServer(signal, deadline);
  }

  void keep(Deadline deadline) {
    watcher.keep(deadline);
  }

  long watcherId() {
    return watcher.processId();
  }

  boolean isRunning() {
    return watcher.running();
  }

  long pid() {
    return watcher.pid();
  }

  int port() {
    return port;
  }

  String password() {
    return password;
  }

  Path data() {
    return site.data();
  }

  Path log() {
    return data().resolve("server.log");
  }

  void close() {
    if (!watcher.close()) {
      LOG.warn(
          "the process that watches {} was killed: cleaning up in its place; {}",
          site.home(),
          watcher.complaints());
      StaleServers.remove(site.home(), site.user(), site.binaries());
    }
    if (ownership != null) {
      OWNERSHIPS.remove(ownership);
      try {
        ownership.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unlock " + site.home(), e);
      }
    }
  }

  private void own() {
    try {
      // Opened by the owner for its whole life; the lock goes with it.
      ownership =
          FileChannel.open(
              site.home().resolve("owner"), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      ownership.lock();
      OWNERSHIPS.add(ownership);
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          Reason.START_FAILED,
          "cannot lock %s: %s".formatted(site.home(), watcher.complaints()),
          e);
    }
  }

  /** False when the port is taken. */
  private boolean startOnce(Deadline deadline) {
    if (!fixedPort) {
      port = freePort();
    }
    watcher.configure(ServerSettings.line("port", String.valueOf(port)));
    int seen = logLines().size();
    long pid = watcher.startServer(deadline);
    while (!PostmasterFile.read(data()).filter(f -> f.pid() == pid && f.ready()).isPresent()) {
      if (!watcher.running()) {
        List<String> said = logLines();
        said = said.subList(Math.min(seen, said.size()), said.size());
        if (said.stream().anyMatch(line -> line.contains("Address already in use"))) {
          return false;
        }
        throw failed("the server ended while it started", said);
      }
      if (deadline.hasPassed()) {
        throw failed(
            "the server was not ready after %s (set startTimeout for more)".formatted(startTimeout),
            logLines());
      }
      deadline.pause(POLL_MILLIS);
    }
    return true;
  }

  private EmbeddedPostgresException failed(String what, List<String> log) {
    List<String> last = log.subList(Math.max(0, log.size() - LOG_LINES), log.size());
    return new EmbeddedPostgresException(
        Reason.START_FAILED,
        "%s. %sThe end of the log:%n%s%nIf the cache is damaged, delete the directory %s"
            .formatted(
                what, watcher.complaints(), String.join("\n", last), site.template().home()));
  }

  private List<String> logLines() {
    try {
      return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
    } catch (IOException e) {
      return List.of("(the log cannot be read: " + e + ")");
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find a free port on 127.0.0.1", e);
    }
  }
}

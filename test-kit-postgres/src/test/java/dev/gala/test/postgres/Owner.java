package dev.gala.test.postgres;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The main program of a child JVM that owns a server. It tells what it has done on stdout and does
 * the rest when it is told to on stdin.
 */
final class Owner {
  private Owner() {}

  /**
   * Starts a server.
   *
   * @param arguments how the server is to be, as {@code name=value}; then what happens at the end:
   *     {@code exit}, {@code close}, {@code keep} or {@code halt-while=STAGE}
   */
  public static void main(String[] arguments) throws Exception {
    List<String> rest = new ArrayList<>(List.of(arguments));
    EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
    rest.removeIf(argument -> configure(builder, argument));
    String end = rest.getFirst();
    if (end.startsWith("halt-while=")) {
      haltWhile(end.substring("halt-while=".length()));
    }
    long started = System.nanoTime();
    EmbeddedPostgres postgres = builder.start();
    long millis = (System.nanoTime() - started) / 1_000_000;
    try (var connection = postgres.connect()) {
      connection.createStatement().execute("SELECT 1");
    }
    tell("millis", millis);
    tell("watcher", postgres.watcherId());
    tell("server", postgres.pid());
    tell("data", postgres.dataDirectory());
    tell("url", postgres.jdbcUrl());
    tell("ready", "yes");
    int told = System.in.read();
    if (told < 0) {
      throw new IllegalStateException("the parent has gone");
    }
    switch (end) {
      case "exit" -> System.exit(0);
      case "close" -> postgres.close();
      case "keep" -> {
        tell("stop", postgres.keepRunning());
        postgres.close();
      }
      default -> throw new IllegalArgumentException(end);
    }
  }

  private static boolean configure(EmbeddedPostgres.Builder builder, String argument) {
    String[] parts = argument.split("=", 2);
    switch (parts[0]) {
      case "mode" -> builder.rootMode(ServerUser.Mode.valueOf(parts[1]));
      case "cache" -> builder.cacheDirectory(Path.of(parts[1]));
      case "directory" -> builder.directory(Path.of(parts[1]));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Ends without any clean-up, as if killed, at a stage of the start. */
  private static void haltWhile(String stage) {
    ServerUser user = ServerUser.detect(null);
    Workspace workspace = Workspace.choose(user, System.getenv(), null, null);
    Binaries binaries = Binaries.unpack(Platform.current(), workspace.installs());
    Template template = Template.initialise(binaries, workspace, user);
    Path home = workspace.servers().resolve(StaleServers.newName());
    Watcher watcher = Watcher.start(new Site(user, binaries, template, home));
    tell("watcher", watcher.processId());
    tell("data", home.resolve("data"));
    if (!stage.equals("copying")) {
      watcher.configure("unix_socket_directories = ''");
      watcher.configure("listen_addresses = ''");
      tell("server", watcher.startServer(Deadline.in(java.time.Duration.ofSeconds(20))));
    }
    Runtime.getRuntime().halt(1);
  }

  private static void tell(String name, Object value) {
    System.out.println(name + "=" + value);
  }
}

package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link Owner}, and what it has told. */
final class Child implements AutoCloseable {
  /** What was started in the background by a script ignores Ctrl-C, and so would its children. */
  private static final List<String> HEEDING_INTERRUPTS = List.of("env", "--default-signal=INT");

  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final BufferedReader output;
  private final Map<String, String> told = new HashMap<>();

  private Child(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static Child run(String... arguments) throws IOException {
    return run(List.of(), Map.of(), System.getProperty("java.class.path"), arguments);
  }

  /** Runs as another user, who can read neither our home nor the local repository. */
  static Child runAs(String user, Path readable, Map<String, String> environment, String... rest)
      throws IOException {
    List<String> prefix =
        List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
    return run(prefix, environment, readableClassPath(readable), rest);
  }

  static Child run(
      List<String> prefix, Map<String, String> environment, String classPath, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(HEEDING_INTERRUPTS);
    command.addAll(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", classPath));
    command.add(Owner.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.directory(new File("/"));
    return new Child(builder.start());
  }

  /** Reads what the child tells until it is ready or has ended; anything unexpected is an error. */
  Child awaitReady() throws IOException {
    StringBuilder unexpected = new StringBuilder();
    while (!told.containsKey("ready")) {
      String line = output.readLine();
      if (line == null) {
        throw new AssertionError("the child ended before it was ready:\n" + unexpected);
      }
      if (!understand(line)) {
        unexpected.append(line).append('\n');
      }
    }
    assertThat(unexpected).isEmpty();
    return this;
  }

  /** Lets the child go on to its end, and waits for it. */
  Child finish() throws Exception {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return awaitEnd();
  }

  Child kill(String signal) throws Exception {
    assertThat(Command.run(List.of("kill", "-" + signal, "" + process.pid()), "").status())
        .isZero();
    return awaitEnd();
  }

  /** As the terminal does it at Ctrl-C: to all processes of the group. The child must lead one. */
  Child interruptGroup() throws Exception {
    assertThat(Command.run(List.of("kill", "-INT", "--", "-" + process.pid()), "").status())
        .isZero();
    return awaitEnd();
  }

  Child awaitEnd() throws Exception {
    output.lines().forEach(this::understand);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return this;
  }

  String told(String name) {
    assertThat(told).containsKey(name);
    return told.get(name);
  }

  /** Waits for the server's directory to go and checks that nothing else is there any more. */
  void assertNothingLeft() throws Exception {
    long server = told.containsKey("server") ? Long.parseLong(told("server")) : -1;
    assertNothingLeft(server, Path.of(told("data")));
  }

  static void assertNothingLeft(long server, Path data) throws Exception {
    awaitDeletion(data.getParent());
    assertThat(ProcessHandle.of(server)).isEmpty();
    assertNoSharedMemory(server);
  }

  private static void awaitDeletion(Path directory) throws Exception {
    Deadline deadline = Deadline.in(Duration.ofSeconds(PATIENCE_SECONDS));
    try (WatchService watch = directory.getFileSystem().newWatchService()) {
      directory.getParent().register(watch, StandardWatchEventKinds.ENTRY_DELETE);
      while (Files.exists(directory)) {
        assertThat(deadline.hasPassed()).as("%s is still there", directory).isFalse();
        WatchKey key = watch.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    } catch (NoSuchFileException e) {
      assertThat(directory).doesNotExist(); // went together with its parent
    }
  }

  /** System V segments tell the process that created them. */
  static void assertNoSharedMemory(long server) throws IOException {
    List<String> segments = Files.readAllLines(Path.of("/proc/sysvipc/shm"));
    assertThat(segments).noneMatch(line -> line.matches("(?:\\s*\\S+){4}\\s+" + server + "\\s.*"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private boolean understand(String line) {
    String[] parts = line.split("=", 2);
    return parts[0].matches("[a-z]+") && parts.length == 2 && told.put(parts[0], parts[1]) == null;
  }

  private static String readableClassPath(Path target) throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path copy = target.resolve(copies.size() + "-" + Path.of(entry).getFileName());
      if (!entry.matches(".*(arm64|junit|assertj|byte-buddy).*")) {
        copy(Path.of(entry), copy);
        copies.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}

package dev.gala.cli.demo;

import dev.gala.cli.input.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;

/** Reads a repository's history through the git command. */
final class GitHistory {
  private static final String FIELD = "\u001f";
  private static final String FORMAT = "--format=%H%x1f%an%x1f%at%x1f%s";
  private static final String END_OF_COMMIT = "\0";
  private static final int LONGEST_TEXT = 300;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /** What a shell calls the end of a program by Ctrl-C. */
  private static final int INTERRUPTED = 130;

  private final String git;
  private final Path repository;

  /**
   * The history of a repository.
   *
   * @param git the command
   * @param repository its work tree, a folder in it, or a bare repository
   */
  GitHistory(String git, Path repository) {
    this.git = git;
    this.repository = repository;
  }

  /**
   * The commits that HEAD has, oldest first.
   *
   * @throws UsageException if there is no repository, no commit, or no git
   * @throws InterruptedException if git was ended by Ctrl-C
   */
  List<Commit> read() throws IOException, InterruptedException {
    if (!Files.exists(repository)) {
      throw new UsageException(
          "--git " + repository + " does not exist: give the path of a git repository");
    }
    if (!Files.isDirectory(repository)) {
      throw new UsageException(
          "--git " + repository + " is no directory: give the path of a git repository");
    }
    requireRepository();
    Process log = start(ProcessBuilder.Redirect.DISCARD, "log", "--reverse", "-z", FORMAT);
    var commits = new ArrayList<Commit>();
    try (var records = new Scanner(log.getInputStream(), StandardCharsets.UTF_8)) {
      records.useDelimiter(END_OF_COMMIT);
      while (records.hasNext()) {
        commits.add(parse(records.next()));
      }
    }
    int exit = exitOf(log);
    if (commits.isEmpty()) {
      throw new UsageException(
          "the git repository "
              + repository
              + " has no commits on its branch: give another with"
              + " --git PATH");
    }
    if (exit != 0) {
      throw new IOException("git log ended with " + exit + " in " + repository);
    }
    return commits;
  }

  private void requireRepository() throws IOException, InterruptedException {
    Process asked = start(ProcessBuilder.Redirect.PIPE, "rev-parse", "--git-dir");
    String said = new String(asked.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    if (exitOf(asked) != 0) {
      String why = said.lines().findFirst().orElse("it says nothing").replaceFirst("^fatal: ", "");
      String remedy =
          why.contains("dubious ownership")
              ? "allow it with git config --global --add safe.directory " + repository
              : "give one with --git PATH";
      throw new UsageException(
          "git finds no repository that it may read at %s (%s): %s"
              .formatted(repository, why, remedy));
    }
  }

  private Process start(ProcessBuilder.Redirect errors, String... arguments) {
    var command = new ArrayList<>(List.of(git, "-C", repository.toString()));
    command.addAll(List.of("-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
    // Set where git calls programs, as in its hooks; they would be stronger than the path given.
    builder.environment().keySet().removeAll(List.of("GIT_DIR", "GIT_WORK_TREE"));
    builder.environment().put("LC_ALL", "C");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UsageException(
          "the command " + git + " cannot be run, and the demonstration needs it: install git", e);
    }
  }

  /** Nobody checks what is in a commit: a time may be missing or absurd, a text of any length. */
  static Commit parse(String line) {
    String[] fields = line.split(FIELD, 4);
    if (fields.length < 4) {
      throw new IllegalArgumentException("git log wrote what is not understood: " + line);
    }
    return new Commit(fields[0], text(fields[1]), time(fields[2]), text(fields[3]));
  }

  private static Instant time(String seconds) {
    try {
      long second = Long.parseLong(seconds);
      return Instant.ofEpochSecond(Math.clamp(second, 0, LATEST.getEpochSecond()));
    } catch (NumberFormatException e) {
      return Instant.EPOCH;
    }
  }

  private static String text(String raw) {
    String line =
        raw.codePoints()
            .limit(LONGEST_TEXT)
            .map(character -> Character.isISOControl(character) ? ' ' : character)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return line.strip();
  }

  private static int exitOf(Process process) throws InterruptedException {
    int exit = process.waitFor();
    if (exit == INTERRUPTED) {
      throw new InterruptedException("git was interrupted");
    }
    return exit;
  }
}

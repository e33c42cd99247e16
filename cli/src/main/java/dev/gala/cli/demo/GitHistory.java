package dev.gala.cli.demo;

import dev.gala.cli.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads a repository's history through the git command. */
final class GitHistory {
  private static final String FIELD = "\u001f";
  private static final String FORMAT = "--format=%H%x1f%an%x1f%at%x1f%s";

  private GitHistory() {}

  /**
   * The commits, oldest first.
   *
   * @throws UsageException if there is no repository, no commit, or no git
   */
  static List<Commit> read(Path repository) {
    if (!Files.isDirectory(repository)) {
      throw new UsageException(
          "--git " + repository + " is no directory: give the path of a git repository");
    }
    Process git = start(repository);
    var commits = new ArrayList<Commit>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(git.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        commits.add(parse(line));
      }
    } catch (IOException e) {
      throw new UsageException("the history of " + repository + " cannot be read: " + e, e);
    }
    if (exitCode(git) != 0 || commits.isEmpty()) {
      throw new UsageException(
          repository + " is no git repository with commits: give one with --git PATH");
    }
    return commits;
  }

  private static Process start(Path repository) {
    var command =
        List.of(
            "git",
            "-C",
            repository.toString(),
            "-c",
            "log.showSignature=false",
            "log",
            "--reverse",
            FORMAT);
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      throw new UsageException("git cannot be run, the demonstration needs it: install git", e);
    }
  }

  private static Commit parse(String line) {
    String[] fields = line.split(FIELD, 4);
    if (fields.length < 4) {
      throw new UsageException("git log wrote a line that is not understood: " + line);
    }
    Instant at = Instant.ofEpochSecond(Long.parseLong(fields[2]));
    return new Commit(fields[0], fields[1], at, fields[3]);
  }

  private static int exitCode(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}

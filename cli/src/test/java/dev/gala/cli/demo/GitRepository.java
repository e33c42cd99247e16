package dev.gala.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A repository for a test. */
final class GitRepository {
  private final Path folder;

  private GitRepository(Path folder) {
    this.folder = folder;
  }

  static GitRepository empty(Path folder) throws Exception {
    Files.createDirectories(folder);
    var repository = new GitRepository(folder);
    repository.git("", "init", "--quiet", "--initial-branch=main");
    return repository;
  }

  /** With so many commits, by two authors in turn. */
  static GitRepository of(Path folder, int commits) throws Exception {
    GitRepository repository = empty(folder);
    var stream = new StringBuilder();
    for (int i = 1; i <= commits; i++) {
      String message = "Zeile " + i + " für alle\n\nmore";
      stream.append("commit refs/heads/main\n");
      stream.append("author ").append(i % 2 == 0 ? "Zoë" : "李").append(" <a@example.org> ");
      stream.append(1_700_000_000 + i).append(" +0200\n");
      stream.append("committer C <c@example.org> ").append(1_700_000_000 + i).append(" +0000\n");
      stream.append("data ").append(message.getBytes(StandardCharsets.UTF_8).length).append('\n');
      stream.append(message).append('\n');
    }
    repository.git(stream.toString(), "fast-import", "--quiet");
    return repository;
  }

  Path folder() {
    return folder;
  }

  void git(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}

package dev.gala.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.cli.input.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitHistoryTest {
  @TempDir private Path temp;

  @Test
  void readsTheOldestFirst() throws Exception {
    Path repository = GitRepository.of(temp.resolve("repository"), 3).folder();
    List<Commit> commits = new GitHistory("git", repository).read();
    assertThat(commits)
        .extracting(Commit::subject)
        .containsExactly("Zeile 1 für alle", "Zeile 2 für alle", "Zeile 3 für alle");
    assertThat(commits).extracting(Commit::author).containsExactly("李", "Zoë", "李");
    assertThat(commits.getFirst().at()).isEqualTo(Instant.ofEpochSecond(1_700_000_001));
    assertThat(commits.getFirst().sha()).hasSize(40);
  }

  @Test
  void bareRepositoriesWorktreesAndFoldersInside() throws Exception {
    GitRepository repository = GitRepository.of(temp.resolve("repository"), 2);
    repository.git("", "clone", "--quiet", "--bare", ".", "../bare.git");
    repository.git("", "worktree", "add", "--quiet", "--detach", "../tree");
    Path inside = Files.createDirectories(repository.folder().resolve("a folder"));
    for (Path place : List.of(temp.resolve("bare.git"), temp.resolve("tree"), inside)) {
      assertThat(new GitHistory("git", place).read()).as(place.toString()).hasSize(2);
    }
  }

  @Test
  void refusesWhatHasNoHistory() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Path empty = GitRepository.empty(temp.resolve("empty")).folder();
    assertRefused("git", temp.resolve("nothing"), "does not exist");
    assertRefused("git", file, "is no directory");
    assertRefused("git", folder, "not a git repository");
    assertRefused("git", empty, "has no commits");
    assertRefused("no-such-git", empty, "install git");
  }

  @ParameterizedTest
  @CsvSource({
    "1700000000, 2023-11-14T22:13:20Z",
    "'', 1970-01-01T00:00:00Z",
    "-5, 1970-01-01T00:00:00Z",
    "9223372036854775807, 9999-12-31T23:59:59Z",
    "soon, 1970-01-01T00:00:00Z",
  })
  void timesThatNobodyChecked(String seconds, Instant at) {
    String line = String.join("\u001f", "sha", "author", seconds, "subject");
    assertThat(GitHistory.parse(line)).isEqualTo(new Commit("sha", "author", at, "subject"));
  }

  @Test
  void textsThatNobodyChecked() {
    String line = String.join("\u001f", "sha", "\uD83D\uDE00".repeat(999), "0", "a\rb\u001fc\n");
    Commit commit = GitHistory.parse(line);
    assertThat(commit.author()).isEqualTo("\uD83D\uDE00".repeat(300));
    assertThat(commit.subject()).isEqualTo("a b c");
  }

  private static void assertRefused(String git, Path place, String why) {
    assertThatThrownBy(() -> new GitHistory(git, place).read())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(why);
  }
}

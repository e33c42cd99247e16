package dev.gala.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a run of the command line came to.
 *
 * @param exitCode its exit code
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
public record Cli(int exitCode, String out, String err) {

  /** Runs the command line in this process. */
  public static Cli run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Cli(exitCode, out.toString(), err.toString());
  }

  /** The last line on stdout. */
  public String lastLine() {
    return out.lines().reduce((before, after) -> after).orElse("");
  }

  public Cli assertDone() {
    assertThat(err).isEmpty();
    assertThat(exitCode).isZero();
    return this;
  }

  /** Bad input: one line for the user, and nothing else. */
  public Cli assertRefused() {
    assertThat(err).startsWith("gala: ").doesNotContain("Exception");
    assertThat(err.lines()).hasSize(1);
    assertThat(out).isEmpty();
    assertThat(exitCode).isEqualTo(2);
    return this;
  }
}

package dev.gala.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Test
  void showsHowFar() {
    bar(StandardCharsets.UTF_8, 80).show(1_000, 2_000, "handled");
    assertThat(written(StandardCharsets.UTF_8))
        .isEqualTo("\r" + "█".repeat(15) + "░".repeat(15) + " 1,000 of 2,000 handled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"US-ASCII", "ISO-8859-1"})
  void doesWithoutBlocksWhereThereAreNone(Charset charset) {
    bar(charset, 80).show(2, 2, "handled");
    assertThat(written(charset)).isEqualTo("\r" + "#".repeat(30) + " 2 of 2 handled");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 27, 28, 40, 200})
  void isNeverWiderThanTheTerminal(int columns) {
    bar(StandardCharsets.UTF_8, columns).show(1_999, 2_000, "handled, 2,000 emitted");
    assertThat(written(StandardCharsets.UTF_8).strip().length()).isLessThan(columns);
  }

  @Test
  void showsNothingWithoutTerminal() {
    ProgressBar bar = bar(StandardCharsets.UTF_8, 0);
    bar.show(1, 2, "handled");
    bar.clear();
    assertThat(written.size()).isZero();
  }

  @Test
  void leavesNothingBehind() {
    ProgressBar bar = bar(StandardCharsets.US_ASCII, 20);
    bar.show(10_000, 10_000, "handled");
    bar.show(1, 1, "x");
    written.reset();
    bar.clear();
    assertThat(written(StandardCharsets.US_ASCII)).matches("\r {1,19}\r");
  }

  private ProgressBar bar(Charset charset, int columns) {
    return new ProgressBar(new PrintStream(written, true, charset), columns);
  }

  private String written(Charset charset) {
    return written.toString(charset);
  }
}

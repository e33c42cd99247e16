package dev.gala.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Go wrote, as a file that tests read where there is no Go. With {@code -Dinterop.record=true}
 * the file is written; otherwise it is compared, as far as it is the same in every run.
 */
final class Recording {
  private static final boolean RECORDING = Boolean.getBoolean("interop.record");
  private static final Pattern TIME =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d(:\\d\\d)?)");
  private static final Pattern ULID = Pattern.compile("\\b01[0-9A-HJKMNP-TV-Z]{24}\\b");
  private static final Pattern TRACE = Pattern.compile("\"trace\" : \"[^\"]+\"");
  private static final JsonMapper PRETTY =
      JsonMapper.builder()
          .defaultPrettyPrinter(
              new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private Recording() {}

  /** Writes or compares a file of JSON. */
  static void json(Path file, Object content) throws IOException {
    text(file, PRETTY.writeValueAsString(content) + "\n");
  }

  /** Writes or compares a file. */
  static void text(Path file, String content) throws IOException {
    if (RECORDING) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    }
    assertThat(normalized(content))
        .as(file + " is not what Go writes now: look at both, then run with -Dinterop.record=true")
        .isEqualTo(normalized(Files.readString(file)));
  }

  private static String normalized(String text) {
    String steady = TIME.matcher(text).replaceAll("TIME");
    steady = ULID.matcher(steady).replaceAll("ULID");
    return TRACE.matcher(steady).replaceAll("TRACE");
  }
}

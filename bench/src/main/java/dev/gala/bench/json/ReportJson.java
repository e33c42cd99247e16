package dev.gala.bench.json;

import dev.gala.bench.report.Report;
import java.nio.file.Path;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reports as files. */
public final class ReportJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ReportJson() {}

  /** The text of a report. */
  public static String write(Report report) {
    return MAPPER.writeValueAsString(report) + "\n";
  }

  /** The report in a text. */
  public static Report read(String json) {
    return MAPPER.readValue(json, Report.class);
  }

  /** Writes a file. */
  public static void write(Report report, Path file) throws java.io.IOException {
    java.nio.file.Files.writeString(file, write(report));
  }
}

package dev.gala.interop.adapter;

import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.JobType;
import dev.gala.river.json.JsonObjects;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of every job of the suite.
 *
 * @param behavior what its worker is to do; empty means nothing
 * @param durationMillis for what takes time
 * @param message a barrier, an output, or anything
 */
record ConformanceArgs(String behavior, long durationMillis, String message) {
  static final JobType<ConformanceArgs> ECHO = JobType.of("conformance_echo", new Codec());
  static final JobType<ConformanceArgs> PEER = JobType.of("conformance_echo_peer", new Codec());

  /** The first one under a new name, its old one kept. */
  static final JobType<ConformanceArgs> RENAMED =
      JobType.of("conformance_echo_renamed", new Codec()).withAliases(ECHO.kind());

  /** Those that a request describes. */
  static ConformanceArgs of(Params job) {
    return new ConformanceArgs(
        job.text("behavior", ""), job.number("duration_ms", 0), job.text("message", ""));
  }

  private static final class Codec implements ArgsCodec<ConformanceArgs> {
    @Override
    public String encode(ConformanceArgs args) {
      return Json.object(
          "behavior", Json.text(args.behavior()),
          "duration_ms", String.valueOf(args.durationMillis()),
          "message", Json.text(args.message()));
    }

    @Override
    public ConformanceArgs decode(String json) {
      // Refuses what is no object, as reading it would.
      JsonObjects.members(json);
      Long millis = JsonObjects.longAt(json, "duration_ms");
      return new ConformanceArgs(
          orEmpty(JsonObjects.textAt(json, "behavior")),
          millis == null ? 0 : millis,
          orEmpty(JsonObjects.textAt(json, "message")));
    }

    private static String orEmpty(@Nullable String text) {
      return text == null ? "" : text;
    }
  }
}

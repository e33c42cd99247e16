package dev.gala.river.fake;

import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.JobType;

/** Kinds of jobs whose arguments are the JSON text itself. */
public final class TextJob {
  private TextJob() {}

  /** A kind. */
  public static JobType<String> of(String kind) {
    return JobType.of(
        kind,
        new ArgsCodec<String>() {
          @Override
          public String encode(String args) {
            return args;
          }

          @Override
          public String decode(String json) {
            return json;
          }
        });
  }
}

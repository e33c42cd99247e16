package dev.gala.cli.control;

import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import picocli.CommandLine;

/** One operation on several jobs, each on its own: one that fails does not hold up the others. */
final class Batch {
  private final List<JobRow> done = new ArrayList<>();
  private final Map<Long, String> failed = new LinkedHashMap<>();

  /** Does it to each, in order. What is wrong with the database ends it. */
  void run(List<Long> ids, LongFunction<JobRow> operation) {
    for (long id : ids) {
      try {
        done.add(operation.apply(id));
      } catch (RiverException e) {
        failed.put(id, refusal(e));
      }
    }
  }

  /**
   * Says what became of each: rows on stdout, failures on stderr; in JSON, both on stdout too.
   *
   * @return the exit code: 1 if any failed
   */
  int report(CommandLine command, boolean json, Function<JobRow, String> said) {
    PrintWriter out = command.getOut();
    if (json) {
      out.println(
          new JsonText()
              .array("jobs", done, JobView::json)
              .array("failures", failed.entrySet(), Batch::failure)
              .end());
    } else {
      done.forEach(job -> out.println(said.apply(job)));
    }
    failed.forEach((id, message) -> command.getErr().println("gala: " + message));
    return failed.isEmpty() ? 0 : 1;
  }

  private static String refusal(RiverException refused) {
    return switch (refused.code()) {
      case JOB_RUNNING, NOT_FOUND, ROW_LOCKED, UNIQUE_CONFLICT ->
          String.valueOf(refused.getMessage());
      case ARGS_INVALID,
          CLAIM_LOST,
          CLIENT_STATE,
          CONFIG_INVALID,
          CONNECTION_IN_AUTO_COMMIT,
          DATABASE,
          DATABASE_TOO_OLD,
          DATABASE_UNAVAILABLE,
          DATABASE_URL_INVALID,
          DRIVER_MISSING,
          INSERT_INVALID,
          OUTCOME_UNKNOWN,
          PARAMS_INVALID,
          PERIODIC_JOB_ALREADY_ADDED,
          QUEUE_ALREADY_ADDED,
          ROW_REFUSED,
          SCHEMA_OUTDATED,
          TIMED_OUT,
          UNKNOWN_KIND ->
          throw refused;
    };
  }

  private static String failure(Map.Entry<Long, String> failure) {
    return new JsonText().number("id", failure.getKey()).text("error", failure.getValue()).end();
  }
}

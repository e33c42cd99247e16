package dev.gala.cli.control;

import dev.gala.cli.input.UsageException;
import dev.gala.river.Jobs;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobList;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Jobs, to look at and to change by hand. */
@Command(
    name = "jobs",
    description = "Jobs: list or show them, cancel, retry or delete them.",
    mixinStandardHelpOptions = true)
public final class JobsCommand implements Runnable {
  private static final String APPLICATION = "gala jobs";

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  /** The command; its options are filled in by the command line. */
  public JobsCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: gala jobs list, show, cancel, retry or delete");
  }

  @Command(description = "Lists jobs that pass the filters.", mixinStandardHelpOptions = true)
  void list(@Mixin DatabaseOptions at, @Mixin ListOptions options, @Mixin OutputOption output) {
    JobListParams params = options.params();
    try (RiverDatabase database = at.connect(APPLICATION)) {
      JobList list = database.jobs().list(params);
      PrintWriter out = spec.commandLine().getOut();
      JobCursor next = list.nextCursor();
      if (output.isJson()) {
        out.println(
            new JsonText()
                .array("jobs", list.jobs(), JobView::json)
                .text("next_cursor", next == null ? null : next.text())
                .end());
        return;
      }
      JobView.table(list.jobs()).forEach(out::println);
      if (next != null && list.jobs().size() == params.limit()) {
        out.println("there may be more: --after " + next.text());
      }
    }
  }

  @Command(
      description = "Shows a job with its arguments, metadata, output and errors.",
      mixinStandardHelpOptions = true)
  void show(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Parameters(paramLabel = "ID", description = "the job") long id) {
    try (RiverDatabase database = at.connect(APPLICATION)) {
      JobRow job = database.jobs().get(id);
      PrintWriter out = spec.commandLine().getOut();
      if (output.isJson()) {
        out.println(JobView.json(job));
      } else {
        JobView.full(job).forEach(out::println);
      }
    }
  }

  @Command(
      description = "Cancels jobs that wait, and asks for the cancellation of those that run.",
      mixinStandardHelpOptions = true)
  int cancel(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Parameters(arity = "1..*", paramLabel = "ID", description = "the jobs") List<Long> ids) {
    return each(at, output, ids, jobs -> jobs::cancel, JobsCommand::cancelled);
  }

  @Command(
      description = "Makes jobs available now, whatever they wait for or how they ended.",
      mixinStandardHelpOptions = true)
  int retry(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Parameters(arity = "1..*", paramLabel = "ID", description = "the jobs") List<Long> ids) {
    return each(at, output, ids, jobs -> jobs::retry, JobsCommand::retried);
  }

  @Command(
      description = {
        "Deletes jobs: these, or those that pass the filters.",
        "Running jobs are refused if named, and passed over by filters."
      },
      mixinStandardHelpOptions = true)
  int delete(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Mixin JobFilters filters,
      @Parameters(arity = "0..*", paramLabel = "ID", description = "the jobs")
          @Nullable List<Long> ids) {
    List<Long> named = ids == null ? List.of() : ids;
    if (named.isEmpty() != filters.isAny()) {
      throw new UsageException(
          filters.isAny()
              ? "ids and filters are given: say one or the other"
              : "nothing says which jobs to delete: give ids, or --kind, --priority, --queue or"
                  + " --state");
    }
    return named.isEmpty()
        ? deleteMany(at, output, filters)
        : each(at, output, named, jobs -> jobs::delete, JobsCommand::deleted);
  }

  private int deleteMany(DatabaseOptions at, OutputOption output, JobFilters filters) {
    JobDeleteParams params =
        filters.addTo(JobDeleteParams.builder()).limit(filters.limit()).build();
    try (RiverDatabase database = at.connect(APPLICATION)) {
      List<JobRow> deleted = database.jobs().deleteMany(params);
      PrintWriter out = spec.commandLine().getOut();
      if (output.isJson()) {
        out.println(new JsonText().array("jobs", deleted, JobView::json).end());
      } else {
        deleted.forEach(job -> out.println(deleted(job)));
        out.println(
            "deleted "
                + deleted.size()
                + (deleted.size() == filters.limit() ? ": there may be more" : ""));
      }
      return 0;
    }
  }

  private int each(
      DatabaseOptions at,
      OutputOption output,
      List<Long> ids,
      Function<Jobs, LongFunction<JobRow>> operation,
      Function<JobRow, String> said) {
    var batch = new Batch();
    try (RiverDatabase database = at.connect(APPLICATION)) {
      batch.run(ids, operation.apply(database.jobs()));
    } catch (RuntimeException e) {
      // What was done is told even so.
      batch.report(spec.commandLine(), output.isJson(), said);
      throw e;
    }
    return batch.report(spec.commandLine(), output.isJson(), said);
  }

  private static String cancelled(JobRow job) {
    return switch (job.state()) {
      case CANCELLED -> "job " + job.id() + " is cancelled";
      case RUNNING -> "job " + job.id() + " is running: its worker is told to stop";
      case AVAILABLE, COMPLETED, DISCARDED, PENDING, RETRYABLE, SCHEDULED ->
          "job " + job.id() + " is " + job.state().wireName() + ": nothing to cancel";
    };
  }

  private static String retried(JobRow job) {
    return switch (job.state()) {
      case AVAILABLE -> "job " + job.id() + " is available";
      case CANCELLED, COMPLETED, DISCARDED, PENDING, RETRYABLE, RUNNING, SCHEDULED ->
          "job " + job.id() + " is " + job.state().wireName() + ": nothing to retry";
    };
  }

  private static String deleted(JobRow job) {
    return "job " + job.id() + " is deleted: it was " + job.state().wireName();
  }
}

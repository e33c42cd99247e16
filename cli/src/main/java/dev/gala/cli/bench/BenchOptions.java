package dev.gala.cli.bench;

import dev.gala.cli.input.EndRequest;
import dev.gala.cli.input.GoDuration;
import dev.gala.cli.input.UsageException;
import dev.gala.river.RiverDatabase;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What to measure, in the words of River's command. */
public final class BenchOptions {
  private static final int MOST_JOBS = 100_000_000;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      converter = Span.class,
      description = "End after so long, in whole steps of 2s; default: when asked to.")
  private @Nullable Duration duration;

  @Option(
      names = {"-n", "--num-total-jobs"},
      paramLabel = "N",
      description = {
        "Insert so many jobs, and measure how long it takes to work them all;",
        "default: insert as many as are worked."
      })
  private int totalJobs;

  @Option(
      names = "--discard-jobs",
      description = "Empty the tables even if there are jobs that are not the benchmark's.")
  private boolean discardJobs;

  /** Nothing said yet; filled in by the command line. */
  public BenchOptions() {}

  /**
   * The benchmark that was asked for.
   *
   * @param database opens the database; asked twice
   * @param schema where the tables are; null for the search path
   * @throws UsageException if what was said makes no sense
   */
  public RiverBench bench(
      Opening database, @Nullable String schema, PrintWriter out, EndRequest end) {
    if (totalJobs < 0 || totalJobs > MOST_JOBS) {
      throw new UsageException(
          "--num-total-jobs is " + totalJobs + ": give from 1 to " + MOST_JOBS);
    }
    if (duration != null && !duration.isPositive()) {
      throw new UsageException("--duration is 0s: give more, or leave it out");
    }
    var plan = new RiverBench.Plan(duration, totalJobs, discardJobs);
    return new RiverBench(database, schema, plan, out, end);
  }

  /** Opens the database. */
  @FunctionalInterface
  public interface Opening {
    /** A new one each time; the caller closes it. */
    RiverDatabase open();
  }

  static final class Span implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      try {
        return GoDuration.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}

package dev.gala.cli.migrate;

import dev.gala.cli.input.GoDuration;
import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.MigrationRange;
import dev.gala.river.migrate.Migrator;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through migrations, and tells of them in the lines of River's command. */
final class RiverReport {
  private final PrintWriter out;
  private final Migrator migrator;
  private final MigrationRange range;
  private final boolean showSql;
  private final List<Step> steps = new ArrayList<>();

  /** A version gone through; it took no time if it was not. */
  private record Step(Migrator.Version version, @Nullable Duration took) {}

  RiverReport(PrintWriter out, Migrator migrator, MigrationRange range, boolean showSql) {
    this.out = out;
    this.migrator = migrator;
    this.range = range;
    this.showSql = showSql;
  }

  /** What was done is told even if more could not be. */
  void run(boolean dryRun) {
    boolean whole = false;
    try {
      if (dryRun) {
        migrator.plan(range).forEach(version -> steps.add(new Step(version, null)));
      } else {
        long begun = System.nanoTime();
        var last = new long[] {begun};
        migrator.run(
            range,
            version -> {
              long now = System.nanoTime();
              steps.add(new Step(version, Duration.ofNanos(now - last[0])));
              last[0] = now;
            });
      }
      whole = true;
    } finally {
      print(whole);
    }
  }

  private void print(boolean whole) {
    int longest = steps.stream().mapToInt(step -> step.version().name().length()).max().orElse(1);
    steps.forEach(step -> print(step, longest));
    if (!whole) {
      return;
    }
    Integer most = range.maxSteps();
    if (steps.isEmpty()) {
      out.println("no migrations to apply");
    } else if (most != null && steps.size() < most) {
      out.println("no more migrations to apply");
    }
  }

  private void print(Step step, int longest) {
    Migrator.Version version = step.version();
    String what = "migration %03d [%s]".formatted(version.version(), way());
    Duration took = step.took();
    if (took == null) {
      out.println(what + " [DRY RUN]");
    } else {
      String name = ("%-" + longest + "s").formatted(version.name());
      out.println("applied " + what + " " + name + " [" + GoDuration.format(took) + "]");
    }
    if (showSql) {
      out.println("-".repeat(80));
      out.println(migrator.sql().sql(version.line(), version.version(), range.direction()));
      out.println();
    }
  }

  private String way() {
    return range.direction() == Direction.UP ? "up" : "down";
  }
}

package dev.gala.interop.adapter;

import dev.gala.river.RiverConfig;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a client does while it leads, as a request says. */
final class LeaderSettings {
  private static final String PERIODIC = "conformance-periodic";
  private static final String MARKER = "conformance-periodic-marker";

  private LeaderSettings() {}

  static void configure(RiverConfig.Builder config, Params params) {
    config.maintenance(
        MaintenanceConfig.builder()
            .leaderElection(!params.flag("leader_election_disabled"))
            .rescueStuckJobsAfter(params.millis("rescue_after_ms"))
            .intervals(intervals(params.object("tuning")))
            .build());
    boolean unique = params.flag("periodic_unique");
    boolean onStart = params.flag("periodic_run_on_start");
    if (unique || onStart) {
      Duration given = params.millis("periodic_every_ms");
      Duration interval = given == null ? Duration.ofHours(1) : given;
      UniqueOptions.Builder options = UniqueOptions.builder().byArgs();
      UniqueOptions by =
          given == null ? options.byQueue().build() : options.byPeriod(interval).build();
      config.periodicJob(periodic(PERIODIC, interval, unique ? by : null, onStart));
      if (unique) {
        config.periodicJob(periodic(MARKER, interval, null, onStart));
      }
    }
  }

  private static MaintenanceConfig.Intervals intervals(@Nullable Params tuning) {
    var usual = MaintenanceConfig.Intervals.usual();
    if (tuning == null) {
      return usual;
    }
    return new MaintenanceConfig.Intervals(
        or(tuning.millis("elect_interval_ms"), usual.election()),
        or(tuning.millis("scheduler_interval_ms"), usual.scheduler()),
        or(tuning.millis("rescuer_interval_ms"), usual.rescuer()),
        usual.cleaner(),
        usual.queueCleaner());
  }

  private static PeriodicJob<ConformanceArgs> periodic(
      String id, Duration interval, @Nullable UniqueOptions unique, boolean onStart) {
    var args = new ConformanceArgs("", 0, id);
    PeriodicJob<ConformanceArgs> job =
        PeriodicJob.of(ConformanceArgs.ECHO, PeriodicSchedule.aligned(interval), () -> args)
            .withId(id);
    if (unique != null) {
      job = job.withOptions(InsertOptions.builder().unique(unique).build());
    }
    return onStart ? job.withRunOnStart() : job;
  }

  private static Duration or(@Nullable Duration given, Duration usual) {
    return given == null ? usual : given;
  }
}

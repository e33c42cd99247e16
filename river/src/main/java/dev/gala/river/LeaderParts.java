package dev.gala.river;

import dev.gala.river.driver.Driver;
import dev.gala.river.internal.lifecycle.Service;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.maintain.JobCleaner;
import dev.gala.river.internal.maintain.JobRescuer;
import dev.gala.river.internal.maintain.JobScheduler;
import dev.gala.river.internal.maintain.Pace;
import dev.gala.river.internal.maintain.QueueCleaner;
import dev.gala.river.internal.maintain.Reindexer;
import dev.gala.river.job.MaintenanceConfig;
import java.util.List;

/** What runs while a client leads. */
final class LeaderParts {
  private LeaderParts() {}

  /**
   * The services, in the order in which they start. The reindexer comes last: telling it to stop
   * asks the database to cancel a statement.
   *
   * @param moved is told when jobs became available
   * @param periodicJobs inserts them
   */
  static List<Service> services(
      Driver driver, RiverConfig config, Threads threads, Runnable moved, Service periodicJobs) {
    MaintenanceConfig maintenance = config.maintenance();
    MaintenanceConfig.Intervals intervals = maintenance.intervals();
    return List.of(
        new JobScheduler(driver, Pace.every(intervals.scheduler()), threads, moved),
        periodicJobs,
        new JobRescuer(driver, Pace.every(intervals.rescuer()), threads, rescuerConfig(config)),
        new JobCleaner(driver, Pace.every(intervals.cleaner()), threads, maintenance::retention),
        new QueueCleaner(driver, Pace.every(intervals.queueCleaner()), threads),
        new Reindexer(driver, threads, reindexerConfig(config)));
  }

  private static JobRescuer.Config rescuerConfig(RiverConfig config) {
    return new JobRescuer.Config(
        config.rescueStuckJobsAfter(),
        config.workers(),
        config.jobTimeout(),
        config.retryPolicy(),
        config.maintenance().rescueUnknownKinds(),
        config.clock());
  }

  private static Reindexer.Config reindexerConfig(RiverConfig config) {
    MaintenanceConfig maintenance = config.maintenance();
    return new Reindexer.Config(
        maintenance.reindexIndexes(),
        maintenance.reindexSchedule(),
        maintenance.reindexTimeout(),
        config.clock());
  }
}

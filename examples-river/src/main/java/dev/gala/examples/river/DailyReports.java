package dev.gala.examples.river;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.cron.Cron;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PeriodicJob;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Set;

/** A report for every day, once for each, whoever asks for it and however often. */
final class DailyReports {
  private DailyReports() {}

  // snippet: periodic
  record DailyReport(String day) {}

  static final JobType<DailyReport> DAILY_REPORT =
      JobType.of("daily_report", JsonArgs.of(DailyReport.class))
          .withOptions(
              InsertOptions.builder().unique(UniqueOptions.builder().byArgs().build()).build());

  static final PeriodicJob<DailyReport> EVERY_MORNING =
      PeriodicJob.of(
              DAILY_REPORT,
              Cron.schedule("CRON_TZ=Europe/Berlin 0 6 * * *"),
              slot -> new DailyReport(day(slot)))
          .withId("every_morning")
          .withRunOnStart();

  // end

  static String day(Instant time) {
    return LocalDate.ofInstant(time, ZoneId.of("Europe/Berlin")).toString();
  }

  public static void main(String[] args) throws InterruptedException {
    var config =
        RiverConfig.builder()
            .queue("default", 10)
            .worker(
                DAILY_REPORT,
                context -> {
                  System.out.println("the report of " + context.args().day());
                  return Outcome.done();
                })
            .periodicJob(EVERY_MORNING)
            .build();
    try (var database = RiverDatabase.connect(args[0]);
        var client = RiverClient.create(database, config);
        var completed = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      System.out.println(completed.take());
      // By hand as well: there is one for that day already.
      InsertResult again = client.insert(DAILY_REPORT, new DailyReport(day(Instant.now())));
      System.out.println(again.skippedAsDuplicate() ? "there already" : "inserted");
    }
  }
}

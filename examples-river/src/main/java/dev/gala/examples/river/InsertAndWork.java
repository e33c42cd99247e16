package dev.gala.examples.river;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import java.util.Set;

/** The smallest program: one kind, one worker, one job. */
final class InsertAndWork {
  private InsertAndWork() {}

  // snippet: insert-and-work
  record SendEmail(String to) {}

  static final JobType<SendEmail> SEND_EMAIL =
      JobType.of("send_email", JsonArgs.of(SendEmail.class));

  public static void main(String[] args) throws InterruptedException {
    var config =
        RiverConfig.builder()
            .queue("default", 10)
            .worker(
                SEND_EMAIL,
                context -> {
                  System.out.println("an e-mail to " + context.args().to());
                  return Outcome.done();
                })
            .build();
    try (var database = RiverDatabase.connect(args[0]);
        var client = RiverClient.create(database, config);
        var completed = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      client.insert(SEND_EMAIL, new SendEmail("ada@example.org"));
      System.out.println(completed.take());
    }
  }
  // end
}

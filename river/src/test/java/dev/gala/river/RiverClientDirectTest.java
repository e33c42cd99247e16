package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Subscription;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Jobs that begin in the moment they are inserted. */
@ExtendWith(Leftovers.class)
final class RiverClientDirectTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final JobType<String> ELSEWHERE = TextJob.of("elsewhere");
  private static final InheritableThreadLocal<@Nullable String> REQUEST =
      new InheritableThreadLocal<>();

  private final FakeDriver driver = new FakeDriver();
  private final Map<Long, Integer> runs = new ConcurrentHashMap<>();
  private final AtomicBoolean patient = new AtomicBoolean();
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private @Nullable RiverClient client;

  private RiverClient started(RiverConfig.Builder config, Worker<String> worker, int slots) {
    client =
        RiverClient.create(
            driver.database(),
            config
                .worker(KIND, worker)
                .skipUnknownKindCheck(true)
                .queue("default", slots)
                .directDispatch(true)
                .fetchCooldown(Duration.ofMillis(1))
                .fetchPollInterval(Duration.ofHours(1))
                .retryPolicy((job, now) -> now)
                .build());
    client.start();
    return client;
  }

  private RiverClient started(Worker<String> worker, int slots) {
    return started(RiverConfig.builder(), worker, slots);
  }

  @AfterEach
  void close() {
    mayEnd.release(1_000_000);
    if (client != null) {
      client.close();
    }
  }

  private Outcome counted(WorkContext<String> context) {
    runs.merge(context.job().id(), 1, Integer::sum);
    return Outcome.done();
  }

  private Outcome patient(WorkContext<String> context) throws InterruptedException {
    counted(context);
    if (patient.get()) {
      begun.release();
      mayEnd.acquire();
    }
    return Outcome.done();
  }

  /** The first insert tells the client that there are such; and while it claims it has no slot. */
  private JobRow insertUntilDirect(RiverClient client) {
    while (true) {
      JobRow row = client.insert(KIND, "{}").job();
      if (row.state() == JobState.RUNNING) {
        return row;
      }
      driver.awaitState(row.id(), JobState.COMPLETED);
    }
  }

  private void warmUp(RiverClient client) {
    insertUntilDirect(client);
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
  }

  @Test
  void aJobBeginsWithoutHavingBeenClaimed() {
    RiverClient client = started(this::counted, 10);
    JobRow inserted = insertUntilDirect(client);
    assertThat(inserted.attempt()).isEqualTo(1);
    assertThat(inserted.attemptedAt()).isEqualTo(inserted.createdAt());
    JobRow row = driver.awaitState(inserted.id(), JobState.COMPLETED);
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(row.attemptedBy()).isEqualTo(inserted.attemptedBy()).hasSize(1);
    driver.awaitAll(each -> each.state() == JobState.COMPLETED);
    int claims = driver.claims().size();
    List<String> notified = driver.notified();
    for (int i = 0; i < 100; i++) {
      JobRow next = client.insert(KIND, "{}").job();
      assertThat(next.state()).isEqualTo(JobState.RUNNING);
      driver.awaitState(next.id(), JobState.COMPLETED);
    }
    client.stop();
    // The first job's wake-up may lead to a claim that comes late, and that, if slow, to a look.
    assertThat(driver.claims()).as("nothing was claimed").hasSizeBetween(claims, claims + 5);
    assertThat(driver.notified()).as("nobody else is told").isEqualTo(notified);
    assertThat(runs.values()).containsOnly(1);
  }

  @Test
  void whereNoSlotIsFreeAJobWaitsForOne() {
    RiverClient client = started(this::patient, 2);
    warmUp(client);
    patient.set(true);
    client.insert(KIND, "{}");
    client.insert(KIND, "{}");
    Await.permits("both slots to be taken", begun, 2);
    JobRow third = client.insert(KIND, "{}").job();
    assertThat(third.state()).isEqualTo(JobState.AVAILABLE);
    mayEnd.release(1_000);
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    client.stop();
    assertThat(runs.values()).containsOnly(1);
  }

  @Test
  void whatHasJustComeIsOvertakenAndWorkedAllTheSame() {
    RiverClient client = started(this::patient, 2);
    warmUp(client);
    patient.set(true);
    client.insert(KIND, "{}");
    client.insert(KIND, "{}");
    Await.permits("both slots to be taken", begun, 2);
    for (int i = 0; i < 5; i++) {
      assertThat(client.insert(KIND, "{}").job().state()).isEqualTo(JobState.AVAILABLE);
    }
    patient.set(false);
    mayEnd.release(1_000);
    for (int i = 0; i < 100; i++) {
      client.insert(KIND, "{}");
    }
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    client.stop();
    assertThat(runs.values()).containsOnly(1);
  }

  @Test
  void whatMustWaitOrIsForOthersWaits() {
    RiverClient client = started(this::counted, 10);
    warmUp(client);
    var unique = UniqueOptions.builder().byArgs().build();
    for (InsertOptions options :
        List.of(
            InsertOptions.builder().scheduledAt(Instant.now()).build(),
            InsertOptions.builder().pending(true).build(),
            InsertOptions.builder().unique(unique).build(),
            InsertOptions.builder().queue("other").build())) {
      assertThat(client.insert(KIND, "{}", options, Tx.own()).job().state())
          .as(options.toString())
          .isNotEqualTo(JobState.RUNNING);
    }
    assertThat(client.insert(ELSEWHERE, "{}").job().state()).isEqualTo(JobState.AVAILABLE);
    var connection = driver.connect();
    InsertOptions none = InsertOptions.builder().build();
    assertThat(client.insert(KIND, "{}", none, Tx.on(connection)).job().state())
        .isEqualTo(JobState.AVAILABLE);
    driver.commit(connection);
  }

  @Test
  void aWorkerMayLeaveAJobToOthers() {
    Worker<String> choosy =
        new Worker<>() {
          @Override
          public Outcome work(WorkContext<String> context) {
            return counted(context);
          }

          @Override
          public boolean beginsAtOnce(JobInsertParams job) {
            return !job.metadata().contains("shy");
          }
        };
    RiverClient client = started(choosy, 10);
    warmUp(client);
    InsertOptions shy = InsertOptions.builder().metadata("{\"shy\":true}").build();
    assertThat(client.insert(KIND, "{}", shy, Tx.own()).job().state())
        .isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void withoutAHeartbeatEveryJobIsClaimed() {
    RiverClient client =
        started(
            RiverConfig.builder().heartbeat(HeartbeatConfig.disabled()).id("alone"),
            this::counted,
            10);
    for (int i = 0; i < 50; i++) {
      JobRow row = client.insert(KIND, "{}").job();
      assertThat(row.state()).isEqualTo(JobState.AVAILABLE);
      driver.awaitState(row.id(), JobState.COMPLETED);
    }
  }

  @Test
  void aPausedQueueBeginsNothing() throws Exception {
    RiverClient client = started(this::counted, 10);
    warmUp(client);
    try (Subscription paused = client.subscribe(Set.of(RiverEvent.Kind.QUEUE_PAUSED))) {
      client.queues().pause("default");
      assertThat(paused.poll(Await.DEADLINE)).isNotNull();
    }
    driver.awaitAll(row -> row.state() != JobState.RUNNING);
    JobRow waiting = client.insert(KIND, "{}").job();
    assertThat(waiting.state()).isEqualTo(JobState.AVAILABLE);
    client.queues().resume("default");
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    assertThat(runs.values()).containsOnly(1);
  }

  @Test
  void aJobWhoseInsertGotNoAnswerIsPutBackAndRunsOnce(Logs logs) {
    logs.expect("which does not hold it");
    RiverClient client =
        started(
            RiverConfig.builder().heartbeat(HeartbeatConfig.ofTtl(Duration.ofSeconds(1))),
            this::counted,
            10);
    warmUp(client);
    driver.faults().failAfterDoing(Call.INSERT, 1);
    RiverException failure =
        catchThrowableOfType(RiverException.class, () -> client.insert(KIND, "{}"));
    assertThat(failure.code()).isEqualTo(RiverError.OUTCOME_UNKNOWN);
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    client.stop();
    assertThat(driver.rows()).allMatch(row -> row.attempt() == 1);
    assertThat(runs).hasSameSizeAs(driver.rows());
    assertThat(runs.values()).containsOnly(1);
  }

  @Test
  void aRefusedInsertGivesItsSlotBack() {
    RiverClient client = started(this::counted, 1);
    warmUp(client);
    driver.faults().fail(Call.INSERT, 3, Faults::refused);
    for (int i = 0; i < 3; i++) {
      RiverException failure =
          catchThrowableOfType(RiverException.class, () -> client.insert(KIND, "{}"));
      assertThat(failure.code()).isEqualTo(RiverError.ROW_REFUSED);
    }
    driver.awaitState(insertUntilDirect(client).id(), JobState.COMPLETED);
  }

  @Test
  void aStopWaitsForAnInsertUnderWayAndForItsJob() {
    RiverClient client = started(this::counted, 10);
    warmUp(client);
    Gate gate = driver.faults().blockAfter(Call.INSERT);
    var inserting = CompletableFuture.supplyAsync(() -> client.insert(KIND, "{}").job());
    gate.awaitEntered();
    int before = runs.size();
    Thread stop = Thread.ofVirtual().start(client::stop);
    gate.open();
    Await.end(stop);
    JobRow row = driver.row(inserting.join().id());
    assertThat(row.state()).isEqualTo(JobState.COMPLETED);
    assertThat(runs).hasSize(before + 1);
    assertThat(client.insert(KIND, "{}").job().state())
        .as("a client that is stopped inserts for others")
        .isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void aJobInheritsNothingOfWhoeverInsertsIt() {
    var inherited = new ConcurrentHashMap<Long, String>();
    RiverClient client =
        started(
            context -> {
              inherited.put(context.job().id(), String.valueOf(REQUEST.get()));
              return Outcome.done();
            },
            10);
    REQUEST.set("a request's");
    try {
      JobRow row = insertUntilDirect(client);
      driver.awaitState(row.id(), JobState.COMPLETED);
      assertThat(inherited.get(row.id())).isEqualTo("null");
    } finally {
      REQUEST.remove();
    }
  }

  @Test
  void manyWhoInsertAtOnceHaveEachJobRunExactlyOnce() {
    manyInsertAtOnce(20);
  }

  /** Fewer slots than inserts: they wait for one another, and for claims. */
  @Test
  void manyWhoInsertAtOnceShareFewSlots() {
    manyInsertAtOnce(3);
  }

  private void manyInsertAtOnce(int slots) {
    RiverClient client = started(this::counted, slots);
    List<Thread> emitters = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      emitters.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = 0; n < 250; n++) {
                      client.insert(KIND, "{}");
                    }
                  }));
    }
    emitters.forEach(Await::end);
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    // How many began at once is a matter of speed; that jobs do again after the crowd is not.
    warmUp(client);
    client.stop();
    assertThat(driver.rows()).hasSizeGreaterThan(2_000).allMatch(row -> row.attempt() == 1);
    assertThat(runs).hasSameSizeAs(driver.rows());
    assertThat(runs.values()).containsOnly(1);
  }
}

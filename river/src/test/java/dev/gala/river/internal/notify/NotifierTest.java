package dev.gala.river.internal.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class NotifierTest {
  private static final String EVERYTHING = "(everything)";

  private final FakeDriver driver = new FakeDriver();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Semaphore tellings = new Semaphore(0);
  private final Notifier notifier =
      new Notifier(
          driver,
          new Threads("gala"),
          new Notifier.Audience() {
            @Override
            public void queueHasWork(String queue) {
              told.add(queue);
              tellings.release();
            }

            @Override
            public void told(ControlMessage message) {
              queueHasWork(message.toString());
            }

            @Override
            public void told(LeadershipMessage message) {
              queueHasWork(message.toString());
            }

            @Override
            public void anythingMayHaveHappened() {
              queueHasWork(EVERYTHING);
            }
          });

  @AfterEach
  void stop() {
    notifier.stop();
    assertThat(driver.listening()).as("connections left").isZero();
  }

  @Test
  @RiverPoint(35)
  void aNotificationWakesItsQueue() {
    notifier.start();
    driver.notifyRaw("{\"queue\": \"a\"}");
    driver.notifyRaw("{\"future\":[1],\"queue\":\"b\",\"x\":null}");
    Await.permits("two queues to be told", tellings, 2);
    assertThat(told).containsExactly("a", "b");
  }

  private void control(String payload) {
    driver.notifyRaw(NotificationTopic.CONTROL, payload);
  }

  @Test
  @RiverPoint(35)
  void controlMessagesAreTold() {
    notifier.start();
    control("{\"action\":\"pause\",\"queue\":\"a\"}");
    control(" {\"queue\" : \"*\",\"future\":{\"action\":1},\n\"action\" : \"resume\"} ");
    control("{\"action\" : \"cancel\", \"job_id\" : 9007199254740993, \"queue\" : \"b\"}");
    control("{\"action\":\"metadata_changed\",\"metadata\":{\"n\": 1e400},\"queue\":\"c\"}");
    Await.permits("all to be told", tellings, 4);
    assertThat(told)
        .containsExactly(
            "Pause[queue=a]",
            "Resume[queue=*]",
            "Cancel[jobId=9007199254740993, queue=b]",
            "MetadataChanged[metadata={\"n\":1e400}, queue=c]");
  }

  @Test
  @RiverPoint(35)
  void whatALaterRiverSaysIsPassedOverInSilence() {
    notifier.start();
    control("{\"action\":\"explode\",\"queue\":\"a\"}");
    control("{\"action\":\"explode\",\"queue\":7}");
    control("{\"action\":\"pause\",\"queue\":\"b\"}");
    Await.permits("the pause to be told", tellings, 1);
    assertThat(told).containsExactly("Pause[queue=b]");
  }

  @Test
  @RiverPoint(35)
  void controlJunkIsPassedOver(Logs logs) {
    logs.expect("cannot be read");
    notifier.start();
    List<String> junk =
        List.of(
            "",
            "junk",
            "{",
            "[]",
            "null",
            "{}",
            "{\"action\":5}",
            "{\"action\":\"pause\"}",
            "{\"action\":\"resume\",\"queue\":null}",
            "{\"action\":\"pause\",\"queue\":\"a\"} x",
            "{\"action\":\"cancel\",\"queue\":\"a\"}",
            "{\"action\":\"cancel\",\"queue\":\"a\",\"job_id\":\"1\"}",
            "{\"action\":\"cancel\",\"queue\":\"a\",\"job_id\":1.5}",
            "{\"action\":\"cancel\",\"queue\":\"a\",\"job_id\":9223372036854775808}",
            "{\"action\":\"cancel\",\"job_id\":1}",
            "{\"action\":\"metadata_changed\",\"queue\":\"a\"}",
            "{\"action\":\"metadata_changed\",\"metadata\":[],\"queue\":\"a\"}");
    junk.forEach(this::control);
    control("{\"action\":\"pause\",\"queue\":\"b\"}");
    Await.permits("the pause to be told", tellings, 1);
    assertThat(told).containsExactly("Pause[queue=b]");
    assertThat(logs.count("cannot be read")).isEqualTo(junk.size());
  }

  private void leadership(String payload) {
    driver.notifyRaw(NotificationTopic.LEADERSHIP, payload);
  }

  @Test
  @RiverPoint(35)
  void whatIsSaidOfLeadersIsTold() {
    notifier.start();
    leadership("{\"leader_id\" : \"one\", \"action\" : \"resigned\"}");
    leadership("{\"action\":\"explode\"}");
    leadership(LeadershipMessage.REQUEST_RESIGN);
    leadership("{\"action\":\"request_resign\"}");
    Await.permits("all to be told", tellings, 3);
    assertThat(told)
        .containsExactly(
            "Resigned[leaderId=one]", "RequestResign[leaderId=]", "RequestResign[leaderId=]");
  }

  @Test
  @RiverPoint(35)
  void junkAboutLeadersIsPassedOver(Logs logs) {
    logs.expect("cannot be read");
    notifier.start();
    List<String> junk = List.of("", "junk", "{}", "{\"action\":5}", "{\"action\":\"resigned\"}");
    junk.forEach(this::leadership);
    leadership("{\"leader_id\":\"one\",\"action\":\"resigned\"}");
    Await.permits("the resignation to be told", tellings, 1);
    assertThat(told).containsExactly("Resigned[leaderId=one]");
    assertThat(logs.count("cannot be read")).isEqualTo(junk.size());
  }

  @Test
  void whatComesRightAfterTheStartIsHeard() {
    for (int i = 0; i < 50; i++) {
      notifier.start();
      driver.notifyRaw("{\"queue\": \"a\"}");
      Await.permits("the queue to be told", tellings, 1);
      notifier.stop();
    }
    assertThat(told).hasSize(50).containsOnly("a");
  }

  @Test
  @RiverPoint(35)
  void junkIsPassedOver(Logs logs) {
    logs.expect("passed over");
    notifier.start();
    List<String> junk =
        List.of("", " ", "junk", "{", "[]", "null", "7", "\"a\"", "{}", "{\"queue\": 5}");
    junk.forEach(driver::notifyRaw);
    driver.notifyRaw("{\"queue\": \"a\"}");
    Await.permits("the queue to be told", tellings, 1);
    assertThat(told).containsExactly("a");
    assertThat(logs.count("passed over")).isEqualTo(junk.size());
  }

  @Test
  @RiverPoint(37)
  void afterALossItListensAgainAndWakesEverything(Logs logs) {
    logs.expect("notifier: failed, trying again");
    notifier.start();
    driver.faults().fail(Call.LISTEN, 1, Faults::away);
    driver.loseListeners();
    Await.permits("everything to be told", tellings, 1);
    driver.notifyRaw("{\"queue\": \"a\"}");
    Await.permits("the queue to be told", tellings, 1);
    assertThat(told).containsExactly(EVERYTHING, "a");
    assertThat(driver.listening()).isEqualTo(1);
    assertThat(driver.faults().count(Call.LISTEN)).isEqualTo(3);
  }

  @Test
  void aStartThatCannotConnectFailsAndLeavesNothing() {
    driver.faults().fail(Call.LISTEN, 1, Faults::away);
    assertThatThrownBy(notifier::start)
        .isInstanceOfSatisfying(
            RiverException.class,
            e -> assertThat(e.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE));
    Leftovers.noThreads();
    notifier.start();
    driver.notifyRaw("{\"queue\": \"a\"}");
    Await.permits("the queue to be told", tellings, 1);
  }

  @Test
  void aStopEndsTheWait() {
    notifier.start();
    driver.faults().awaitCount(Call.AWAIT, 1);
    notifier.stop();
    assertThat(driver.listening()).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void aStopWhileItConnectsAgainEnds(Logs logs) {
    logs.expect("notifier: failed, trying again");
    notifier.start();
    Gate gate = driver.faults().block(Call.LISTEN);
    driver.loseListeners();
    gate.awaitEntered();
    Thread stopper = Thread.ofPlatform().start(notifier::stop);
    Await.parked(stopper);
    gate.open();
    Await.end(stopper);
    assertThat(driver.listening()).isZero();
  }

  @Test
  void aStopWhileTheDatabaseIsAwayEnds(Logs logs) {
    logs.expect("notifier: failed, trying again");
    notifier.start();
    driver.faults().failAlways(Call.LISTEN, Faults::away);
    driver.loseListeners();
    driver.faults().awaitCount(Call.LISTEN, 3);
    notifier.stop();
    assertThat(told).isEmpty();
  }
}

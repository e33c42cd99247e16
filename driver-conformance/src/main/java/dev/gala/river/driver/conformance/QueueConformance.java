package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.Queue;
import dev.gala.river.json.JsonObjects;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queues: their rows, pauses and metadata, and what is told of them. */
public abstract class QueueConformance extends DriverConformance {
  /** For subclasses. */
  protected QueueConformance() {}

  private Queue queue(String name) {
    return present(executor().queueGet(name));
  }

  private List<String> told(Work work, int count) throws Exception {
    List<String> told = told(NotificationTopic.CONTROL, work);
    assertThat(told).hasSize(count);
    return told;
  }

  @Test
  @RiverPoint(46)
  void aWorkedQueueHasARow() {
    Queue made = executor().queueCreateOrUpdate("q");

    assertThat(made).isEqualTo(new Queue("q", made.createdAt(), "{}", null, made.createdAt()));
    assertThat(queue("q")).isEqualTo(made);
    assertThat(executor().queueGet("other")).isNull();
  }

  @Test
  @RiverPoint(46)
  void workingAQueueAgainKeepsItsPauseAndItsMetadata() {
    executor().queueCreateOrUpdate("q");
    executor().queuePause("q");
    executor().queueUpdate("q", "{\"a\": 1}");
    Queue before = queue("q");

    Queue after = executor().queueCreateOrUpdate("q");

    assertThat(after.pausedAt()).isNotNull();
    assertThat(after)
        .isEqualTo(
            new Queue(
                "q", before.createdAt(), before.metadata(), before.pausedAt(), after.updatedAt()));
    assertThat(after.updatedAt()).isAfter(before.updatedAt());
  }

  @Test
  @RiverPoint(47)
  void pauseAndResumeAreToldOnceEach() throws Exception {
    executor().queueCreateOrUpdate("q");
    executor().queueCreateOrUpdate("other");

    says(told(() -> assertThat(executor().queuePause("q")).isTrue(), 1), "pause", "q");
    Queue paused = queue("q");
    assertThat(paused.pausedAt()).isEqualTo(paused.updatedAt());
    says(told(() -> assertThat(executor().queuePause("q")).isTrue(), 1), "pause", "q");
    assertThat(queue("q")).isEqualTo(paused);
    assertThat(queue("other").pausedAt()).isNull();

    says(told(() -> assertThat(executor().queueResume("q")).isTrue(), 1), "resume", "q");
    Queue resumed = queue("q");
    assertThat(resumed.pausedAt()).isNull();
    assertThat(resumed.updatedAt()).isAfter(paused.updatedAt());
    says(told(() -> assertThat(executor().queueResume("q")).isTrue(), 1), "resume", "q");
    assertThat(queue("q")).isEqualTo(resumed);
  }

  private static void says(List<String> told, String action, String queue) {
    assertThat(JsonObjects.members(told.getFirst()))
        .isEqualTo(Map.of("action", '"' + action + '"', "queue", '"' + queue + '"'));
  }

  @Test
  @RiverPoint(47)
  void allQueuesArePausedAndResumedAtOnce() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      executor().queueCreateOrUpdate(name);
    }
    executor().queuePause("b");
    Queue first = queue("b");

    says(told(() -> assertThat(pauseAll(executor())).isTrue(), 1), "pause", "*");
    assertThat(executor().queueList(10)).allSatisfy(q -> assertThat(q.pausedAt()).isNotNull());
    assertThat(queue("b")).isEqualTo(first);

    says(
        told(() -> assertThat(executor().queueResume(Executor.ALL_QUEUES)).isTrue(), 1),
        "resume",
        "*");
    assertThat(executor().queueList(10)).allSatisfy(q -> assertThat(q.pausedAt()).isNull());
  }

  private static boolean pauseAll(Executor executor) {
    return executor.queuePause(Executor.ALL_QUEUES);
  }

  @Test
  @RiverPoint(49)
  void anUnknownQueueIsNotFoundAndNobodyIsTold() throws Exception {
    told(
        () -> {
          assertThat(executor().queuePause("q")).isFalse();
          assertThat(executor().queueResume("q")).isFalse();
          assertThat(executor().queueUpdate("q", "{}")).isNull();
        },
        0);
    says(told(() -> assertThat(pauseAll(executor())).isTrue(), 1), "pause", "*");
  }

  @Test
  @RiverPoint(50)
  void newMetadataReplaceTheOldAndAreTold() throws Exception {
    executor().queueCreateOrUpdate("q");
    executor().queueUpdate("q", "{\"old\": 1}");
    Queue before = queue("q");

    List<String> told =
        told(
            () ->
                assertThat(present(executor().queueUpdate("q", "{\"new\": [1]}")).name())
                    .isEqualTo("q"),
            1);

    assertThat(JsonObjects.members(told.getFirst()))
        .isEqualTo(
            Map.of(
                "action", "\"metadata_changed\"", "metadata", "{\"new\":[1]}", "queue", "\"q\""));
    assertThat(JsonObjects.members(queue("q").metadata())).isEqualTo(Map.of("new", "[1]"));
    assertThat(queue("q").updatedAt()).isAfter(before.updatedAt());
  }

  @Test
  void withoutMetadataTheyStayAndNobodyIsTold() throws Exception {
    executor().queueCreateOrUpdate("q");
    Queue before = present(executor().queueUpdate("q", "{\"a\": 1}"));

    told(() -> executor().queueUpdate("q", null), 0);

    assertThat(queue("q").metadata()).isEqualTo(before.metadata());
    assertThat(queue("q").updatedAt()).isAfter(before.updatedAt());
  }

  @Test
  void whatIsRolledBackIsNotTold() throws Exception {
    executor().queueCreateOrUpdate("q");
    Queue before = queue("q");

    told(
        () ->
            rollingBack(
                mine -> {
                  mine.queuePause("q");
                  mine.queueUpdate("q", "{\"a\": 1}");
                }),
        0);

    assertThat(queue("q")).isEqualTo(before);
  }

  @Test
  @RiverPoint(81)
  void queuesAreListedByNameUpToALimit() {
    for (String name : List.of("c", "a", "b")) {
      executor().queueCreateOrUpdate(name);
    }

    assertThat(executor().queueList(2)).extracting(Queue::name).containsExactly("a", "b");
    assertThat(executor().queueList(10)).extracting(Queue::name).containsExactly("a", "b", "c");
    assertThat(executor().queueList(0)).isEmpty();
  }
}

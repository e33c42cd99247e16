package dev.gala.stored;

import static dev.gala.stored.Ended.failed;
import static dev.gala.stored.Ended.listeners;
import static dev.gala.stored.Ended.mark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.EventId;
import dev.gala.internal.dispatch.Mark;
import dev.gala.internal.dispatch.Marks;
import dev.gala.internal.dispatch.Redriven;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a redrive does to one event. */
final class RedrivePlanTest {
  private static final Instant NOW = Instant.parse("2026-01-03T00:00:00Z");
  private static final EventId ID = EventId.of("e-1");

  /** Its a succeeded, b gave up, c failed. */
  private static final JobRow MIXED =
      Ended.row(
          JobState.DISCARDED,
          listeners("a", "b", "c") + "," + mark("a", "succeeded") + "," + mark("b", "cancelled"),
          failed("c", "no"));

  @Test
  void whatFailedRunsAgainAndNothingElse() {
    RedrivePlan.Again plan = again(MIXED, any());
    assertThat(plan.listeners()).containsExactly("c");
    Marks marks = after(MIXED, plan.restart());
    assertThat(marks.finished()).containsOnlyKeys("a", "b");
    assertThat(marks.redriven()).isEqualTo(Redriven.all(NOW));
  }

  @Test
  void theRestartIsOfTheRowAsItWasSeen() {
    JobRestart restart = again(MIXED, any()).restart();
    assertThat(restart.id()).isEqualTo(7);
    assertThat(restart.state()).isEqualTo(JobState.DISCARDED);
    assertThat(restart.attempt()).isEqualTo(3);
    assertThat(restart.finalizedAt()).isEqualTo(Ended.ENDED);
    assertThat(restart.forget())
        .contains(
            "gala:deferred",
            "gala:waiting_since",
            "gala:tried",
            "gala:missing",
            "cancel_attempted_at");
  }

  @Test
  void othersRunAgainWhereThatIsSaid() {
    assertThat(again(MIXED, any().withCancelled(true)).listeners()).containsExactly("b", "c");
    assertThat(again(MIXED, any().withDone(true)).listeners()).containsExactly("a", "c");
    RedrivePlan.Again all = again(MIXED, any().withDone(true).withCancelled(true));
    assertThat(all.listeners()).containsExactly("a", "b", "c");
    assertThat(after(MIXED, all.restart()).finished()).isEmpty();
  }

  @Test
  void oneListenerAloneLeavesTheOthersAsTheyEnded() {
    JobRow row = Ended.row(JobState.COMPLETED, listeners("a", "b"));
    RedrivePlan.Again plan = again(row, any().listener("a").withDone(true));
    assertThat(plan.listeners()).containsExactly("a");
    Marks marks = after(row, plan.restart());
    assertThat(marks.redriven())
        .isEqualTo(
            new Redriven(
                NOW, Set.of("a"), new Mark(Mark.State.SUCCEEDED, 3, Ended.ENDED, Duration.ZERO)));
    assertThat(marks.finished()).isEmpty();
  }

  @Test
  void whoWasMissingIsAskedAgainAndTheOthersAreNot() {
    JobRow row = Ended.row(JobState.COMPLETED, listeners("a", "b") + ",\"gala:missing\":[\"b\"]");
    RedrivePlan.Again plan = again(row, any());
    assertThat(plan.listeners()).containsExactly("b");
    Marks marks = after(row, plan.restart());
    assertThat(marks.missing()).isNull();
    assertThat(runs(marks, List.of("a", "b", "c"))).containsExactly("b");

    RedrivePlan.Again other = again(row, any().listener("a").withDone(true));
    assertThat(after(row, other.restart()).missing()).containsExactly("b");

    JobRow nobody = Ended.row(JobState.COMPLETED, "\"gala:missing\":[]");
    assertThat(after(nobody, again(nobody, any()).restart()).redriven())
        .isEqualTo(Redriven.all(NOW));
    assertThat(again(nobody, any().listener("new")).listeners()).containsExactly("new");
  }

  @Test
  void whatNeedsNoRedriveIsRefusedWithTheReason() {
    JobRow done = Ended.row(JobState.COMPLETED, listeners("a"));
    JobRow givenUp = Ended.row(JobState.CANCELLED, listeners("a"));
    assertThat(refused(done, any())).isEqualTo(Refusal.DONE);
    assertThat(refused(done, any().listener("a"))).isEqualTo(Refusal.DONE);
    assertThat(refused(givenUp, any())).isEqualTo(Refusal.CANCELLED);
    assertThat(refused(givenUp, any().listener("a"))).isEqualTo(Refusal.CANCELLED);
    assertThat(refused(MIXED, any().listener("a"))).isEqualTo(Refusal.DONE);
    assertThat(refused(MIXED, any().listener("typo"))).isEqualTo(Refusal.NO_SUCH_LISTENER);
    assertThat(refused(done, any().listener("typo"))).isEqualTo(Refusal.NO_SUCH_LISTENER);
    assertThat(again(done, any().listener("new").withDone(true)).listeners())
        .containsExactly("new");
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void whatHasNotEndedIsRefused(JobState state) {
    if (!state.isFinal()) {
      assertThat(refused(Ended.row(state, listeners("a")), any().withDone(true)))
          .isEqualTo(Refusal.NOT_ENDED);
    }
  }

  /**
   * Whatever a row tells: those run that are meant and no other, and all others stand afterwards as
   * they stood before.
   */
  @Test
  void exactlyThoseRunThatAreMeant() {
    List<String> names = List.of("a", "b", "c", "d");
    Random random = new Random(20_260_102);
    for (int i = 0; i < 20_000; i++) {
      JobRow row = row(random, names);
      Redrive.Builder what =
          any().withCancelled(random.nextBoolean()).withDone(random.nextBoolean());
      if (random.nextInt(3) == 0) {
        what.listener(names.get(random.nextInt(names.size())));
      }
      Redrive redrive = what.build();
      Standing before = Standing.of(row);
      if (!(RedrivePlan.of(before, redrive, NOW) instanceof RedrivePlan.Again plan)) {
        continue;
      }
      String told = row.metadata() + " " + redrive + " " + plan;
      Set<String> meant =
          before.known().stream()
              .filter(name -> redrive.listener() == null || name.equals(redrive.listener()))
              .filter(name -> redrive.again().contains(before.stateOf(name)))
              .collect(Collectors.toSet());
      Standing after = Standing.of(restarted(row, plan.restart()));
      assertThat(plan.listeners()).as(told).containsAll(meant);
      for (String name : before.known()) {
        ListenerState was = before.stateOf(name);
        ListenerState expected = meant.contains(name) ? ListenerState.PENDING : was;
        if (was == ListenerState.NOT_RUN && !meant.contains(name)) {
          expected = ListenerState.FAILED; // Its mark has no other word for it.
        }
        assertThat(after.stateOf(name)).as("%s", name + " of " + told).isEqualTo(expected);
      }
    }
  }

  private static JobRow row(Random random, List<String> names) {
    List<String> members = new ArrayList<>();
    members.add(listeners(names.toArray(String[]::new)));
    String[] states = {"succeeded", "cancelled", "exhausted"};
    List<String> unmarked = new ArrayList<>();
    for (String name : names) {
      if (random.nextBoolean()) {
        members.add(mark(name, states[random.nextInt(3)]));
      } else {
        unmarked.add(name);
      }
    }
    if (random.nextInt(3) == 0) {
      members.add(
          "\"gala:missing\":"
              + unmarked.stream()
                  .filter(name -> random.nextBoolean())
                  .map(name -> '"' + name + '"')
                  .collect(Collectors.joining(",", "[", "]")));
    }
    if (random.nextInt(4) == 0) {
      Mark.State[] ends = {Mark.State.SUCCEEDED, Mark.State.CANCELLED, Mark.State.EXHAUSTED};
      Mark rest = new Mark(ends[random.nextInt(3)], 1, NOW, Duration.ZERO);
      members.add(
          "\"gala:redriven\":"
              + new Redriven(NOW, Set.of(names.get(random.nextInt(4))), rest).json());
    }
    JobState[] ends = {JobState.COMPLETED, JobState.CANCELLED, JobState.DISCARDED};
    return Ended.row(
        ends[random.nextInt(3)],
        String.join(",", members),
        random.nextBoolean() ? failed("a", "no") : failed("b", "no"));
  }

  private static JobRow restarted(JobRow row, JobRestart restart) {
    return new JobRow(
        row.id(),
        JobState.AVAILABLE,
        row.attempt(),
        row.maxAttempts() + 1,
        row.attemptedAt(),
        row.createdAt(),
        null,
        NOW,
        row.priority(),
        row.args(),
        row.attemptedBy(),
        row.errors(),
        row.kind(),
        metadata(row, restart),
        row.queue(),
        row.tags(),
        row.uniqueKey(),
        row.uniqueStates());
  }

  private static Marks after(JobRow row, JobRestart restart) {
    return Marks.read(metadata(row, restart));
  }

  private static String metadata(JobRow row, JobRestart restart) {
    Map<String, String> members = new LinkedHashMap<>(JsonObjects.members(row.metadata()));
    restart.forget().forEach(members::remove);
    members.putAll(JsonObjects.members(restart.merge()));
    return members.entrySet().stream()
        .map(member -> '"' + member.getKey() + "\":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Which of the attached run, by the marks. */
  private static List<String> runs(Marks marks, List<String> attached) {
    Redriven redriven = marks.redriven();
    return attached.stream()
        .filter(name -> !marks.isFinished(name))
        .filter(
            name -> redriven == null || redriven.rest() == null || redriven.only().contains(name))
        .toList();
  }

  private static Redrive.Builder any() {
    return Redrive.of(ID);
  }

  private static RedrivePlan.Again again(JobRow row, Redrive.Builder what) {
    return (RedrivePlan.Again) RedrivePlan.of(Standing.of(row), what.build(), NOW);
  }

  private static Refusal refused(JobRow row, Redrive.Builder what) {
    return ((RedrivePlan.Refused) RedrivePlan.of(Standing.of(row), what.build(), NOW)).why();
  }

  @Test
  void whatWasRedrivenSinceItBeganIsLeftAsItIs() {
    String redriven = "\"gala:redriven\":{\"at\":\"2026-01-02T03:04:05.123456789Z\"}";
    Instant at = Instant.parse("2026-01-02T03:04:05.123456789Z");
    for (JobState state : List.of(JobState.COMPLETED, JobState.DISCARDED, JobState.RUNNING)) {
      JobRow row = Ended.row(state, redriven);
      assertThat(refused(row, any().withDone(true).begun(at))).isEqualTo(Refusal.REDRIVEN);
      assertThat(refused(row, any().withDone(true).begun(at.minusNanos(1))))
          .isEqualTo(Refusal.REDRIVEN);
    }
    JobRow failed = Ended.row(JobState.DISCARDED, redriven);
    assertThat(again(failed, any().begun(at.plusNanos(1))).restart().merge())
        .contains("gala:redriven");
    assertThat(again(failed, any()).restart().id()).isEqualTo(failed.id());
  }

  @Test
  void whatCannotBeMeantIsRefusedWithTheRemedy() {
    refusedToBuild("nothing says which events to redrive", Redrive.builder());
    refusedToBuild("nothing says which events listener \"a\"", Redrive.builder().listener("a"));
    refusedToBuild("ids and filters are given", Redrive.of(ID).topic("orders"));
    refusedToBuild("the topic is blank", Redrive.builder().topic(" "));
    refusedToBuild("the limit is 0", Redrive.of(ID).limit(0));
    refusedToBuild(
        "nothing is since " + NOW + " and until " + NOW, Redrive.builder().since(NOW).until(NOW));
    assertThatThrownBy(() -> EventQuery.builder().limit(1_001).build())
        .hasMessageContaining("the limit is 1001: give 1 to 1000");
    assertThat(Redrive.of(ID, ID).build().ids()).containsExactly(ID);
  }

  private static void refusedToBuild(String part, Redrive.Builder what) {
    assertThatThrownBy(what::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part);
  }
}

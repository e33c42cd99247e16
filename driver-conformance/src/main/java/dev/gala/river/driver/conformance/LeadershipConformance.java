package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Leader;
import dev.gala.river.driver.Leadership;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Elections: terms, their renewal and their end, by the database's clock. */
public abstract class LeadershipConformance extends DriverConformance {
  private static final Duration TTL = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** For subclasses. */
  protected LeadershipConformance() {}

  private Leadership leadership() {
    return driver().leadership();
  }

  private @Nullable Leader stand(String clientId) {
    return leadership().leaderAttemptElect(clientId, TTL, LIMIT);
  }

  private Leader elected(String clientId) {
    return present(stand(clientId));
  }

  @Test
  @RiverPoint(82)
  void whoeverStandsFirstLeads() {
    assertThat(leadership().leaderGet()).isNull();

    Leader one = elected("one");

    assertThat(one.leaderId()).isEqualTo("one");
    assertThat(Duration.between(one.electedAt(), one.expiresAt())).isEqualTo(TTL);
    assertThat(stand("two")).isNull();
    assertThat(stand("one")).as("its own term is one too").isNull();
    assertThat(leadership().leaderGet()).isEqualTo(one);
  }

  @Test
  @RiverPoint(82)
  void anExpiredTermIsTakenOver() {
    Leader one = elected("one");
    database().expireLeader();

    assertThat(leadership().leaderGet()).isNull();
    assertThat(leadership().leaderAttemptReelect(one, TTL, LIMIT)).isNull();
    Leader two = elected("two");

    assertThat(leadership().leaderGet()).isEqualTo(two);
    assertThat(two.electedAt()).isAfter(one.electedAt());
    assertThat(leadership().leaderResign(one, LIMIT)).isFalse();
    assertThat(leadership().leaderGet()).isEqualTo(two);
  }

  @Test
  @RiverPoint(85)
  void aTermIsRenewedAsOftenAsOneLikes() {
    Leader first = elected("one");
    Leader term = first;
    for (int renewals = 0; renewals < 100; renewals++) {
      Leader before = term;
      term = present(leadership().leaderAttemptReelect(term, TTL, LIMIT));
      assertThat(term.electedAt()).isEqualTo(first.electedAt());
      assertThat(term.expiresAt()).isAfterOrEqualTo(before.expiresAt());
    }
    assertThat(leadership().leaderGet()).isEqualTo(term);
  }

  @Test
  @RiverPoint(85)
  void aTermIsKnownByItsBeginningToTheMicrosecond() {
    Leader term = elected("one");
    var earlier = new Leader("one", term.electedAt().minus(1, ChronoUnit.MICROS), term.expiresAt());
    var others = new Leader("two", term.electedAt(), term.expiresAt());
    for (Leader wrong : List.of(earlier, others)) {
      assertThat(leadership().leaderAttemptReelect(wrong, TTL, LIMIT)).isNull();
      assertThat(leadership().leaderResign(wrong, LIMIT)).isFalse();
    }
    assertThat(leadership().leaderGet()).isEqualTo(term);
  }

  @Test
  @RiverPoint(83)
  void aResignationIsToldOnce() throws Exception {
    Leader term = elected("the \"one\"");

    List<String> told =
        told(
            NotificationTopic.LEADERSHIP,
            () -> {
              assertThat(leadership().leaderResign(term, LIMIT)).isTrue();
              assertThat(leadership().leaderResign(term, LIMIT)).isFalse();
            });

    assertThat(told).hasSize(1);
    assertThat(JsonObjects.members(told.getFirst()))
        .isEqualTo(Map.of("action", "\"resigned\"", "leader_id", "\"the\\\"one\\\"\""));
    assertThat(leadership().leaderGet()).isNull();
    assertThat(elected("two").leaderId()).isEqualTo("two");
  }

  @Test
  @RiverPoint(82)
  void ofManyThatStandAtOnceOneWins() throws Exception {
    for (int round = 0; round < 10; round++) {
      List<Leader> winners = standAtOnce(4);
      assertThat(winners).hasSize(1);
      assertThat(leadership().leaderGet()).isEqualTo(winners.getFirst());
      if (round % 2 == 0) {
        leadership().leaderResign(winners.getFirst(), LIMIT);
      } else {
        database().expireLeader();
      }
    }
  }

  private List<Leader> standAtOnce(int count) throws InterruptedException, ExecutionException {
    var start = new CountDownLatch(1);
    List<FutureTask<@Nullable Leader>> attempts =
        IntStream.range(0, count)
            .mapToObj(
                number -> {
                  Callable<@Nullable Leader> attempt =
                      () -> {
                        start.await();
                        return stand("client " + number);
                      };
                  return new FutureTask<>(attempt);
                })
            .toList();
    attempts.forEach(attempt -> Thread.ofVirtual().start(attempt));
    start.countDown();
    var winners = Stream.<Leader>builder();
    for (FutureTask<@Nullable Leader> attempt : attempts) {
      Leader won = attempt.get();
      if (won != null) {
        winners.add(won);
      }
    }
    return winners.build().filter(Objects::nonNull).toList();
  }
}

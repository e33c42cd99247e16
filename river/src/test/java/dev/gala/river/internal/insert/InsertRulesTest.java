package dev.gala.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.unique.UniqueKeys;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.UniqueOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InsertRulesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.123456789Z");
  private static final Instant CUT = Instant.parse("2026-01-02T03:04:05.123456Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final JobType<String> KIND = TextJob.of("kind");

  private static JobInsertParams row(InsertOptions.Builder options) {
    return InsertRules.row(new JobInsert<>(KIND, "{\"a\":1}", options.build()), 9, CLOCK);
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.INSERT_INVALID))
        .hasMessageContainingAll(parts);
  }

  @Test
  @RiverPoint({9, 10})
  void whatIsNotGivenIsTheClientsOrRivers() {
    assertThat(row(InsertOptions.builder()))
        .isEqualTo(
            new JobInsertParams(
                "{\"a\":1}",
                "kind",
                9,
                "{}",
                1,
                "default",
                null,
                JobState.AVAILABLE,
                List.of(),
                null,
                0));
  }

  @Test
  void whatIsGivenWins() {
    assertThat(
            row(
                InsertOptions.builder()
                    .maxAttempts(3)
                    .metadata(" {\"m\": 1} ")
                    .pending(true)
                    .priority(4)
                    .queue("q")
                    .scheduledAt(NOW.plusSeconds(1))
                    .tags(List.of("one", "two"))))
        .isEqualTo(
            new JobInsertParams(
                "{\"a\":1}",
                "kind",
                3,
                "{\"m\":1}",
                4,
                "q",
                CUT.plusSeconds(1),
                JobState.PENDING,
                List.of("one", "two"),
                null,
                0));
  }

  @Test
  @RiverPoint(11)
  void anyTimeGivenSchedulesAndPendingOverrides() {
    assertThat(row(InsertOptions.builder().scheduledAt(Instant.EPOCH)).state())
        .isEqualTo(JobState.SCHEDULED);
    assertThat(row(InsertOptions.builder().scheduledAt(NOW.plusSeconds(9))).state())
        .isEqualTo(JobState.SCHEDULED);
    assertThat(row(InsertOptions.builder().pending(true)).state()).isEqualTo(JobState.PENDING);
    JobInsertParams both = row(InsertOptions.builder().pending(true).scheduledAt(Instant.EPOCH));
    assertThat(both.state()).isEqualTo(JobState.PENDING);
    assertThat(both.scheduledAt()).isEqualTo(Instant.EPOCH);
  }

  static List<String> goodQueues() {
    return List.of("a", "0", "default", "a-b", "a_b", "a|b", "a1-b2_c3|d4", "a".repeat(64));
  }

  @ParameterizedTest
  @MethodSource("goodQueues")
  @RiverPoint(13)
  void queuesAreNamedByRiversRule(String queue) {
    assertThat(row(InsertOptions.builder().queue(queue)).queue()).isEqualTo(queue);
  }

  static List<String> badQueues() {
    return List.of(
        "",
        " ",
        "A",
        "a--b",
        "a-_b",
        "a-",
        "_a",
        "|",
        "a.b",
        "a b",
        "a\n",
        "ä",
        "*",
        "a".repeat(65),
        // Backtracks for longer than the universe lasts if the pattern is River's own text.
        "a".repeat(63) + "!");
  }

  @ParameterizedTest
  @MethodSource("badQueues")
  @RiverPoint(13)
  void otherQueueNamesAreRefused(String queue) {
    assertRefused(() -> row(InsertOptions.builder().queue(queue)), "queue name", queue);
  }

  static List<String> goodTags() {
    return List.of("abc", "a-b", "A_9", "___", "a--b", "a".repeat(255));
  }

  @ParameterizedTest
  @MethodSource("goodTags")
  @RiverPoint(14)
  void tagsAreNamedByRiversRule(String tag) {
    assertThat(row(InsertOptions.builder().tags(List.of(tag, tag))).tags())
        .containsExactly(tag, tag);
  }

  static List<String> badTags() {
    return List.of(
        "", "a", "ab", "a,b", "-ab", "ab-", "a b", "abc\n", "äbc", "abä", "a".repeat(256));
  }

  @ParameterizedTest
  @MethodSource("badTags")
  @RiverPoint(14)
  void otherTagsAreRefused(String tag) {
    assertRefused(() -> row(InsertOptions.builder().tags(List.of("good", tag))), "tag", tag);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void prioritiesAreOneToFour(int priority) {
    assertThat(row(InsertOptions.builder().priority(priority)).priority()).isEqualTo(priority);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5, Integer.MIN_VALUE, Integer.MAX_VALUE})
  @RiverPoint(15)
  void otherPrioritiesAreRefused(int priority) {
    assertRefused(() -> row(InsertOptions.builder().priority(priority)), "priority is " + priority);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 25, Short.MAX_VALUE})
  void attemptsAreAtLeastOne(int attempts) {
    assertThat(row(InsertOptions.builder().maxAttempts(attempts)).maxAttempts())
        .isEqualTo(attempts);
  }

  @ParameterizedTest
  @ValueSource(ints = {Short.MAX_VALUE + 1, 40_000, Integer.MAX_VALUE})
  void moreAttemptsThanTheColumnHoldsAreThoseItHolds(int attempts) {
    assertThat(row(InsertOptions.builder().maxAttempts(attempts)).maxAttempts())
        .isEqualTo(Short.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void fewerAttemptsThanNoneAreRefused(int attempts) {
    assertRefused(
        () -> row(InsertOptions.builder().maxAttempts(attempts)), "maxAttempts is " + attempts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "1", "\"{}\"", "{", "{}{}", "{\"a\":}", "{} x"})
  @RiverPoint(15)
  void metadataMustBeAnObject(String metadata) {
    assertRefused(() -> row(InsertOptions.builder().metadata(metadata)), "one JSON object");
  }

  @Test
  void longMetadataIsNotRepeatedWhole() {
    assertThatThrownBy(() -> row(InsertOptions.builder().metadata("[" + "1,".repeat(5_000))))
        .message()
        .hasSizeLessThan(300)
        .endsWith("…");
  }

  @Test
  void argumentsThatCannotBeWrittenAreRefused() {
    JobType<String> broken =
        JobType.of(
            "broken",
            new dev.gala.river.job.ArgsCodec<String>() {
              @Override
              public String encode(String args) {
                throw new IllegalStateException("not this one");
              }

              @Override
              public String decode(String json) {
                return json;
              }
            });
    assertThatThrownBy(
            () -> InsertRules.row(new JobInsert<>(broken, "x", InsertOptions.defaults()), 1, CLOCK))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.ARGS_INVALID))
        .hasMessageContainingAll("\"broken\"", "not this one");
  }

  @Test
  void whatPostgresCannotKeepIsRefusedBeforeAnySql() {
    assertRefused(() -> row(InsertOptions.builder().scheduledAt(Instant.MAX)), "scheduledAt");
    assertRefused(() -> row(InsertOptions.builder().scheduledAt(Instant.MIN)), "scheduledAt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\u0000",
        "\\\\\\u0000",
        "\\ud83d",
        "\\ud83d\\n",
        "\\ud83d\\ud83d\\ude00",
        "\\uDE00",
        "\\ud83dx\\ude00",
      })
  void charactersThatPostgresCannotKeepAreRefused(String text) {
    String json = "{\"m\":\"" + text + "\"}";
    assertRefused(() -> row(InsertOptions.builder().metadata(json)), "PostgreSQL cannot keep");
    assertThatThrownBy(
            () -> InsertRules.row(new JobInsert<>(KIND, json, InsertOptions.defaults()), 9, CLOCK))
        .hasMessageContaining("args hold");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\\\u0000",
        "\\\\ud83d",
        "\\ud83d\\ude00",
        "\\uD83D\\uDE00\\\\",
        "\\u0001",
        "\\/"
      })
  void whatLooksLikeThemIsKept(String text) {
    String json = "{\"m\":\"" + text + "\"}";
    assertThat(row(InsertOptions.builder().metadata(json)).metadata()).isEqualTo(json);
  }

  @Test
  void halfACharacterIsWhatGoMakesOfIt() {
    assertThat(row(InsertOptions.builder().metadata("{\"m\":\"\ud83d\"}")).metadata())
        .isEqualTo("{\"m\":\"\\ufffd\"}");
  }

  private static JobInsertParams row(InsertOptions.Builder ofKind, InsertOptions.Builder ofCall) {
    JobType<String> kind = KIND.withOptions(ofKind.build());
    return InsertRules.row(new JobInsert<>(kind, "{\"a\":1}", ofCall.build()), 9, CLOCK);
  }

  private static InsertOptions.Builder everything(int number) {
    return InsertOptions.builder()
        .maxAttempts(number)
        .priority(number)
        .queue("q" + number)
        .scheduledAt(CUT.plusSeconds(number))
        .tags(List.of("tag" + number))
        .unique(UniqueOptions.builder().byQueue().build());
  }

  @Test
  @RiverPoint(12)
  void theCallWinsOverItsKindAndTheKindOverTheClient() {
    JobInsertParams ofKind = row(everything(2), InsertOptions.builder());
    assertThat(ofKind).isEqualTo(row(everything(2)));
    assertThat(ofKind.maxAttempts()).isEqualTo(2);
    assertThat(ofKind.state()).isEqualTo(JobState.SCHEDULED);
    assertThat(row(everything(2), everything(3))).isEqualTo(row(everything(3)));
  }

  @Test
  @RiverPoint(12)
  void everyFieldIsDecidedForItself() {
    JobInsertParams row =
        row(everything(2), InsertOptions.builder().priority(4).tags(List.of()).queue("other"));
    assertThat(row.priority()).isEqualTo(4);
    assertThat(row.tags()).as("an empty list replaces").isEmpty();
    assertThat(row.queue()).isEqualTo("other");
    assertThat(row.maxAttempts()).isEqualTo(2);
    assertThat(row.scheduledAt()).isEqualTo(CUT.plusSeconds(2));
    JobInsertParams tagged = row(everything(2), InsertOptions.builder().tags(List.of("own")));
    assertThat(tagged.tags()).containsExactly("own");
  }

  @Test
  @RiverPoint(12)
  void uniqueOptionsReplaceAsAWhole() {
    InsertOptions.Builder ofKind =
        InsertOptions.builder()
            .unique(
                UniqueOptions.builder().byQueue().byState(EnumSet.allOf(JobState.class)).build());
    UniqueOptions byArgs = UniqueOptions.builder().byArgs().build();
    assertThat(row(ofKind, InsertOptions.builder().unique(byArgs)))
        .isEqualTo(row(InsertOptions.builder().unique(byArgs)));
    assertThat(row(ofKind, InsertOptions.builder().unique(UniqueOptions.builder().build())))
        .as("options that say nothing are not given")
        .isEqualTo(row(ofKind, InsertOptions.builder()));
    assertThat(row(InsertOptions.builder().unique(UniqueOptions.builder().build())).uniqueKey())
        .isNull();
  }

  @Test
  @RiverPoint(12)
  void metadataAndPendingAreTheCallsAlone() {
    for (InsertOptions.Builder options :
        List.of(InsertOptions.builder().metadata("{}"), InsertOptions.builder().pending(true))) {
      assertThatThrownBy(() -> KIND.withOptions(options.build()))
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
          .hasMessageContaining("with each insert");
    }
  }

  @Test
  void theOptionsOfAKindAreCheckedAsThoseOfACall() {
    InsertOptions.Builder none = InsertOptions.builder();
    assertRefused(() -> row(InsertOptions.builder().priority(5), none), "priority is 5");
    assertRefused(() -> row(InsertOptions.builder().queue("Q"), none), "\"Q\"");
  }

  @Test
  @RiverPoint({25, 26})
  void aUniqueJobHasItsKeyAndItsStates() {
    UniqueOptions hourly =
        UniqueOptions.builder().byPeriod(Duration.ofHours(1)).byQueue().byArgs().build();
    JobInsertParams now = row(InsertOptions.builder().unique(hourly).queue("q"));
    assertThat(now.uniqueKey())
        .isEqualTo(UniqueKeys.key(hourly, new UniqueKeys.Subject("kind", "{\"a\":1}", NOW, "q")));
    assertThat(now.uniqueStates()).isEqualTo(245);
    Instant later = NOW.plusSeconds(3_600);
    JobInsertParams scheduled =
        row(InsertOptions.builder().unique(hourly).queue("q").scheduledAt(later));
    assertThat(scheduled.uniqueKey())
        .isNotEqualTo(now.uniqueKey())
        .isEqualTo(UniqueKeys.key(hourly, new UniqueKeys.Subject("kind", "{\"a\":1}", later, "q")));
  }

  @Test
  void aliasesAreNamesLikeKinds() {
    assertThat(KIND.withAliases("old", "older").aliases()).containsExactly("old", "older");
    assertThat(KIND.withAliases("old").withOptions(InsertOptions.defaults()).aliases())
        .containsExactly("old");
    for (String bad : List.of("", " ", "x".repeat(128))) {
      assertThatThrownBy(() -> KIND.withAliases(bad))
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID));
    }
  }
}

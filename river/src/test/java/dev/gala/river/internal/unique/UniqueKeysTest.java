package dev.gala.river.internal.unique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.job.ArgsPath;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.UniqueKey;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.json.JsonObjects;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class UniqueKeysTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** River's own, where they are at hand. */
  private static final Path RIVERS =
      Path.of("..", "..", "shared", "fixtures", "river", "unique_keys.json");

  private static final Set<JobState> REQUIRED =
      EnumSet.of(JobState.AVAILABLE, JobState.PENDING, JobState.RUNNING, JobState.SCHEDULED);

  /** A job with its options, and the key it must have. */
  record Vector(
      String name,
      String kind,
      String args,
      @Nullable List<List<String>> paths,
      boolean byArgs,
      @Nullable String period,
      Instant now,
      @Nullable Instant scheduledAt,
      boolean byQueue,
      String queue,
      boolean excludeKind,
      String text,
      String sha256) {

    UniqueOptions options() {
      List<ArgsPath> argsPaths =
          paths == null ? List.of() : paths.stream().map(ArgsPath::new).toList();
      Duration byPeriod = period == null ? null : Duration.parse(period);
      return new UniqueOptions(byArgs, argsPaths, byPeriod, byQueue, Set.of(), excludeKind);
    }

    UniqueKeys.Subject job() {
      return new UniqueKeys.Subject(kind, args, scheduledAt == null ? now : scheduledAt, queue);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    try (InputStream in = UniqueKeysTest.class.getResourceAsStream("/unique/keys.json")) {
      return List.of(MAPPER.readValue(Objects.requireNonNull(in), Vector[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @RiverPoint({21, 22, 23, 24, 25})
  void keysAreThoseOfRiver(Vector vector) {
    assertThat(UniqueKeys.text(vector.options(), vector.job())).isEqualTo(vector.text());
    assertThat(UniqueKeys.key(vector.options(), vector.job()))
        .isEqualTo(new UniqueKey(vector.sha256()));
  }

  @Test
  @RiverPoint({21, 26})
  void keysAreThoseOfRiversOwnVectors() throws IOException {
    assumeThat(RIVERS).as("River's vectors are not at hand: not compared").exists();
    String file = Files.readString(RIVERS);
    int compared = 0;
    for (String group : List.of("cases", "typed_only_cases")) {
      for (String one : elements(JsonObjects.members(file).get(group))) {
        assertAsRiver(one);
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(10);
  }

  /** The arguments are cut out of the text: a mapper would write them its own way. */
  private static List<String> elements(@Nullable String array) {
    var texts = new ArrayList<String>();
    JsonNode nodes = MAPPER.readTree(Objects.requireNonNull(array));
    int depth = 0;
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < array.length(); i++) {
      char c = array.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
        continue;
      }
      quoted = c == '"';
      if (c == '{' && depth++ == 0) {
        start = i;
      } else if (c == '}' && --depth == 0) {
        texts.add(array.substring(start, i + 1));
      }
    }
    assertThat(texts).hasSize(nodes.size());
    return texts;
  }

  private static void assertAsRiver(String text) {
    JsonNode one = MAPPER.readTree(text);
    JsonNode options = one.get("options");
    var paths = new ArrayList<ArgsPath>();
    for (JsonNode path : one.get("selected_unique_paths")) {
      paths.add(ArgsPath.of(path.stringValue().split("\\.")));
    }
    long period = options.get("by_period_nanos").longValue();
    var unique =
        new UniqueOptions(
            options.get("by_args").booleanValue(),
            paths,
            period == 0 ? null : Duration.ofNanos(period),
            options.get("by_queue").booleanValue(),
            Set.of(),
            options.get("exclude_kind").booleanValue());
    JsonNode scheduledAt = one.get("scheduled_at");
    JsonNode time = scheduledAt.isNull() ? one.get("now") : scheduledAt;
    var job =
        new UniqueKeys.Subject(
            one.get("kind").stringValue(),
            Objects.requireNonNull(JsonObjects.members(text).get("args")),
            OffsetDateTime.parse(time.stringValue()).toInstant(),
            one.get("queue").stringValue());
    String name = one.get("name").stringValue();
    assertThat(UniqueKeys.key(unique, job).hex())
        .as("%s: %s", name, UniqueKeys.text(unique, job))
        .isEqualTo(one.get("expected_sha256").stringValue());
    assertThat(UniqueKeys.states(unique))
        .as(name)
        .isEqualTo(one.get("expected_state_mask").intValue());
  }

  private static String text(UniqueOptions.Builder options, String args) {
    return UniqueKeys.text(options.build(), new UniqueKeys.Subject("k", args, NOW, "default"));
  }

  private static void assertRefused(UniqueOptions.Builder options, String args, String... parts) {
    assertThatThrownBy(() -> text(options, args))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.INSERT_INVALID))
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"{}\"", "[1]", "[{}]", "true"})
  void argumentsThatAreNoObjectCannotBelongToAKey(String args) {
    assertRefused(UniqueOptions.builder().byArgs(), args, "JSON object", args);
    assertRefused(UniqueOptions.builder().byArgs(ArgsPath.of("a")), args, "JSON object", args);
    assertThat(text(UniqueOptions.builder().byQueue(), args)).isEqualTo("&kind=k&queue=default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1,}", "{}{}", "{a:1}"})
  void argumentsThatAreNoJsonCannotBelongToAKey(String args) {
    assertRefused(UniqueOptions.builder().byArgs(), args, "must be JSON", "not JSON at character");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1H", "PT0.999999999S", "PT-0.5S"})
  @RiverPoint(27)
  void shorterPeriodsThanASecondAreRefused(String period) {
    Duration byPeriod = Duration.parse(period);
    assertRefused(
        UniqueOptions.builder().byPeriod(byPeriod), "{}", "byPeriod is " + byPeriod, "1 s");
  }

  @Test
  void theLongestPeriodBeginsInTheYearOne() {
    var options = UniqueOptions.builder().byPeriod(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(text(options, "{}")).isEqualTo("&kind=k&period=0001-01-01T00:00:00Z");
  }

  @Test
  void withoutTheKindThereMustBeSomethingElse() {
    assertRefused(UniqueOptions.builder().excludeKind(), "{}", "excludeKind alone");
    assertThat(text(UniqueOptions.builder().excludeKind().byQueue(), "{}"))
        .isEqualTo("&queue=default");
  }

  @Test
  void pathsAreForByArgs() {
    var paths = List.of(ArgsPath.of("a"));
    var options = new UniqueOptions(false, paths, null, true, Set.of(), false);
    var job = new UniqueKeys.Subject("k", "{}", NOW, "default");
    assertThatThrownBy(() -> UniqueKeys.key(options, job)).hasMessageContaining("byArgs");
  }

  @Test
  void theTextOfAPlainKindIsItsKindAlone() {
    assertThat(UniqueKeys.hash("&kind=worker_7").hex())
        .isEqualTo("6ad46d4771a5db81e05a454f0cae07dc75bd0a77152255d4852a7463161df3cb");
    assertThat(text(UniqueOptions.builder().byState(REQUIRED), "{}")).isEqualTo("&kind=k");
  }

  @Test
  @RiverPoint(26)
  void aRowBlocksInAllStatesButTwoUnlessToldOtherwise() {
    assertThat(UniqueKeys.states(UniqueOptions.builder().byQueue().build()))
        .isEqualTo(245)
        .isEqualTo(Integer.parseInt("11110101", 2));
  }

  @ParameterizedTest
  @CsvSource({
    "AVAILABLE, 1",
    "CANCELLED, 2",
    "COMPLETED, 4",
    "DISCARDED, 8",
    "PENDING, 16",
    "RETRYABLE, 32",
    "RUNNING, 64",
    "SCHEDULED, 128"
  })
  @RiverPoint({26, 27})
  void everyStateHasItsBitAndFourMustBlock(JobState state, int bit) {
    Set<JobState> with = EnumSet.copyOf(REQUIRED);
    with.add(state);
    int required = 1 | 16 | 64 | 128;
    assertThat(UniqueKeys.states(UniqueOptions.builder().byState(with).build()))
        .isEqualTo(required | bit);
    Set<JobState> without = EnumSet.allOf(JobState.class);
    without.remove(state);
    UniqueOptions options = UniqueOptions.builder().byState(without).build();
    if (REQUIRED.contains(state)) {
      assertThatThrownBy(() -> UniqueKeys.states(options))
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.INSERT_INVALID))
          .hasMessageContaining("must include [AVAILABLE, PENDING, RUNNING, SCHEDULED]");
    } else {
      assertThat(UniqueKeys.states(options)).isEqualTo(255 & ~bit);
    }
  }

  @Test
  void optionsThatSayNothingAreNotGiven() {
    assertThat(UniqueKeys.isGiven(null)).isFalse();
    assertThat(UniqueKeys.isGiven(UniqueOptions.builder().build())).isFalse();
    assertThat(UniqueKeys.isGiven(UniqueOptions.builder().excludeKind().build())).isTrue();
    assertThat(UniqueKeys.isGiven(UniqueOptions.builder().byPeriod(Duration.ZERO).build()))
        .isTrue();
  }
}

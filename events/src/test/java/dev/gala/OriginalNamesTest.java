package dev.gala;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.context.KeyCodec;
import dev.gala.context.TypedContextCodec;
import dev.gala.durable.RiverDispatchArgs;
import dev.gala.durable.RiverInsertClient;
import dev.gala.event.ContextFlag;
import dev.gala.event.ContextKey;
import dev.gala.event.ContextSnapshot;
import dev.gala.event.Definition;
import dev.gala.event.DispatchMode;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerException;
import dev.gala.event.ListenerId;
import dev.gala.event.Topic;
import dev.gala.event.Versions;
import dev.gala.json.JsonCodecs;
import dev.gala.river.job.InsertOptions;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import dev.gala.spi.ContextCodec;
import dev.gala.spi.Dispatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every name of the original does here that no other test is about. */
final class OriginalNamesTest {
  record Person(String name) {}

  private static final Topic<Person> PEOPLE = Topic.of("people", Person.class);

  @ParameterizedTest
  @CsvSource({
    "GALA_REQUIRED, gala: gala is required",
    "REGISTRY_REQUIRED, gala: registry is required",
    "TOPIC_NAME_REQUIRED, gala: topic name is required",
    "TOPIC_ALREADY_REGISTERED, gala: topic already registered",
    "TOPIC_NOT_REGISTERED, gala: topic not registered",
    "CODEC_REQUIRED, gala: codec is required",
    "LISTENER_NAME_REQUIRED, gala: listener name is required",
    "LISTENER_HANDLER_REQUIRED, gala: listener handler is required",
    "LISTENER_TOPIC_NOT_REGISTERED, gala: listener topic not registered",
    "PAYLOAD_TYPE_MISMATCH, gala: payload type mismatch",
    "PAYLOAD_ENCODE_FAILED, gala: payload encode failed",
    "PAYLOAD_DECODE_FAILED, gala: payload decode failed",
    "ENVELOPE_PAYLOAD_REQUIRED, gala: envelope payload is required",
    "DISPATCHER_REQUIRED, gala: dispatcher is required",
    "DISPATCH_FAILED, gala: dispatch failed",
    "CONTEXT_CODEC_REQUIRED, gala: context codec is required",
    "CONTEXT_CODEC_KEY_REQUIRED, gala: context codec key is required",
    "CONTEXT_CODEC_ALREADY_REGISTERED, gala: context codec already registered",
    "CONTEXT_SNAPSHOT_CAPTURE_FAILED, gala: context snapshot capture failed",
    "CONTEXT_SNAPSHOT_RESTORE_FAILED, gala: context snapshot restore failed",
    "RIVER_JOB_CLIENT_REQUIRED, gala: river job client is required",
    "RIVER_GALA_PROVIDER_REQUIRED, gala: river gala provider is required",
    "RIVER_DISPATCH_JOB_ENVELOPE_REQUIRED, gala: river dispatch job envelope is required",
    "RIVER_ENVELOPE_ENCODE_FAILED, gala: river envelope encode failed",
    "RIVER_ENVELOPE_DECODE_FAILED, gala: river envelope decode failed",
    "RIVER_DISPATCH_INSERT_FAILED, gala: river dispatch insert failed",
    "RIVER_CONNECTION_URI_REQUIRED, gala: river connection URI is required",
    "RIVER_CLIENT_INITIALIZATION_FAILED, gala: river client initialization failed",
    "RIVER_WORKER_START_FAILED, gala: river worker start failed",
    "RIVER_WORKER_STOP_FAILED, gala: river worker stop failed",
    "RIVER_CLIENT_CLOSE_FAILED, gala: river client close failed",
    "DISPATCH_MODE_INVALID, gala: dispatch mode is invalid",
    "LISTENER_PANICKED, gala: listener panicked"
  })
  void codesReadAsTheErrorsOfTheOriginal(GalaError code, String text) {
    assertThat(new GalaException(code, "why")).hasMessage(text + ": why");
  }

  @Test
  void codecsAreRequired() {
    var config = GalaConfig.builder().dispatchMode(DispatchMode.IN_MEMORY).codecs(new NoCodecs());
    try (Gala gala = Gala.create(config.build())) {
      assertCode(GalaError.CODEC_REQUIRED, () -> gala.register(PEOPLE));
      Versions<Person> versions =
          Versions.of(String.class)
              .then(Person.class, Person::new)
              .codec(JsonCodecs.defaults().codec(Person.class));
      assertCode(GalaError.CODEC_REQUIRED, () -> gala.register(Topic.of("versions", versions)));
    }
  }

  @Test
  void aRuntimeThatIsSwitchedOffHasNoDispatcher() {
    try (Gala gala = Gala.create(GalaConfig.builder().enabled(false).build())) {
      assertThatThrownBy(() -> gala.emit(PEOPLE, new Person("Ada")))
          .hasCauseInstanceOf(GalaException.class)
          .satisfies(
              failure ->
                  assertThat(((GalaException) failure.getCause()).code())
                      .isEqualTo(GalaError.DISPATCHER_REQUIRED));
    }
  }

  @Test
  void aRuntimeInMemoryWorksNoStoredEvents() {
    try (Gala gala = Gala.inMemory()) {
      assertCode(GalaError.RIVER_GALA_PROVIDER_REQUIRED, gala::dispatchWorker);
    }
  }

  @Test
  void dispatchModesAreTheTextsOfTheOriginal() {
    assertThat(DispatchMode.DURABLE.text()).isEqualTo("durable");
    assertThat(DispatchMode.IN_MEMORY.text()).isEqualTo("in_memory");
    GalaConfig.Builder config = GalaConfig.builder().dispatchMode(DispatchMode.ofText("in_memory"));
    try (Gala gala = Gala.create(config.build())) {
      assertThat(gala.health()).isNotNull();
    }
  }

  @Test
  void theDefaultQueueIsThatOfTheOriginal() {
    assertThat(GalaConfig.DEFAULT_QUEUE_NAME).isEqualTo("events");
  }

  @Test
  void topicsAreRegisteredOnceAndListenersAllOrNone() {
    try (Gala gala = Gala.inMemory()) {
      gala.register(PEOPLE);
      assertCode(GalaError.TOPIC_ALREADY_REGISTERED, () -> gala.register(PEOPLE));
      assertThat(gala.interestedIn(PEOPLE, "")).isFalse();
      ListenerId one = gala.on(PEOPLE, "one", (event, context) -> {});
      Definition<Person> two = Definition.of(PEOPLE, "two", (event, context) -> {});
      assertCode(GalaError.LISTENER_ALREADY_ATTACHED, () -> gala.register(List.of(two, two)));
      List<ListenerId> more = gala.register(List.of(two));
      assertThat(more).hasSize(1).doesNotContain(one);
      assertThat(gala.interestedIn(PEOPLE, "DELETE")).isTrue();
    }
  }

  @Test
  void payloadsAreEncodedAndDecodedByHand() {
    try (Gala gala = Gala.inMemory()) {
      assertThat(gala.encodePayload(PEOPLE, new Person("Ada"))).isEqualTo("{\"name\":\"Ada\"}");
      assertThat(gala.decodePayload(PEOPLE, "{\"name\":\"Ada\"}")).isEqualTo(new Person("Ada"));
      assertCode(GalaError.PAYLOAD_DECODE_FAILED, () -> gala.decodePayload(PEOPLE, "null"));
    }
  }

  @Test
  void argumentsCarryAnEnvelopeOrAreRefused() {
    Envelope envelope = Envelope.of("people", "{\"name\":\"Ada\"}", Instant.EPOCH);
    RiverDispatchArgs args = RiverDispatchArgs.of(envelope);
    assertThat(args.decodeEnvelope()).isEqualTo(envelope);
    assertThat(args.envelope()).matches("[A-Za-z0-9+/]+=*");
    assertThat(RiverDispatchArgs.KIND).isEqualTo("gala_dispatch_v1");
    assertThat(RiverDispatchArgs.JOB_TYPE.kind()).isEqualTo(RiverDispatchArgs.KIND);
    assertCode(
        GalaError.RIVER_DISPATCH_JOB_ENVELOPE_REQUIRED,
        () -> new RiverDispatchArgs("", null).decodeEnvelope());
    assertCode(
        GalaError.RIVER_ENVELOPE_DECODE_FAILED,
        () -> new RiverDispatchArgs("!!!", null).decodeEnvelope());
  }

  @Test
  void aFunctionIsADispatcher() {
    var taken = new ArrayList<Envelope>();
    Dispatcher dispatcher =
        (events, tx) -> {
          events.forEach(event -> taken.add(event.envelope()));
          return events.stream()
              .map(event -> new EmitReceipt(event.envelope().id(), false, null))
              .toList();
        };
    Envelope envelope = Envelope.of("people", "1", Instant.EPOCH);
    assertThat(dispatcher.dispatch(envelope).eventId()).isEqualTo(envelope.id());
    assertThat(taken).containsExactly(envelope);
  }

  @Test
  void aFunctionIsAnInsertClient() {
    RiverInsertClient client =
        (inserts, tx, check) -> {
          throw new IllegalStateException(inserts.getFirst().type().kind());
        };
    var args = RiverDispatchArgs.of(Envelope.of("people", "1", Instant.EPOCH));
    assertThatThrownBy(() -> client.insert(args, InsertOptions.defaults()))
        .hasMessage("gala_dispatch_v1");
  }

  @Test
  void aDefinitionHasWhatTheOriginalsHas() {
    Definition<Person> definition =
        Definition.builder(PEOPLE, "one").operations(" A ").handler((event, ctx) -> {}).build();
    assertThat(definition.topic()).isEqualTo(PEOPLE);
    assertThat(definition.name()).isEqualTo("one");
    assertThat(definition.operations()).containsExactly("A");
    assertThat(definition.work()).isInstanceOf(Definition.Plain.class);
  }

  @Test
  void aListenersFailureSaysWhoseItIs() {
    var cause = new IllegalStateException("boom");
    var failure = new ListenerException("one", cause, false);
    assertThat(failure.listenerName()).isEqualTo("one");
    assertThat(failure.getCause()).isSameAs(cause);
    assertThat(failure.panicked()).isFalse();
    assertThat(failure.getMessage()).isEqualTo("gala: listener \"one\" execution failed: boom");
    assertThat(ListenerException.of("one", new StackOverflowError()).panicked()).isTrue();
  }

  @Test
  void codecsOfKeysAndTypesSayTheirKeyAndRoundTrip() throws Exception {
    ContextKey<String> key = ContextKey.of("tenant", String.class);
    KeyCodec<String> ofKey = KeyCodec.of("tenant_id", key);
    assertRoundTrip(ofKey, "tenant_id", EventContext.empty().with(key, "t-1"), "\"t-1\"");
    TypedContextCodec<Person> ofType = TypedContextCodec.of("person", Person.class);
    assertRoundTrip(
        ofType,
        "person",
        EventContext.empty().with(ContextKey.ofType(Person.class), new Person("Ada")),
        "{\"name\":\"Ada\"}");
  }

  private static void assertRoundTrip(
      ContextCodec codec, String key, EventContext context, String json) throws Exception {
    assertThat(codec.key()).isEqualTo(key);
    assertThat(codec.capture(EventContext.empty())).isEmpty();
    assertThat(codec.capture(context)).isEqualTo(Optional.of(json));
    assertThat(codec.restore(EventContext.empty(), json)).isEqualTo(context);
  }

  @Test
  void flagsAreSetAndAsked() {
    EventContext context = EventContext.empty().with(ContextFlag.WORKFLOW_BYPASS);
    assertThat(context.has(ContextFlag.WORKFLOW_BYPASS)).isTrue();
    assertThat(context.has(ContextFlag.WORKFLOW_ALLOW_EVENT_EMISSION)).isFalse();
    ContextSnapshot snapshot = ContextSnapshot.of(Map.of("k", "1"), Map.of("f", true));
    assertThat(snapshot.values()).isEqualTo(Map.of("k", "1"));
    assertThat(snapshot.flags()).isEqualTo(Map.of("f", true));
  }

  @Test
  void schedulesHaveTheFieldsAndDefaultsOfTheOriginal() {
    Schedule schedule = Schedule.defaults();
    assertThat(schedule.minInterval())
        .isEqualTo(Schedule.DEFAULT_MIN_INTERVAL)
        .isEqualTo(Duration.ofMinutes(20));
    assertThat(schedule.maxInterval())
        .isEqualTo(Schedule.DEFAULT_MAX_INTERVAL)
        .isEqualTo(Duration.ofHours(24));
    assertThat(schedule.backoffFactor()).isEqualTo(Schedule.DEFAULT_BACKOFF_FACTOR).isEqualTo(2.0);
    assertThat(schedule.highDriftThreshold())
        .isEqualTo(Schedule.DEFAULT_HIGH_DRIFT_THRESHOLD)
        .isEqualTo(200);
    assertThat(Schedule.fullFetch())
        .isEqualTo(
            schedule
                .withMinInterval(Schedule.FULL_FETCH_MIN_INTERVAL)
                .withHighDriftThreshold(Schedule.FULL_FETCH_HIGH_DRIFT_THRESHOLD))
        .isEqualTo(schedule.withMinInterval(Duration.ofHours(1)).withHighDriftThreshold(1000));
    ScheduleState state = ScheduleState.of(Duration.ofMinutes(30), 1, 2);
    assertThat(state.interval()).isEqualTo(Duration.ofMinutes(30));
    assertThat(state.idleStreak()).isEqualTo(1);
    assertThat(state.errorStreak()).isEqualTo(2);
  }

  private static void assertCode(GalaError code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            GalaException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  /** As a factory of somebody's that does not know the type. */
  private static final class NoCodecs implements dev.gala.spi.CodecFactory {
    @Override
    public <T> dev.gala.event.Codec<T> codec(java.lang.reflect.Type type) {
      return type == Void.class ? JsonCodecs.defaults().codec(type) : null;
    }
  }
}

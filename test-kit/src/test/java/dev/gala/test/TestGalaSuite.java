package dev.gala.test;

import static dev.gala.test.Shop.BOOKED;
import static dev.gala.test.Shop.FAILURES;
import static dev.gala.test.Shop.MAILED;
import static dev.gala.test.Shop.PAID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.Definition;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.Headers;
import dev.gala.event.Loop;
import dev.gala.event.Topic;
import dev.gala.river.job.JobState;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import dev.gala.stored.Redrive;
import dev.gala.test.Shop.OrderBooked;
import dev.gala.test.Shop.OrderPaid;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Emit, drain, move the clock, assert: wherever events are stored. */
abstract class TestGalaSuite {
  record Sync(String customer, ScheduleState schedule) {}

  private static final Topic<Sync> SYNC =
      Topic.of("crm.sync", Sync.class).uniqueBy(sync -> "sync:" + sync.customer());
  static final Topic<String> NOTE = Topic.of("note", String.class);
  private static final Topic<String> SOLO = Topic.of("solo", String.class).uniqueBy(note -> note);

  Gala gala;
  TestGala test;
  private Instant start;

  @BeforeEach
  void take(Gala gala, TestGala test) {
    this.gala = gala;
    this.test = test;
    this.start = test.now();
  }

  @AfterEach
  void forget() {
    FAILURES.clear();
  }

  @Test
  void whatIsDueIsHandledWithWhatItEmits() {
    EventId id = gala.emit(PAID, new OrderPaid("o-1", 990)).eventId();
    test.emitted(BOOKED).hasNone();

    Drained drained = test.drain().allCompleted().hasCount(2);

    assertThat(drained.events())
        .extracting(HandledEvent::topic)
        .containsExactly("shop.order.paid", "shop.order.booked");
    test.listener(PAID, "book").succeeded();
    test.listener(PAID, "tell").succeeded(1);
    test.listener(BOOKED, "ship").succeeded();
    EmittedEvent<OrderBooked> booked =
        test.emitted(BOOKED)
            .withPayload(new OrderBooked("o-1"))
            .withTag("money")
            .causedBy(id)
            .inQueue("shop")
            .single();
    assertThat(booked.envelope().occurredAt()).isEqualTo(test.now());
    assertThat(test.drain()).hasToString("nothing was due");
  }

  @Test
  void anEventOfATransactionIsThereIfItCommits() throws Exception {
    try (Connection connection = test.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      gala.in(connection).emit(PAID, new OrderPaid("o-1", 1));
      test.drain().hasCount(0);
      connection.rollback();
      gala.in(connection).emit(PAID, new OrderPaid("o-2", 2));
      connection.commit();
    }
    test.drain().hasCount(2);
    assertThat(test.emitted(PAID).payloads()).containsExactly(new OrderPaid("o-2", 2));
  }

  @Test
  void whatIsEmittedTogetherIsStoredTogetherOrNotAtAll() throws Exception {
    gala.on(NOTE, "reader", (note, ctx) -> {});
    EmitOptions once = EmitOptions.of(Headers.builder().uniqueKey("k").uniqueOnce(true).build());
    Long holder = gala.emit(NOTE, "held", once).jobId();
    test.jobs().cancel(Objects.requireNonNull(holder));
    List<Emission<String>> both =
        List.of(Emission.of(NOTE, "other"), new Emission<>(NOTE, "again", once));
    assertThatThrownBy(() -> gala.emitAll(both)).hasMessageContaining("nothing was stored");
    try (Connection connection = test.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      gala.in(connection).emit(NOTE, "before");
      assertThatThrownBy(() -> gala.in(connection).emitAll(both))
          .hasMessageContaining("nothing was stored");
      connection.commit();
    }
    assertThat(test.emitted(NOTE).payloads()).containsExactlyInAnyOrder("held", "before");
  }

  @Test
  void aFailedTransactionLeavesNothingAndIsTriedAgainWhenItIsTime() {
    FAILURES.put("book o-1", 2);
    gala.emit(PAID, new OrderPaid("o-1", 990));
    test.drain().hasCount(1);
    test.listener(PAID, "book").failed().failedTimes(1).failedWith("book o-1 does not work");
    test.listener(PAID, "tell").succeeded();
    test.emitted(BOOKED).hasNone();

    test.drain().hasCount(0);
    test.advance(Duration.ofMillis(800));
    test.drain().hasCount(0);
    test.advance(Duration.ofMillis(400));
    test.drain().hasCount(1);
    assertThat(test.advanceToNext()).isTrue();
    test.drain().hasCount(2).allCompleted();

    test.listener(PAID, "book").succeeded().failedTimes(2);
    assertThat(test.listener(PAID, "book").all().getFirst().attempt()).isEqualTo(3);
    test.emitted(BOOKED).hasCount(1);
    assertThat(test.advanceToNext()).isFalse();
  }

  @Test
  void attemptsComeToAnEnd() {
    FAILURES.put("tell o-1", 9);
    gala.emit(PAID, new OrderPaid("o-1", 990));
    Drained drained = test.runFor(Duration.ofDays(1));
    assertThat(drained.events()).extracting(HandledEvent::attempt).containsExactly(1, 1, 2, 3);
    assertThat(drained.events().getLast().state()).isEqualTo(JobState.DISCARDED);
    test.listener(PAID, "tell").exhausted().failedTimes(3);
    test.listener(PAID, "book").succeeded();
    assertThatThrownBy(drained::allCompleted)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected all 2 events to be completed, but 1 of them are not")
        .hasMessageContaining("tell o-1 does not work")
        .hasMessageContaining("at dev.gala.test.Shop.failIfAsked");
  }

  @Test
  void snoozesEndWhenItIsTimeAndCancellationsAreFinal() {
    gala.emit(BOOKED, new OrderBooked("late-1"));
    EventId lost = gala.emit(BOOKED, new OrderBooked("lost-1")).eventId();
    test.drain().hasCount(2);
    test.listener(BOOKED, "ship").of(lost).cancelled();
    test.listener(BOOKED, "ship").succeeded(0);
    assertThat(test.listener(BOOKED, "ship").all())
        .extracting(ListenerOutcome::state)
        .containsExactly(ListenerOutcome.State.WAITING, ListenerOutcome.State.CANCELLED);
    test.advance(Duration.ofMinutes(59));
    test.drain().hasCount(0);
    test.advance(Duration.ofMinutes(1));
    test.drain().hasCount(1).allCompleted();
  }

  @Test
  void whatIsScheduledComesInTheOrderOfItsTimes() {
    var told = new ArrayList<String>();
    gala.on(NOTE, "tell", (note, ctx) -> told.add(note + " at " + sinceStart()));
    gala.emit(NOTE, "third", EmitOptions.builder().delay(Duration.ofHours(2)).build());
    gala.emit(NOTE, "second", EmitOptions.builder().delay(Duration.ofHours(1)).priority(4).build());
    gala.emit(NOTE, "first");
    gala.emit(NOTE, "never", EmitOptions.builder().delay(Duration.ofDays(2)).build());
    test.runFor(Duration.ofDays(1)).hasCount(3);
    assertThat(told).containsExactly("first at PT0S", "second at PT1H", "third at PT2H");
    assertThat(sinceStart()).isEqualTo(Duration.ofDays(1));
    test.listener(NOTE, "tell").succeeded(3);
  }

  private Duration sinceStart() {
    return Duration.between(start, test.now());
  }

  /** The clock of the database is behind, and what is due by it is due. */
  @Test
  void whatIsDueSinceWasDueBeforeComesFirst() {
    var told = new ArrayList<String>();
    gala.on(NOTE, "tell", (note, ctx) -> told.add(note));
    gala.emit(NOTE, "waits", EmitOptions.builder().delay(Duration.ofHours(1)).build());
    test.advance(Duration.ofHours(2));
    gala.emit(NOTE, "new");
    test.drain();
    assertThat(told).containsExactly("waits", "new");
  }

  @Test
  void anEventRetriedByHandIsDueAtOnce() {
    FAILURES.put("tell o-1", 3);
    EmitReceipt receipt = gala.emit(PAID, new OrderPaid("o-1", 990));
    test.runFor(Duration.ofDays(1));
    long job = Objects.requireNonNull(receipt.jobId());
    assertThat(test.jobs().retry(job).state()).isEqualTo(JobState.AVAILABLE);
    test.drain().hasCount(1).allCompleted();
    test.listener(PAID, "tell").succeeded();
    test.emitted(BOOKED).hasCount(1);
  }

  @Test
  void whatIsRedrivenIsDueAtOnce() {
    FAILURES.put("tell o-1", 3);
    EventId id = gala.emit(PAID, new OrderPaid("o-1", 990)).eventId();
    test.runFor(Duration.ofDays(1));
    test.listener(PAID, "tell").exhausted();
    assertThat(gala.events().redrive(Redrive.of(id).build()).redriven()).isEqualTo(1);
    test.drain().hasCount(1).allCompleted();
    test.listener(PAID, "tell").succeeded();
    test.emitted(BOOKED).hasCount(1);
  }

  @Test
  void theGraceOfAMissingListenerPassesAtWill() {
    gala.register(NOTE);
    gala.on(NOTE, "here", (note, ctx) -> {});
    gala.emitEnvelope(
        Envelope.of("note", "\"n\"", test.now())
            .withHeaders(Headers.builder().listeners(List.of("here", "gone")).build()));
    test.drain().hasCount(1);
    test.listener(NOTE, "here").succeeded();
    test.listener(NOTE, "gone").waiting();
    test.runFor(Duration.ofMinutes(9));
    test.listener(NOTE, "gone").waiting();
    test.advance(Duration.ofMinutes(6));
    test.drain().hasCount(1).allCompleted();
    test.listener(NOTE, "gone").didNotRun();
  }

  @Test
  void aLoopGoesRoundAsTimePasses() {
    var runs = new ArrayList<Duration>();
    Loop<Sync> loop =
        Loop.of(
            Schedule.defaults(),
            Sync::schedule,
            (sync, schedule) -> new Sync(sync.customer(), schedule),
            (sync, ctx) -> {
              runs.add(sinceStart());
              return 1_000;
            });
    gala.register(List.of(Definition.ofLoop(SYNC, "sync", loop)));
    gala.emit(SYNC, new Sync("c-1", ScheduleState.initial()));
    test.runFor(Duration.ofHours(1)).hasCount(4).allCompleted();
    assertThat(runs)
        .containsExactly(
            Duration.ZERO, Duration.ofMinutes(20), Duration.ofMinutes(40), Duration.ofMinutes(60));
    test.emitted(SYNC).hasCount(5);
  }

  @Test
  void circlesAreFoundOut() {
    gala.on(NOTE, "again", (note, ctx) -> ctx.emit(NOTE, note + "!"));
    gala.emit(NOTE, "hello");
    assertThatThrownBy(() -> test.drain(7))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("after 7 events there are still due ones")
        .hasMessageContaining("of topic note")
        .hasMessageContaining("call drain(70)");
    test.emitted(NOTE).hasCount(8).withPayload("hello!!!!!!!").hasCount(1);
  }

  @Test
  void aListenerCannotDrain() {
    var refused = new AtomicReference<RuntimeException>();
    gala.on(
        NOTE,
        "drain",
        (note, ctx) -> {
          try {
            test.drain();
          } catch (IllegalStateException e) {
            refused.set(e);
          }
        });
    gala.emit(NOTE, "n");
    test.drain().hasCount(1).allCompleted();
    assertThat(refused.get()).hasMessageContaining("a drain is under way");
  }

  @Test
  void errorsShowWhatThereIs() {
    assertThatThrownBy(() -> test.listener(PAID, "book").succeeded())
        .hasMessageContaining("the topic has no events");
    assertThatThrownBy(() -> test.emitted(PAID).hasCount(1))
        .hasMessage(
            "expected 1 times an event of topic shop.order.paid, but found 0; the topic has no"
                + " events at all");
    gala.emit(PAID, new OrderPaid("o-1", 990));
    assertThatThrownBy(() -> test.emitted(PAID).withTag("a").withPayload(new OrderPaid("o-1", 991)))
        .hasMessageContaining("expected an event of topic shop.order.paid with tag a")
        .hasMessageContaining("OrderPaid[orderId=o-1, cents=990], queue shop, available");
    assertThatThrownBy(
            () ->
                test.emitted(PAID)
                    .withPayload("much money", order -> order.cents() > 100)
                    .withProperty("a", "b"))
        .hasMessageContaining(
            "expected an event of topic shop.order.paid with a payload with much money and property"
                + " a = b, but there is none; the topic has 1:");
    assertThatThrownBy(() -> test.emitted(PAID).hasNone("much money", o -> o.cents() > 100))
        .hasMessageContaining("expected never");
    assertThatThrownBy(() -> test.listener(PAID, "book").succeeded())
        .hasMessageContaining(
            "expected listener \"book\" of topic shop.order.paid to be SUCCEEDED at each of 1"
                + " events:")
        .hasMessageContaining(": WAITING");
    assertThatThrownBy(() -> test.listener(PAID, "book").of(EventId.random()))
        .hasMessageContaining("there is no event");
    assertThatThrownBy(() -> test.drain().hasCount(7))
        .hasMessageContaining("expected to handle events 7 times, but it were 2");
  }

  @Test
  void theClockGoesForwardOnly() {
    assertThat(start).isAfter(Instant.now()).isEqualTo(start.truncatedTo(ChronoUnit.DAYS));
    assertThat(test.clock().instant()).isEqualTo(test.now());
    assertThatThrownBy(() -> test.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> test.runFor(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStepOfAListenerEmitsOnceHoweverOftenItIsTried() {
    gala.on(
        NOTE,
        "step",
        (note, ctx) -> {
          ctx.emitOnce("book", BOOKED, new OrderBooked(note));
          Shop.failIfAsked("step");
        });
    FAILURES.put("step", 2);
    gala.emit(NOTE, "o-1");
    test.runFor(Duration.ofHours(1)).hasCount(4).allCompleted();
    test.listener(NOTE, "step").succeeded().failedTimes(2);
    test.emitted(BOOKED).hasCount(1);
  }

  @Test
  void whateverItsQueueItIsHandled() {
    gala.on(MAILED, "count", (note, ctx) -> {});
    gala.emit(MAILED, "m");
    gala.emit(MAILED, "n", EmitOptions.builder().queue("nobodys").build());
    test.drain().hasCount(2).allCompleted();
    test.emitted(MAILED).inQueue("shop_gala_mail").hasCount(1);
    test.emitted(MAILED).inQueue("nobodys").withPayload("n").hasCount(1);
  }

  @Test
  void uniqueEventsAreStoredOnce() {
    gala.on(SOLO, "solo", (note, ctx) -> {});
    EmitReceipt first = gala.emit(SOLO, "n");
    EmitReceipt second = gala.emit(SOLO, "n");
    assertThat(second.duplicate()).isTrue();
    assertThat(second.jobId()).isEqualTo(first.jobId());
    test.drain().hasCount(1);
    assertThat(gala.emit(SOLO, "n").duplicate()).isFalse();
    test.emitted(SOLO).hasCount(2);
  }

  @Test
  void whoCancelsAWaitingEventSeesItEnded() {
    EmitReceipt receipt = gala.emit(PAID, new OrderPaid("o-1", 1));
    test.jobs().cancel(Objects.requireNonNull(receipt.jobId()));
    test.drain().hasCount(0);
    test.listener(PAID, "book").didNotRun();
    assertThat(test.emitted(PAID).single().job().state()).isEqualTo(JobState.CANCELLED);
  }
}

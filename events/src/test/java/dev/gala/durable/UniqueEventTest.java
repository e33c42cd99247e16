package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Namespace;
import dev.gala.event.Topic;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that are stored once, and those of namespaces. */
class UniqueEventTest {
  private static final Topic<Order> UNIQUE =
      Topic.of("order.unique", Order.class).uniqueBy(Order::id);
  private static final Namespace SYNC = Namespace.of("sync.run");
  private static final Topic<Order> IN_NAMESPACE = SYNC.at("started", Order.class);

  @RegisterExtension private final Durable durable = new Durable();

  @Test
  void whileItWaitsASecondOneIsADuplicate() throws Exception {
    Gala gala = durable.gala();

    EmitReceipt first = gala.emit(UNIQUE, new Order("o<1>", 1));
    EmitReceipt second = gala.emit(UNIQUE, new Order("o<1>", 2));
    EmitReceipt other = gala.emit(UNIQUE, new Order("o-2", 1));

    assertThat(first.duplicate()).isFalse();
    assertThat(second.duplicate()).isTrue();
    assertThat(second.jobId()).isEqualTo(first.jobId());
    assertThat(second.eventId()).isNotEqualTo(first.eventId());
    assertThat(other.duplicate()).isFalse();
    assertThat(rows().jobs("true")).isEqualTo(2);
    assertThat(
            rows().value("select args ->> 'unique_key' from river_job where id = ?", first.jobId()))
        .isEqualTo("o<1>");
  }

  /** As River makes it of {@code river:"unique"}: kind and that argument, over the live states. */
  @Test
  void theKeyIsTheOneThatGoMakes() throws Exception {
    durable.gala().emit(UNIQUE, new Order("o<1>", 1));
    String text = "&kind=gala_dispatch_v1&args={\"unique_key\":\"o\\u003c1\\u003e\"}";
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    assertThat(rows().value("select encode(unique_key, 'hex') from river_job"))
        .isEqualTo(HexFormat.of().formatHex(hash));
    assertThat(rows().value("select unique_states::text from river_job")).isEqualTo("11110001");
  }

  @Test
  void itsEndFreesTheKeyUnlessItIsUniqueOnce() throws Exception {
    Gala gala = durable.gala();
    var seen = new LinkedBlockingQueue<Integer>();
    gala.on(UNIQUE, "reader", (event, context) -> seen.add(event.amount()));
    gala.startWorkers();

    gala.emit(UNIQUE, new Order("o-1", 1));
    rows().await("its end", "(select state = 'completed' from river_job)");
    assertThat(gala.emit(UNIQUE, new Order("o-1", 2)).duplicate()).isFalse();
    rows()
        .await("the end of both", "(select count(*) = 2 from river_job where state = 'completed')");

    EmitOptions once = EmitOptions.of(Headers.builder().uniqueKey("k").uniqueOnce(true).build());
    EmitReceipt first = gala.emit(UNIQUE, new Order("o-1", 3), once);
    rows().await("the third", "(select count(*) = 3 from river_job where state = 'completed')");
    EmitReceipt again = gala.emit(UNIQUE, new Order("o-1", 4), once);
    assertThat(again.duplicate()).isTrue();
    assertThat(again.jobId()).isEqualTo(first.jobId());
    assertThat(seen).containsExactly(1, 2, 3);
  }

  @Test
  void aHolderThatWasGivenUpFailsTheEmit() throws Exception {
    Gala gala = durable.gala();
    EmitOptions once = EmitOptions.of(Headers.builder().uniqueKey("k").uniqueOnce(true).build());
    EmitReceipt first = gala.emit(Order.PLACED, new Order("o-1", 1), once);
    rows().execute("update river_job set state = 'discarded', finalized_at = now()");

    assertThatThrownBy(() -> gala.emit(Order.PLACED, new Order("o-1", 2), once))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(GalaError.DISPATCH_FAILED);
              assertThat(failure.getCause())
                  .isInstanceOfSatisfying(
                      GalaException.class,
                      cause ->
                          assertThat(cause.code())
                              .isEqualTo(GalaError.RIVER_DISPATCH_INSERT_FAILED));
            })
        .hasMessageContaining("nothing was stored")
        .hasMessageContaining("job " + first.jobId() + " holds, and that is discarded");
  }

  @Test
  void whatIsEmittedWithOneWhoseHolderWasGivenUpIsNotStoredEither() throws Exception {
    Gala gala = durable.gala();
    EmitOptions once = EmitOptions.of(Headers.builder().uniqueKey("k").uniqueOnce(true).build());
    gala.emit(Order.PLACED, new Order("o-1", 1), once);
    rows().execute("update river_job set state = 'discarded', finalized_at = now()");
    List<Emission<Order>> both =
        List.of(
            new Emission<>(Order.PLACED, new Order("o-2", 1), EmitOptions.none()),
            new Emission<>(Order.PLACED, new Order("o-1", 1), once));

    assertThatThrownBy(() -> gala.emitAll(both)).hasMessageContaining("nothing was stored");
    assertThat(rows().jobs("state = 'available'")).isZero();

    try (Connection connection = durable.database().dataSource().getConnection()) {
      connection.setAutoCommit(false);
      gala.in(connection).emit(Order.PLACED, new Order("before", 1));
      assertThatThrownBy(() -> gala.in(connection).emitAll(both))
          .hasMessageContaining("nothing was stored");
      gala.in(connection).emit(Order.PLACED, new Order("after", 1));
      connection.commit();
    }
    assertThat(rows().jobs("state = 'available'"))
        .as("what was before stands, and the transaction goes on")
        .isEqualTo(2);

    rows().execute("update river_job set state = 'completed' where state = 'discarded'");
    assertThat(gala.emitAll(both)).extracting(EmitReceipt::duplicate).containsExactly(false, true);
  }

  @Test
  void theKeyOfAnEmitGoesBeforeTheTopics() throws Exception {
    Gala gala = durable.gala();
    gala.emit(UNIQUE, new Order("o-1", 1));
    EmitOptions own = EmitOptions.of(Headers.builder().uniqueKey("own").build());
    EmitOptions none = EmitOptions.of(Headers.builder().skipUniqueKey(true).build());
    assertThat(gala.emit(UNIQUE, new Order("o-1", 2), own).duplicate()).isFalse();
    assertThat(gala.emit(UNIQUE, new Order("o-1", 3), none).duplicate()).isFalse();
    assertThat(gala.emit(UNIQUE, new Order("o-1", 4), none).duplicate()).isFalse();
    assertThat(rows().jobs("unique_key is null")).isEqualTo(2);
  }

  @Test
  void aKeyIsDerivedOfEncodedPayloadsToo() throws Exception {
    Gala gala = durable.gala();
    byte[] raw = "{\"id\":\"o-1\",\"amount\":1}".getBytes(StandardCharsets.UTF_8);
    EmitOptions options = EmitOptions.builder().rawPayload(raw).build();
    gala.emit(UNIQUE, null, options);
    assertThat(gala.emit(UNIQUE, new Order("o-1", 2)).duplicate()).isTrue();
  }

  @Test
  void inATransactionItHoldsFromTheCommitOn() throws Exception {
    Gala gala = durable.gala();
    try (Connection connection = durable.database().dataSource().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(gala.in(connection).emit(UNIQUE, new Order("o-1", 1)).duplicate()).isFalse();
      assertThat(gala.in(connection).emit(UNIQUE, new Order("o-1", 2)).duplicate()).isTrue();
      connection.rollback();
    }
    assertThat(gala.emit(UNIQUE, new Order("o-1", 3)).duplicate()).isFalse();
  }

  @Test
  void inMemoryTheSameHolds() throws Exception {
    try (Gala gala = Gala.inMemory()) {
      var entered = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      gala.on(
          UNIQUE,
          "reader",
          (event, context) -> {
            entered.countDown();
            Await.latch("the release", release);
          });
      gala.emit(UNIQUE, new Order("o-1", 1));
      Await.latch("the listener", entered);
      assertThat(gala.emit(UNIQUE, new Order("o-1", 2)).duplicate()).isTrue();
      release.countDown();
      Await.until("the key's end", () -> !gala.emit(UNIQUE, new Order("o-1", 3)).duplicate());
    }
  }

  @Test
  void aNamespaceHasAKindAndAQueueOfItsOwn() throws Exception {
    Gala gala = durable.gala(durable.config().namespace(SYNC, 2));
    var seen = new LinkedBlockingQueue<String>();
    gala.on(IN_NAMESPACE, "reader", (event, context) -> seen.add(event.id()));
    gala.startWorkers();

    gala.emit(IN_NAMESPACE, new Order("o-1", 1));

    assertThat(Await.next("the event", seen)).isEqualTo("o-1");
    assertThat(rows().value("select kind || ' ' || queue from river_job"))
        .isEqualTo("gala.sync.run events_gala_sync_run");
    rows().awaitState("completed");
  }

  @Test
  void whereTheNamespaceIsNotConfiguredItsEventsGoTheOrdinaryWay() throws Exception {
    durable.expectWarning("events of kind gala.sync.run are stored as gala_dispatch_v1");
    Gala gala = durable.gala();
    gala.emit(IN_NAMESPACE, new Order("o-1", 1));
    gala.emit(IN_NAMESPACE, new Order("o-2", 1));
    assertThat(rows().column("select distinct kind || ' ' || queue from river_job"))
        .containsExactly("gala_dispatch_v1 events");
    assertThat(durable.warnings("gala.sync.run")).isEqualTo(1);
  }

  @Test
  void aKeyCountsWithinItsKind() throws Exception {
    Gala gala = durable.gala(durable.config().namespace(SYNC, 1));
    Topic<Order> both = IN_NAMESPACE.uniqueBy(Order::id);
    assertThat(gala.emit(UNIQUE, new Order("o-1", 1)).duplicate()).isFalse();
    assertThat(gala.emit(both, new Order("o-1", 1)).duplicate()).isFalse();
    assertThat(gala.emit(both, new Order("o-1", 1)).duplicate()).isTrue();
  }

  @Test
  void whatIsTooLargeIsRefusedBeforeItIsStored() throws Exception {
    Gala gala = durable.gala(durable.config().payloadLimit(40).headersLimit(10));
    gala.emit(Order.PLACED, new Order("x".repeat(10), 1));
    assertThatThrownBy(() -> gala.emit(Order.PLACED, new Order("é".repeat(11), 1)))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> assertThat(failure.code()).isEqualTo(GalaError.PAYLOAD_ENCODE_FAILED))
        .hasMessageContaining("the payload would be 42 bytes, the limit is 40")
        .hasMessageContaining("payloadLimit");
    EmitOptions options = EmitOptions.of(Headers.builder().property("name", "1234567").build());
    assertThatThrownBy(() -> gala.emit(Order.PLACED, new Order("o", 1), options))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> assertThat(failure.code()).isEqualTo(GalaError.DISPATCH_FAILED))
        .hasMessageContaining("the headers would be 11 bytes, the limit is 10");
    assertThat(rows().jobs("true")).isEqualTo(1);
  }

  private Rows rows() {
    return durable.rows();
  }
}

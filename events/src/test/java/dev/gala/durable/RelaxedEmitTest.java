package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.EmitResult;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.river.job.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Emits that do not wait for the server's disk. */
class RelaxedEmitTest {
  private static final Order ORDER = new Order("o-1", 42);
  private static final EmitOptions RELAXED =
      EmitOptions.builder().durability(Durability.RELAXED).build();

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  /** Tells, of each transaction as it commits, how the server is about to do it. */
  @BeforeEach
  void watch() throws SQLException {
    rows()
        .execute(
            """
            do $$ begin
              execute format('alter database %I set synchronous_commit = on', current_database());
            end $$;
            create table committed (job bigint, setting text);
            create function note() returns trigger language plpgsql as $body$
            begin
              insert into committed values (new.id, current_setting('synchronous_commit'));
              return null;
            end $body$;
            create constraint trigger note after insert on river_job
              deferrable initially deferred for each row execute function note()
            """);
  }

  private Rows rows() {
    return durable.rows();
  }

  private String setting(EmitReceipt receipt) throws SQLException {
    return rows().value("select setting from committed where job = " + receipt.jobId());
  }

  private static EmitOptions.Builder relaxed() {
    return RELAXED.toBuilder();
  }

  @Test
  void itsCommitDoesNotWaitAndNothingElseIsDifferent() throws Exception {
    Gala gala = durable.gala();
    EmitReceipt usual = gala.emit(Order.PLACED, ORDER);
    EmitReceipt relaxed = gala.emit(Order.PLACED, ORDER, RELAXED);
    assertThat(setting(usual)).isEqualTo("on");
    assertThat(setting(relaxed)).isEqualTo("off");
    assertThat(setting(gala.emitAsync(Order.PLACED, ORDER, RELAXED).get())).isEqualTo("off");
    var tried = (EmitResult.Accepted) gala.tryEmit(Order.PLACED, ORDER, RELAXED);
    assertThat(setting(tried.receipt())).isEqualTo("off");
    assertThat(
            rows()
                .column(
                    "select distinct (to_jsonb(river_job) - '{id,args,created_at,scheduled_at}'::text[]"
                        + " #- '{metadata,event_id}')::text from river_job"))
        .as("the rows tell nothing of it")
        .hasSize(1);
  }

  @Test
  void scheduledAndUniqueOnesToo() throws Exception {
    Gala gala = durable.gala();
    EmitReceipt later =
        gala.emit(Order.PLACED, ORDER, relaxed().delay(Duration.ofHours(1)).build());
    assertThat(setting(later)).isEqualTo("off");
    EmitOptions once =
        relaxed().headers(Headers.builder().uniqueKey("k").uniqueOnce(true).build()).build();
    EmitReceipt first = gala.emit(Order.PLACED, ORDER, once);
    assertThat(setting(first)).isEqualTo("off");
    EmitReceipt second = gala.emit(Order.PLACED, ORDER, once);
    assertThat(second.duplicate()).isTrue();
    assertThat(second.jobId()).isEqualTo(first.jobId());
  }

  @Test
  void ofEventsEmittedTogetherAllHaveWhatOneAsksFor() throws Exception {
    Gala gala = durable.gala();
    Emission<Order> usual = Emission.of(Order.PLACED, ORDER);
    Emission<Order> relaxed = usual.withOptions(RELAXED);
    for (EmitReceipt receipt : gala.emitAll(List.of(relaxed, relaxed))) {
      assertThat(setting(receipt)).isEqualTo("off");
    }
    for (EmitReceipt receipt : gala.emitAll(List.of(relaxed, usual))) {
      assertThat(setting(receipt)).isEqualTo("on");
    }
  }

  @Test
  void oneThatBeginsAtOnceIsHandledAsEver() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "recorder", (event, context) -> handled.add(event.id()));
    gala.startWorkers();
    for (int i = 0; i < 20; i++) {
      EmitReceipt receipt = gala.emit(Order.PLACED, new Order("o-" + i, i), RELAXED);
      assertThat(Await.next("the event", handled)).isEqualTo("o-" + i);
      assertThat(setting(receipt)).isEqualTo("off");
    }
    rows().await("all to end", "not exists (select from river_job where state <> 'completed')");
    assertThat(rows().jobs("attempt = 1 and attempted_at = created_at"))
        .as("but for the first ones")
        .isPositive();
  }

  @Test
  void inACallersTransactionItIsRefusedWithWhatToDo() throws Exception {
    Gala gala = durable.gala();
    try (Connection connection = durable.database().connect()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> gala.in(connection).emit(Order.PLACED, ORDER, RELAXED))
          .isInstanceOfSatisfying(
              GalaException.class, e -> assertThat(e.code()).isEqualTo(GalaError.DISPATCH_FAILED))
          .hasMessageContaining("nothing was stored")
          .hasMessageContaining("RELAXED")
          .hasMessageContaining("set local synchronous_commit = off");

      // What it says to do.
      Rows.execute(connection, "set local synchronous_commit = off");
      EmitReceipt receipt = gala.in(connection).emit(Order.PLACED, ORDER);
      connection.commit();
      assertThat(setting(receipt)).isEqualTo("off");
    }
  }

  /** It is stored with the memory of its step, in one transaction. */
  @Test
  void whatIsEmittedOnceIsEmittedInFull() throws Exception {
    Gala gala = durable.gala();
    BlockingQueue<EmitReceipt> children = new LinkedBlockingQueue<>();
    gala.on(
        Order.PLACED,
        "plain",
        (event, context) ->
            children.add(context.emitOnce("plain", Mortal.CHILD, event.id(), RELAXED)));
    gala.onTransactional(
        Order.PLACED,
        "transactional",
        (event, context, connection) ->
            children.add(context.emitOnce("own", Mortal.CHILD, event.id(), RELAXED)));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    EmitReceipt first = Await.next("a child", children);
    EmitReceipt second = Await.next("the other child", children);
    rows()
        .await(
            "the end",
            "not exists (select from river_job where metadata ->> 'topic' = 'order.placed'"
                + " and state <> 'completed')");
    assertThat(setting(first)).isEqualTo("on");
    assertThat(setting(second)).isEqualTo("on");
  }

  @Test
  void aPlainListenerMayEmitItAndATransactionalOneIsTold() throws Exception {
    Gala gala = durable.gala();
    BlockingQueue<EmitReceipt> children = new LinkedBlockingQueue<>();
    gala.on(
        Order.PLACED,
        "plain",
        (event, context) -> children.add(context.emit(Mortal.CHILD, event.id(), RELAXED)));
    gala.onTransactional(
        Order.PLACED,
        "transactional",
        (event, context, connection) -> {
          try {
            context.emit(Mortal.CHILD, event.id(), RELAXED);
          } catch (GalaException e) {
            handled.add(String.valueOf(e.getMessage()));
          }
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    assertThat(Await.next("the refusal", handled)).contains("RELAXED");
    assertThat(setting(Await.next("the child", children))).isEqualTo("off");
    rows()
        .await(
            "the end",
            "not exists (select from river_job where metadata ->> 'topic' = 'order.placed'"
                + " and state <> 'completed')");
  }
}

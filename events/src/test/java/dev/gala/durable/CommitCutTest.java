package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Topic;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection is cut during COMMIT: before the server has it, or after. */
class CommitCutTest {
  private static final Topic<String> CHILD = Topic.of("child", String.class);
  private static final int EVENTS = 30;

  @RegisterExtension private final Durable durable = new Durable();

  private final AtomicReference<CountDownLatch> cut = new AtomicReference<>();
  private Cable cable;

  @BeforeEach
  void aTableForEffects() throws Exception {
    rows().execute("create table effect (event text, listener text)");
    cable = durable.closing(new Cable(URI.create(durable.database().url()).getPort()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachEffectHappensOnce(boolean serverHasIt) throws Exception {
    Gala gala = durable.gala(config());
    for (String listener : List.of("charge", "book")) {
      gala.onTransactional(
          Order.PLACED,
          listener,
          (event, context, connection) -> {
            Steps.effect(connection, event.id(), listener);
            context.emit(CHILD, event.id() + " " + listener);
            boolean mine = listener.equals("charge") == (event.amount() % 2 == 0);
            if (mine && context.attempt() == 1) {
              cut.set(cable.cutCommit(serverHasIt));
            }
          });
    }
    gala.startWorkers();
    var expected = new ArrayList<String>();
    for (int i = 1; i <= EVENTS; i++) {
      gala.emit(Order.PLACED, new Order("o-" + i, i));
      awaitCompleted(i);
      Await.latch("the cut", cut.getAndSet(null));
      expected.add("o-" + i + " charge");
      expected.add("o-" + i + " book");
    }
    assertThat(rows().column("select event || ' ' || listener from effect"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(rows().jobs("metadata ->> 'topic' = 'child'")).isEqualTo(2 * EVENTS);
    // Where the completion was committed after all, the job ended in the attempt that failed.
    assertThat(rows().jobs("metadata ->> 'topic' = 'order.placed' and errors is null"))
        .isEqualTo(serverHasIt ? EVENTS / 2 : 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastAttemptIsNotTheOneThatNeverLearned(boolean serverHasIt) throws Exception {
    Gala gala = durable.gala(config().maxRetries(1));
    gala.onTransactional(
        Order.PLACED,
        "charge",
        (event, context, connection) -> {
          Steps.effect(connection, event.id(), "charge");
          if (cut.get() == null) {
            cut.set(cable.cutCommit(serverHasIt));
          }
        });
    gala.on(Order.PLACED, "plain", (event, context) -> {});
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    awaitCompleted(1);
    assertThat(rows().column("select event from effect")).containsExactly("o-1");
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
  }

  /** The step is stored, the answer is not heard: neither lost nor stored again. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStepOfAPlainListenerIsStoredOnce(boolean serverHasIt) throws Exception {
    Gala gala = durable.gala(config());
    gala.on(
        Order.PLACED,
        "plain",
        (event, context) -> {
          if (context.attempt() == 1) {
            cut.set(cable.cutCommit(serverHasIt));
          }
          context.emitOnce("step", CHILD, "attempt " + context.attempt());
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    awaitCompleted(1);
    assertThat(rows().jobs("metadata ->> 'topic' = 'child'")).isEqualTo(1);
    assertThat(rows().value("select errors[1] ->> 'error' from river_job order by id limit 1"))
        .contains("it is not known whether it was stored");
  }

  @Test
  void whatIsNotKnownIsNotTriedAgainInTheSameAttempt() throws Exception {
    Gala gala = durable.gala(config());
    gala.on(
        Order.PLACED,
        "plain",
        (event, context) -> {
          if (context.attempt() == 1) {
            cable.cutCommit(false);
            assertThatThrownBy(() -> context.emitOnce("step", CHILD, "c"))
                .hasMessageContaining("it is not known whether it was stored");
          }
          context.emitOnce("step", CHILD, "c");
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    awaitCompleted(1);
    assertThat(rows().value("select errors[1] ->> 'error' from river_job order by id limit 1"))
        .contains("it is not known whether it was stored before");
    assertThat(rows().jobs("metadata ->> 'topic' = 'child'")).isEqualTo(1);
  }

  /** Nothing is prepared on the server, so that each COMMIT is sent as text. */
  private GalaConfig.Builder config() {
    String url = cable.through(durable.database().jdbcUrl());
    return durable
        .config()
        .url(url + (url.contains("?") ? "&" : "?") + "prepareThreshold=0")
        .transactionConnections(1)
        .workerCount(1);
  }

  private void awaitCompleted(int jobs) throws SQLException {
    String ended =
        "(select count(*) = "
            + jobs
            + " from river_job where state = 'completed' and"
            + " metadata ->> 'topic' = 'order.placed')";
    while (!rows().value("select " + ended).equals("t")) {
      rows()
          .await(
              "an end or a failure",
              ended
                  + " or exists (select from river_job where state in ('retryable', 'scheduled') or"
                  + " (state = 'available' and scheduled_at > now()))");
      rows().hurry();
    }
  }

  private Rows rows() {
    return durable.rows();
  }
}

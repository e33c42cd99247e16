package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.EmitOptions;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** How workers learn of events: by notification, and by polling where that is missing. */
class NotificationTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final String LISTENER =
      "from pg_stat_activity where datname = current_database() and query ilike 'listen %river%'"
          + " and query not like '%river_job_changed%' and pid <> pg_backend_pid()";

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  @Test
  void withoutListeningEverythingArrivesByPolling() throws Exception {
    working(durable.config().pollOnly(true).fetchPollInterval(Duration.ofMillis(20)));
    Gala emitter = durable.gala();
    Set<String> emitted = new TreeSet<>();
    for (int i = 0; i < 50; i++) {
      emitted.add("e" + i);
      emitter.emit(Order.PLACED, new Order("e" + i, i));
    }
    Set<String> arrived = new TreeSet<>();
    while (arrived.size() < emitted.size()) {
      assertThat(arrived.add(Await.next("an event", handled))).isTrue();
    }
    assertThat(arrived).isEqualTo(emitted);
    assertThat(rows().column("select pid " + LISTENER)).isEmpty();
  }

  @Test
  void aNotificationBringsAnEventLongBeforeThePoll() throws Exception {
    working(durable.config().fetchPollInterval(NEVER));
    Gala emitter = durable.gala();
    for (int i = 0; i < 20; i++) {
      emitter.emit(Order.PLACED, new Order("e" + i, i));
      assertThat(Await.next("event " + i, handled)).isEqualTo("e" + i);
    }
  }

  @Test
  void aListenerConnectionThatIsKilledIsReplaced() throws Exception {
    working(durable.config().fetchPollInterval(NEVER));
    Gala emitter = durable.gala();
    durable.expectWarning("notifier: failed");
    for (int round = 0; round < 3; round++) {
      String pid = rows().value("select pid " + LISTENER);
      assertThat(rows().value("select pg_terminate_backend(" + pid + ", 10000)")).isEqualTo("t");
      // Emitted while nobody listens, perhaps, and told by the one who listens again.
      emitter.emit(Order.PLACED, new Order("missed " + round, 1));
      assertThat(Await.next("what was missed", handled)).isEqualTo("missed " + round);
      rows().await("another listener", "exists (select " + LISTENER + " and pid <> " + pid + ")");
      emitter.emit(Order.PLACED, new Order("heard " + round, 1));
      assertThat(Await.next("what was heard", handled)).isEqualTo("heard " + round);
    }
    assertThat(rows().column("select pid " + LISTENER)).hasSize(1);
  }

  /**
   * Of two emits in quick succession only the first notifies; what notifies for the second must
   * come after its commit, however long that takes.
   */
  @Test
  void anInsertThatTakesLongerThanTheCooldownIsNotifiedAfterItsCommit() throws Exception {
    rows()
        .execute(
            """
            create function hold() returns trigger language plpgsql as
            $$ begin perform pg_advisory_xact_lock(1); return new; end $$
            """);
    rows()
        .execute(
            "create trigger hold before insert on river_job for each row"
                + " when (new.priority = 2) execute function hold()");
    working(durable.config().fetchPollInterval(NEVER));
    Gala emitter = durable.gala(durable.config().fetchPollInterval(NEVER));
    try (Connection holder = durable.database().connect();
        Connection audience = durable.database().connect()) {
      holder.setAutoCommit(false);
      Rows.execute(holder, "select pg_advisory_xact_lock(1)");
      Rows.execute(audience, "listen \"public.river_insert\"");
      emitter.emit(Order.PLACED, new Order("quick", 1));
      assertThat(Await.next("the quick one", handled)).isEqualTo("quick");
      awaitNotification(audience);

      CompletableFuture<?> slow =
          emitter.emitAsync(
              Order.PLACED, new Order("slow", 1), EmitOptions.builder().priority(2).build());
      rows()
          .await(
              "the insert to be held",
              "exists (select from pg_locks where locktype = 'advisory' and not granted and database ="
                  + " (select oid from pg_database where datname = current_database()))");
      // The cooldown passes while the insert is held: whatever is told now is told too early.
      audience.unwrap(PGConnection.class).getNotifications(600);
      holder.commit();
      slow.join();
      assertThat(Await.next("the slow one", handled)).isEqualTo("slow");
    }
  }

  private static void awaitNotification(Connection connection) throws Exception {
    PGConnection listening = connection.unwrap(PGConnection.class);
    assertThat(listening.getNotifications((int) Await.DEADLINE.toMillis())).isNotEmpty();
  }

  private Gala working(GalaConfig.Builder config) {
    Gala gala = durable.gala(config);
    gala.on(Order.PLACED, "recorder", (event, context) -> handled.add(event.id()));
    gala.startWorkers();
    return gala;
  }

  private Rows rows() {
    return durable.rows();
  }
}

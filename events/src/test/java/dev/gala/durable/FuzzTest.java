package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.context.CallerCodec;
import dev.gala.context.KeyCodec;
import dev.gala.context.LogFieldsCodec;
import dev.gala.context.TraceContextCodec;
import dev.gala.event.ContextKey;
import dev.gala.event.EmitOptions;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Topic;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever stands in rows, and whatever is emitted: no worker ends of it, and no row is lost. */
class FuzzTest {
  private static final int ROWS = 500;
  private static final int EMITS = 400;

  @RegisterExtension private final Durable durable = new Durable();

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final Mutations mutations = new Mutations(random);
  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  @Test
  void whateverStandsInARowEveryRowComesToSomethingAndTheWorkersGoOn() throws Exception {
    durable.expectWarning("ends without");
    durable.rows().execute("alter table river_job disable trigger signal_change");
    insertRows();
    Gala gala = working();
    durable
        .rows()
        .await(
            "every row to be attempted, seed " + seed,
            "not exists (select from river_job where attempted_at is null or state = 'running')");
    durable.rows().execute("alter table river_job enable trigger signal_change");
    gala.emit(Order.PLACED, new Order("fine", 1));
    while (!Await.next("a good event, seed " + seed, handled).equals("fine")) {
      assertThat(gala.health()).isNotNull();
    }
    gala.stopWorkers();
    assertThat(durable.rows().jobs("metadata ?? 'row'")).as("seed %d", seed).isEqualTo(ROWS);
    assertThat(
            durable
                .rows()
                .column(
                    """
                    select id || ' ' || j::text from river_job j
                    where state not in ('completed', 'cancelled')
                      and coalesce(errors[1] ->> 'error', '') not like 'gala: %'
                      and coalesce(errors[1] ->> 'error', '') not like 'metadata key "gala:%'
                      and metadata ->> 'gala:deferred' is null
                    """))
        .as("neither handled nor deferred, and nothing is said, seed %d", seed)
        .isEmpty();
  }

  @Test
  void whateverIsEmittedIsStoredOrRefusedWithACode() throws Exception {
    durable.expectWarning("this runtime is not configured with that namespace");
    Gala gala = durable.gala();
    int stored = 0;
    int refused = 0;
    for (int i = 0; i < EMITS; i++) {
      EmitOptions options = options();
      try {
        if (!gala.emit(Order.PLACED, new Order(mutations.text(), i), options).duplicate()) {
          stored++;
        }
      } catch (GalaException coded) {
        refused++;
        assertThat(coded.getMessage()).as("seed %d, round %d", seed, i).hasSizeGreaterThan(20);
      } catch (RuntimeException other) {
        throw new AssertionError("seed " + seed + ", round " + i + ": no code", other);
      }
    }
    assertThat(durable.rows().jobs("true")).as("seed %d", seed).isEqualTo(stored);
    assertThat(stored).isPositive();
    assertThat(refused).isPositive();
  }

  private EmitOptions options() {
    Headers.Builder headers =
        Headers.builder()
            .idempotencyKey(mutations.text())
            .properties(Map.of(mutations.text(), mutations.text()))
            .skipUniqueKey(random.nextBoolean())
            .uniqueOnce(random.nextBoolean());
    switch (random.nextInt(9)) {
      case 0 -> headers.tags(List.of(mutations.text(), "a"));
      case 1 -> headers.queue(mutations.text());
      case 2 -> headers.maxAttempts(random.nextInt());
      case 3 -> headers.scheduledAtText(mutations.text());
      case 4 -> headers.metadata(mutations.anyJson());
      case 5 -> headers.kind("gala.unknown\0");
      case 6 -> headers.uniqueKey(mutations.text());
      default -> headers.listeners(List.of(mutations.text()));
    }
    EmitOptions.Builder options = EmitOptions.builder().headers(headers.build());
    return random.nextInt(10) == 0
        ? options.rawPayload(mutations.anyJson().getBytes(StandardCharsets.UTF_8)).build()
        : options.build();
  }

  private Gala working() {
    GalaConfig.Builder config =
        durable
            .config()
            .missingListenerGrace(Duration.ofDays(36_500))
            .contextCodec(new CallerCodec())
            .contextCodec(TraceContextCodec.ofContext())
            .contextCodec(LogFieldsCodec.ofMdcKeys("a"))
            .contextCodec(KeyCodec.of("tenant", ContextKey.of("tenant", String.class)));
    Gala gala = durable.gala(config);
    gala.on(Order.PLACED, "book", (event, context) -> handled.add(String.valueOf(event.id())));
    gala.on(Topic.of("other", String.class), "other", (event, context) -> {});
    gala.startWorkers();
    return gala;
  }

  private void insertRows() throws Exception {
    try (Connection connection = durable.database().connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into river_job (args, kind, max_attempts, metadata, queue)"
                    + " values (?::jsonb, 'gala_dispatch_v1', ?, ?::jsonb || '{\"row\": 1}',"
                    + " 'events')")) {
      for (int i = 0; i < ROWS; i++) {
        insert.setString(1, mutations.args());
        insert.setInt(2, 1 + random.nextInt(3));
        insert.setString(3, mutations.metadata());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}

package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.EmitReceipt;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EmitInTransactionTest {
  @Test
  void theEventIsHandledOnceTheOrderIsCommitted() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create table shop_order (id text primary key)");
      }
      GalaConfig config =
          GalaConfig.builder().dataSource(database.dataSource()).runMigrations(true).build();
      try (Gala gala = Gala.create(config)) {
        var handled = new CompletableFuture<String>();
        gala.on(
            EmitInTransaction.ORDER_PLACED,
            "confirm",
            (event, ctx) -> handled.complete(event.orderId()));
        gala.startWorkers();
        EmitReceipt receipt = EmitInTransaction.place(gala, database.dataSource(), "o-1");
        assertThat(receipt.jobId()).isNotNull();
        assertThat(handled.get(30, TimeUnit.SECONDS)).isEqualTo("o-1");
      }
    }
  }
}

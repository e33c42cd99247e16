package dev.gala.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExactlyOnceTest {
  @Test
  void theBookingAndItsEventAreThereTogether() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table ledger (order_id text, cents bigint)");
      GalaConfig config = GalaConfig.builder().url(database.url()).runMigrations(true).build();
      try (Gala gala = Gala.create(config)) {
        ExactlyOnce.attach(gala);
        var booked = new CompletableFuture<String>();
        gala.on(ExactlyOnce.ORDER_BOOKED, "tell", (event, ctx) -> booked.complete(event.orderId()));
        gala.startWorkers();
        gala.emit(ExactlyOnce.ORDER_PAID, new ExactlyOnce.OrderPaid("o-1", 990));
        assertThat(booked.get(30, TimeUnit.SECONDS)).isEqualTo("o-1");
      }
      try (ResultSet rows = statement.executeQuery("select count(*), sum(cents) from ledger")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(1);
        assertThat(rows.getInt(2)).isEqualTo(990);
      }
    }
  }
}

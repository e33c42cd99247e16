package dev.gala.test;

import static dev.gala.test.Shop.PAID;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.GalaException;
import dev.gala.test.Shop.OrderPaid;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** In memory, where there is no SQL. */
@GalaTest(store = Store.MEMORY, setup = TestGalaInMemoryTest.ShopWithoutTables.class)
class TestGalaInMemoryTest extends TestGalaSuite {
  static class ShopWithoutTables extends Shop {
    @Override
    void insert(Connection connection, OrderPaid order) {}
  }

  @Test
  void connectionsTakeNoSqlAndSaySo() throws Exception {
    try (Connection connection = test.dataSource().getConnection()) {
      assertThatThrownBy(connection::createStatement)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("takes no SQL")
          .hasMessageContaining("use PostgreSQL");
      assertThatThrownBy(() -> gala.in(connection).emit(PAID, new OrderPaid("o-1", 1)))
          .isInstanceOf(GalaException.class)
          .hasMessageContaining("setAutoCommit(false)");
    }
  }

  @Test
  void workersCannotBeStarted() {
    assertThatThrownBy(gala::startWorkers)
        .isInstanceOf(GalaException.class)
        .hasMessageContaining("has no workers that could be started");
  }
}

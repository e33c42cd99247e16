package dev.gala.test;

import static dev.gala.test.Shop.PAID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.EmitOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverException;
import dev.gala.test.Shop.OrderPaid;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** On PostgreSQL, with tables of the application's. */
@GalaTest(setup = Shop.class)
class TestGalaOnPostgresTest extends TestGalaSuite {
  @Test
  void whatAListenerDoesInItsTransactionIsThereOnce() throws Exception {
    Shop.FAILURES.put("book o-1", 2);
    gala.emit(PAID, new OrderPaid("o-1", 990));
    test.drain();
    assertThat(ledger()).isZero();
    test.runFor(Duration.ofHours(1));
    assertThat(ledger()).isEqualTo(1);
  }

  private long ledger() throws SQLException {
    try (Connection connection = test.openConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from ledger")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void workersAndTheTestAreNotBothAtIt() {
    gala.emit(NOTE, "n", EmitOptions.builder().delay(Duration.ofHours(1)).build());
    test.advance(Duration.ofHours(1));
    gala.startWorkers();
    assertThatThrownBy(test::drain)
        .isInstanceOf(RiverException.class)
        .hasMessageContaining("stop it");
    gala.stopWorkers();
  }

  @Test
  void whatCannotBeReadFailsAloneAndIsTold() throws Exception {
    try (Connection connection = test.openConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "insert into river_job (args, kind, max_attempts, queue)"
              + " values ('{}', 'gala_dispatch_v1', 1, 'shop')");
    }
    gala.emit(PAID, new OrderPaid("o-1", 990));
    Drained drained = test.drain().hasCount(3);
    HandledEvent unreadable =
        drained.events().stream().filter(event -> event.id() == null).findFirst().orElseThrow();
    assertThat(unreadable.state()).isEqualTo(JobState.DISCARDED);
    assertThat(unreadable.toString()).contains("no text \"envelope\"");
    test.emitted(PAID).hasCount(1);
    JobRow row = test.jobs().get(unreadable.jobId());
    assertThat(row.attempt()).isEqualTo(1);
  }
}

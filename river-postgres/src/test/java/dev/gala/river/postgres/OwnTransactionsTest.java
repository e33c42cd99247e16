package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.BeatParams;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.ConnectionPool;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine does on connections of pools that know nothing of it. */
class OwnTransactionsTest {
  private static final int A_MINUTE = 60_000;

  private MigratedDatabase migrated;
  private Connection lent;

  @BeforeEach
  void open() throws SQLException {
    migrated = new MigratedDatabase();
    lent = migrated.database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    lent.close();
    migrated.close();
  }

  private OwnTransactions limited(Duration limit) {
    return new OwnTransactions(
        () -> new Lender(lent).getConnection(), new AnswerLimit(limit), "the test's");
  }

  private static int patience(Connection connection) throws SQLException {
    return connection.getNetworkTimeout();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsBorrowedWaitsAMinuteForAnAnswerUnlessItSaysOtherwise(boolean autoCommit)
      throws Exception {
    OwnTransactions transactions = limited(DirectConnections.ANSWER_TIMEOUT);
    lent.setAutoCommit(autoCommit);
    assertThat(transactions.<Integer>run("looking", OwnTransactionsTest::patience))
        .isEqualTo(A_MINUTE);
    assertThat(lent.getNetworkTimeout()).isZero();
    assertThat(transactions.<Integer>runMany("looking", OwnTransactionsTest::patience))
        .isEqualTo(A_MINUTE);
    assertThat(lent.getNetworkTimeout()).isZero();

    lent.setNetworkTimeout(Runnable::run, 12_345);
    assertThat(transactions.<Integer>run("looking", OwnTransactionsTest::patience))
        .isEqualTo(12_345);
    assertThat(lent.getNetworkTimeout()).isEqualTo(12_345);
  }

  /** As one that vanished does. */
  @Test
  void aServerThatSaysNothingIsNotWaitedForForEver() {
    RiverException failure =
        catchThrowableOfType(
            RiverException.class,
            () ->
                limited(Duration.ofMillis(200))
                    .run(
                        "sleeping",
                        connection -> MigratedDatabase.column(connection, "select pg_sleep(600)")));

    assertThat(failure.code()).isEqualTo(RiverError.OUTCOME_UNKNOWN);
  }

  /** What a given pool's connections are set to while something is done on them, and afterwards. */
  @Test
  void everythingTheEngineDoesWithAGivenPoolIsBounded() throws Exception {
    var limits = new ArrayList<Integer>();
    try (Driver driver = open(new Watched(new Lender(lent), limits::add))) {
      limits.clear();
      driver.executor().queueCreateOrUpdate("default");
      assertThat(limits).containsExactly(A_MINUTE, 0);
      driver.executor().queueList(1);
      assertThat(limits).containsExactly(A_MINUTE, 0, A_MINUTE, 0);
      limits.clear();
      driver.listen(Set.of(NotificationTopic.INSERT)).close();
      assertThat(limits).containsExactly(A_MINUTE, 0);
      limits.clear();
      driver.connect().close();
      try (ConnectionPool pool = driver.pool(1)) {
        pool.borrow().close();
      }
      lent.setAutoCommit(false);
      driver.executor(lent).queueList(1);
      lent.setAutoCommit(true);
      assertThat(limits).isEmpty();
    }
    assertThat(lent.getNetworkTimeout()).isZero();
  }

  @Test
  void aPoolThatFailsUnexpectedlyIsAwayForAMoment() {
    var failing = new boolean[1];
    ConnectionSource source =
        () -> {
          if (failing[0]) {
            throw new IllegalStateException("no token");
          }
          return new Lender(lent).getConnection();
        };
    try (Driver driver = open(source);
        Heartbeats heartbeats = driver.heartbeats(Duration.ofSeconds(1))) {
      failing[0] = true;
      for (Runnable work :
          List.<Runnable>of(
              () -> driver.executor().queueGet("default"),
              () -> driver.executor().queueList(1),
              () -> driver.maintenance().indexesExist(List.of("one")),
              () -> driver.listen(Set.of(NotificationTopic.INSERT)),
              () -> heartbeats.beat(new BeatParams("me", Duration.ofSeconds(15))),
              driver::connect,
              () -> driver.pool(1).borrow())) {
        RiverException failure = catchThrowableOfType(RiverException.class, work::run);
        assertThat(failure.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
        assertThat(failure.isTransient()).isTrue();
        assertThat(failure).hasMessageContaining("no token");
      }
      failing[0] = false;
      assertThat(driver.executor().queueGet("default")).isNull();
    }
  }

  private static Driver open(ConnectionSource source) {
    return new PostgresDriverProvider()
        .open(new DatabaseConfig(new DatabaseConfig.Pool(source), null, "own", 4));
  }

  /** Tells of every network timeout that is set. */
  private record Watched(Lender lender, Consumer<Integer> limits) implements ConnectionSource {
    @Override
    public Connection getConnection() {
      return Proxies.of(
          Connection.class,
          lender.getConnection(),
          (method, arguments, call) -> {
            if (method.equals("setNetworkTimeout")) {
              limits.accept((Integer) arguments[1]);
            }
            return call.make();
          });
    }
  }
}

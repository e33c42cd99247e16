package dev.gala;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.durable.Await;
import dev.gala.durable.Durable;
import dev.gala.durable.Order;
import dev.gala.durable.Rows;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Renames;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.test.postgres.TestDatabase;
import java.net.ServerSocket;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, and a durable runtime's beginning and end. */
class GalaTest {
  private static final Order ORDER = new Order("o-1", 1);

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

  @Test
  void everyProblemIsToldAtOnce() {
    GalaConfig.Builder config =
        GalaConfig.builder()
            .workerCount(0)
            .queueName("  ")
            .queueWorkers("Not A Queue", 3)
            .queueWorkers("crowded", 20_000)
            .maxRetries(-1)
            .fetchCooldown(Duration.ofNanos(1))
            .fetchPollInterval(Duration.ZERO)
            .jobTimeout(Duration.ofSeconds(-1))
            .softStopTimeout(Duration.ofSeconds(-2))
            .renames(Renames.none().topic("a", "a").operation("b", " "))
            .missingListenerGrace(Duration.ofSeconds(-3));
    assertThatThrownBy(config::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "gala configuration: ",
            "workerCount is 0: give at least 1",
            "queueName is blank",
            "queue name \"Not A Queue\" is not usable",
            "maxWorkers is 20000",
            "maxRetries is -1",
            "fetchCooldown is PT0.000000001S: give at least 1 ms",
            "fetchPollInterval is PT0S",
            "jobTimeout is PT-1S: give zero or more",
            "softStopTimeout is PT-2S: give zero or more",
            "missingListenerGrace is PT-3S: give zero or more",
            "the topic \"a\" is renamed in a circle",
            "the operation \"b\" is renamed to \"\": give two names",
            "there is no database: give url(…), dataSource(…) or database(…)");
  }

  @Test
  void payloadsAreWrittenAndReadAsEventsCarryThem() {
    try (Gala gala = Gala.inMemory()) {
      String json = gala.encodePayload(Order.PLACED, ORDER);
      assertThat(json).isEqualTo("{\"id\":\"o-1\",\"amount\":1}");
      assertThat(gala.decodePayload(Order.PLACED, json)).isEqualTo(ORDER);
      assertCode(
          GalaError.DISPATCH_MODE_INVALID,
          () -> gala.workNow(1),
          "only a durable runtime has jobs");
    }
  }

  @Test
  void oneEventIsHandledNowWheneverItIsDue() {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "a", (event, context) -> handled.add(event.id()));
    EmitReceipt receipt =
        gala.emit(Order.PLACED, ORDER, EmitOptions.builder().delay(Duration.ofDays(1)).build());
    JobRow row = gala.workNow(receipt.jobId());
    assertThat(row.state()).isEqualTo(JobState.COMPLETED);
    assertThat(handled).containsExactly("o-1");
    assertThat(gala.workNow(receipt.jobId())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void aBlankUrlIsNone(String url) {
    for (String given : new String[] {url, null}) {
      assertCode(
          GalaError.RIVER_CONNECTION_URI_REQUIRED,
          () -> GalaConfig.builder().url(given).build(),
          "gala: river connection URI is required: give url(…)");
    }
  }

  @Test
  void twoDatabasesAreOneTooMany() {
    assertThatThrownBy(
            () ->
                GalaConfig.builder()
                    .url(durable.database().url())
                    .dataSource(durable.database().dataSource())
                    .build())
        .hasMessageContaining("several databases: give one of url, dataSource and database");
  }

  @Test
  void aDatabaseThatCannotBeReachedOrIsNoneIsTold() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    String url = "postgres://somebody:secret@127.0.0.1:" + port + "/nowhere";
    assertThatThrownBy(() -> Gala.connect(url))
        .isInstanceOfSatisfying(
            GalaException.class,
            e -> assertThat(e.code()).isEqualTo(GalaError.RIVER_CLIENT_INITIALIZATION_FAILED))
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageNotContaining("secret");
    assertCode(
        GalaError.RIVER_CLIENT_INITIALIZATION_FAILED,
        () -> Gala.connect("mysql://127.0.0.1/x"),
        "not a database URL: begin it with postgres://");
    assertCode(
        GalaError.RIVER_CLIENT_INITIALIZATION_FAILED,
        () -> Gala.connect(durable.database().url().replaceAll("/[^/]*$", "/missing")),
        "\"missing\"");
    assertThat(durable.connections()).isEmpty();
  }

  @Test
  void aDatabaseThatIsNotMigratedSaysWhatToDoAndIsMigratedWhenAsked() throws Exception {
    try (TestDatabase empty = TestDatabase.create()) {
      try (Gala gala = Gala.connect(empty.url())) {
        assertCode(
            GalaError.DISPATCH_FAILED,
            () -> gala.emit(Order.PLACED, ORDER),
            "River's tables are missing here or too old: run the migrations");
        gala.on(Order.PLACED, "recorder", (event, context) -> {});
        assertCode(
            GalaError.RIVER_WORKER_START_FAILED,
            gala::startWorkers,
            "there are no River tables, but at least version 6 is needed: run gala migrate up");
      }
      for (int start = 1; start <= 2; start++) {
        try (Gala gala =
            Gala.create(GalaConfig.builder().url(empty.url()).runMigrations(true).build())) {
          gala.emit(Order.PLACED, ORDER);
          gala.startWorkers();
        }
        assertThat(new Rows(empty.dataSource()).jobs("true")).isEqualTo(start);
      }
    }
  }

  @Test
  void extraQueuesAreWorkedBesideTheMainOneAndUnusableOnesPassedOver() throws Exception {
    Gala gala =
        recording(
            durable.gala(
                durable
                    .config()
                    .queueName("main")
                    .queueWorkers(" extra ", 2)
                    .queueWorkers("", 5)
                    .queueWorkers("none", 0)));
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("main", 1));
    gala.emit(Order.PLACED, new Order("extra", 1), EmitOptions.builder().queue("extra").build());
    gala.emit(Order.PLACED, new Order("none", 1), EmitOptions.builder().queue("none").build());
    assertThat(List.of(Await.next("one", handled), Await.next("another", handled)))
        .containsExactlyInAnyOrder("main", "extra");
    gala.stopWorkers();
    assertThat(durable.rows().column("select state || ' ' || queue from river_job order by 1"))
        .containsExactly("available none", "completed extra", "completed main");
  }

  @Test
  void closingIsIdempotentAndGivesEveryConnectionBack() throws Exception {
    Gala gala = recording(durable.gala());
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    Await.next("the event", handled);
    assertThat(durable.connections()).isNotEmpty().allMatch(name -> name.startsWith("gala: "));
    gala.close();
    gala.close();
    Await.until("the connections' end", () -> durable.connections().isEmpty());
    // Other tests' watches of handlers may look on for a second after these have ended.
    Await.until("the threads' end", () -> Durable.threads().isEmpty());
    gala.stopWorkers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"url", "database", "dataSource"})
  void afterTheCloseNothingIsTakenAndNothingStarts(String by) throws Exception {
    GalaConfig.Builder config = GalaConfig.builder();
    switch (by) {
      case "url" -> config.url(durable.database().url());
      case "database" ->
          config.database(durable.closing(RiverDatabase.connect(durable.database().url())));
      default -> config.dataSource(durable.database().dataSource());
    }
    Gala gala = recording(Gala.create(config.build()));
    gala.emit(Order.PLACED, ORDER);
    gala.close();
    try (Connection connection = durable.database().connect()) {
      connection.setAutoCommit(false);
      for (ThrowingCallable emit :
          List.<ThrowingCallable>of(
              () -> gala.emit(Order.PLACED, ORDER),
              () -> gala.in(connection).emit(Order.PLACED, ORDER))) {
        assertCode(GalaError.DISPATCH_FAILED, emit, "nothing was stored");
        assertThatThrownBy(emit).hasMessageContaining(" is closed");
      }
      connection.commit();
    }
    assertThat(gala.emitAsync(Order.PLACED, ORDER)).failsWithin(Await.DEADLINE);
    assertCode(GalaError.RIVER_WORKER_START_FAILED, gala::startWorkers, " is closed");
    assertThat(durable.rows().jobs("true")).isEqualTo(1);
  }

  @Test
  void whatTheApplicationOpenedIsLeftOpen() throws Exception {
    RiverDatabase database = durable.closing(RiverDatabase.connect(durable.database().url()));
    for (int turn = 1; turn <= 2; turn++) {
      try (Gala gala = recording(Gala.create(GalaConfig.builder().database(database).build()))) {
        gala.startWorkers();
        gala.emit(Order.PLACED, new Order("turn " + turn, 1));
        assertThat(Await.next("the event", handled)).isEqualTo("turn " + turn);
      }
    }
    try (Connection connection = database.openConnection()) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void workersStartAgainAfterAStopAndAStartThatFailed() throws Exception {
    Gala gala = recording(durable.gala());
    durable.rows().execute("alter table river_migration rename to elsewhere");
    assertCode(
        GalaError.RIVER_WORKER_START_FAILED, gala::startWorkers, "there are no River tables");
    durable.rows().execute("alter table elsewhere rename to river_migration");
    for (int turn = 1; turn <= 3; turn++) {
      gala.startWorkers();
      gala.startWorkers();
      gala.emit(Order.PLACED, new Order("turn " + turn, 1));
      assertThat(Await.next("the event", handled)).isEqualTo("turn " + turn);
      gala.stopWorkers();
      gala.stopWorkers();
      assertThat(Durable.threads()).noneMatch(name -> name.startsWith("gala-fetch"));
    }
  }

  @Test
  void aRuntimeThatIsSwitchedOffRefusesAloudAndNeedsNoDatabase() {
    try (Gala gala = Gala.create(GalaConfig.builder().enabled(false).build())) {
      gala.on(Order.PLACED, "recorder", (event, context) -> {});
      gala.startWorkers();
      assertCode(
          GalaError.DISPATCH_FAILED,
          () -> gala.emit(Order.PLACED, ORDER),
          "the runtime is switched off: set enabled(true) to emit");
      gala.stopWorkers();
    }
  }

  @Test
  void anotherSchemaHoldsTablesOfItsOwn() throws Exception {
    durable.rows().execute("create schema \"Other_1\"");
    GalaConfig.Builder config = durable.config().schema("Other_1").runMigrations(true);
    Gala gala = recording(durable.gala(config.fetchPollInterval(Duration.ofHours(1))));
    gala.startWorkers();
    gala.emit(Order.PLACED, ORDER);
    assertThat(Await.next("the event", handled)).isEqualTo("o-1");
    gala.stopWorkers();
    assertThat(durable.rows().value("select state from \"Other_1\".river_job"))
        .isEqualTo("completed");
    assertThat(durable.rows().jobs("true")).isZero();
  }

  private Gala recording(Gala gala) {
    gala.on(Order.PLACED, "recorder", (event, context) -> handled.add(event.id()));
    return gala;
  }

  private static void assertCode(GalaError code, ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(GalaException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}

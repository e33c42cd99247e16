package dev.gala.river.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.worker.AttemptTransaction;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine on a database in memory. */
class MemoryDatabaseTest {
  private static final JobType<String> KIND =
      JobType.of(
          "kind",
          new ArgsCodec<>() {
            @Override
            public String encode(String args) {
              return args;
            }

            @Override
            public String decode(String json) {
              return json;
            }
          });

  private final RiverDatabase database = RiverDatabase.connect("memory:");
  private final RiverClient client =
      RiverClient.create(
          database,
          RiverConfig.builder()
              .worker(KIND, this::work)
              .queue("default", 1)
              .clock(InstantSource.fixed(Instant.now()))
              .build());

  private Outcome work(WorkContext<String> context) throws SQLException {
    switch (context.args()) {
      case "\"fail\"" -> throw new IllegalStateException("why");
      case "\"note\"" -> context.setMetadata("note", "{\"is\":[1,2]}");
      case "\"transaction\"" -> {
        try (Connection connection = database.openConnection()) {
          connection.setAutoCommit(false);
          AttemptTransaction transaction = context.begin(connection);
          client.insert(KIND, "\"child\"", InsertOptions.defaults(), Tx.on(connection));
          transaction.commitAndComplete(Map.of("done", "true"));
        }
      }
      default -> {}
    }
    return Outcome.done();
  }

  @AfterEach
  void close() {
    client.close();
    database.close();
  }

  private long insert(String args) {
    return client.insert(KIND, args).job().id();
  }

  private List<JobRow> all() {
    return client.jobs().list(JobListParams.builder().build()).jobs();
  }

  private static void assertRefused(RiverError code, ThrowingCallable call, String part) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  void jobsAreWorkedOneByOne() {
    JobRow done = client.workNow(insert("\"note\""));
    assertThat(done.state()).isEqualTo(JobState.COMPLETED);
    assertThat(done.metadata()).isEqualTo("{\"note\":{\"is\":[1,2]}}");
    assertThat(client.workNow(done.id())).isNull();

    JobRow failed = client.workNow(insert("\"fail\""));
    assertThat(failed.errors()).hasSize(1);
    assertThat(failed.attempt()).isEqualTo(1);
    assertThat(failed.state()).isEqualTo(JobState.AVAILABLE);
    JobRow again = client.workNow(failed.id());
    assertThat(again.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(again.attemptedAt()).isAfter(failed.attemptedAt());
  }

  @Test
  void aTransactionIsThereIfItCommits() throws SQLException {
    try (Connection connection = database.openConnection()) {
      connection.setAutoCommit(false);
      Tx tx = Tx.on(connection);
      long lost = client.insert(KIND, "{}", InsertOptions.defaults(), tx).job().id();
      assertThat(client.jobs().get(lost, tx).id()).isEqualTo(lost);
      assertThat(all()).isEmpty();
      connection.rollback();
      client.insert(KIND, "{}", InsertOptions.defaults(), tx);
      assertThat(all()).isEmpty();
      connection.commit();
      assertThat(all()).hasSize(1);
      client.insert(KIND, "{}", InsertOptions.defaults(), tx);
    }
    assertThat(all()).as("what is closed uncommitted is lost").hasSize(1);
    try (Connection connection = database.openConnection()) {
      assertRefused(
          RiverError.CONNECTION_IN_AUTO_COMMIT,
          () -> client.insert(KIND, "{}", InsertOptions.defaults(), Tx.on(connection)),
          "setAutoCommit(false)");
      assertThatThrownBy(() -> connection.prepareStatement("select 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("takes no SQL");
    }
  }

  @Test
  void aWorkersTransactionHoldsItsEffectsAndItsEnd() {
    JobRow row = client.workNow(insert("\"transaction\""));
    assertThat(row.state()).isEqualTo(JobState.COMPLETED);
    assertThat(row.metadata()).isEqualTo("{\"done\":true}");
    assertThat(all()).extracting(JobRow::args).containsExactly("\"transaction\"", "\"child\"");
  }

  @Test
  void uniqueKeysAreHeldAsLongAsTheirStatesSay() {
    InsertOptions unique =
        InsertOptions.builder().unique(UniqueOptions.builder().byArgs().build()).build();
    var first = client.insert(KIND, "{}", unique, Tx.own());
    var second = client.insert(KIND, "{}", unique, Tx.own());
    assertThat(second.skippedAsDuplicate()).isTrue();
    assertThat(second.job().id()).isEqualTo(first.job().id());
    client.jobs().cancel(first.job().id());
    assertThat(client.insert(KIND, "{}", unique, Tx.own()).skippedAsDuplicate()).isFalse();
    assertRefused(
        RiverError.UNIQUE_CONFLICT,
        () -> client.jobs().retry(first.job().id()),
        "has the unique key");
  }

  @Test
  void jobsAreLookedAtAndChangedByHand() {
    List<Long> ids = List.of(insert("1"), insert("2"), insert("3"));
    client.workNow(ids.getFirst());
    var params = JobListParams.builder().limit(2).build();
    var page = client.jobs().list(params);
    assertThat(page.jobs()).extracting(JobRow::id).isEqualTo(ids.subList(0, 2));
    assertThat(client.jobs().list(params.after(page.nextCursor())).jobs())
        .extracting(JobRow::id)
        .containsExactly(ids.get(2));
    assertThat(
            client
                .jobs()
                .list(
                    JobListParams.builder()
                        .states(List.of(JobState.AVAILABLE))
                        .order(JobListOrder.TIME)
                        .descending(true)
                        .build())
                .jobs())
        .extracting(JobRow::id)
        .containsExactly(ids.get(2), ids.get(1));
    assertThat(client.jobs().retry(ids.getFirst()).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(client.jobs().delete(ids.getFirst()).id()).isEqualTo(ids.getFirst());
    assertThat(client.jobs().deleteMany(JobDeleteParams.builder().ids(ids).build())).hasSize(2);
    assertThat(all()).isEmpty();
  }

  @Test
  void jobsAreCountedByTextsInTheirMetadata() {
    for (String metadata :
        List.of(
            "{\"a\":{\"b\":\"x\"}}", "{\"a\":{\"b\":\"x\"}}", "{\"a\":{\"b\":7}}", "{\"a\":1}")) {
      client.insert(KIND, "{}", InsertOptions.builder().metadata(metadata).build(), Tx.own());
    }
    var params =
        new JobTallyParams(
            List.of(List.of("a", "b")),
            List.of("kind"),
            List.of("default"),
            JobTallyParams.LIVE,
            100);
    assertThat(client.jobs().tally(params))
        .extracting(count -> count.texts().getFirst() + " " + count.jobs())
        .startsWith("x 2")
        .containsExactlyInAnyOrder("x 2", "7 1", "null 1");
  }

  @Test
  void relaxedJobsAreAsThereAsOthers() {
    var relaxed = InsertOptions.builder().durability(Durability.RELAXED).build();
    long id = client.insert(KIND, "{}", relaxed, Tx.own()).job().id();
    assertThat(all()).extracting(JobRow::id).containsExactly(id);
  }

  @Test
  void everyDatabaseIsAnother() {
    insert("{}");
    try (RiverDatabase other = RiverDatabase.connect("memory:")) {
      assertThat(other.jobs().list(JobListParams.builder().build()).jobs()).isEmpty();
    }
  }

  @Test
  void whatThereIsNotSaysSo() {
    assertRefused(RiverError.CLIENT_STATE, client::start, "no workers that could be started");
    assertRefused(RiverError.CLIENT_STATE, () -> database.queues().pause("default"), "no queues");
    assertRefused(
        RiverError.CLIENT_STATE, () -> database.migrator().up(), "a database in memory has no");
  }
}

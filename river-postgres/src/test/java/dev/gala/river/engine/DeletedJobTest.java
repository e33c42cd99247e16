package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import dev.gala.river.job.Tx;
import dev.gala.river.json.JsonArgs;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queues whose jobs are deleted when they end well, and applications that hold on to some. */
class DeletedJobTest {
  record Numbered(int number) {}

  private static final JobType<Numbered> NUMBERED =
      JobType.of("numbered", JsonArgs.of(Numbered.class));
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int JOBS = 20;

  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;

  @BeforeEach
  void connect() throws SQLException {
    database = RiverDatabase.at(postgres.dataSource()).connect();
    database.migrator().up();
    execute("create table note (job_id bigint references river_job (id))");
  }

  @AfterEach
  void close() {
    database.close();
    postgres.close();
  }

  private RiverClient client(Worker<Numbered> worker) {
    return RiverClient.create(
        database,
        RiverConfig.builder()
            .queue("default", new QueueConfig(10).withDeleteOnCompletion())
            .worker(NUMBERED, worker)
            .build());
  }

  private static void insert(RiverClient client) {
    client.insertMany(
        IntStream.range(0, JOBS)
            .mapToObj(n -> new JobInsert<>(NUMBERED, new Numbered(n), InsertOptions.defaults()))
            .toList(),
        Tx.own());
  }

  /** So many ends. */
  private static List<JobRow> next(Subscription events, int count) throws InterruptedException {
    var rows = new ArrayList<JobRow>();
    while (rows.size() < count) {
      RiverEvent event = events.poll(DEADLINE);
      assertThat(event).as("an event after %s", rows).isNotNull();
      rows.add(Objects.requireNonNull(event.job()));
    }
    return rows;
  }

  private static void note(Connection connection, WorkContext<Numbered> context)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("insert into note values (?)")) {
      insert.setLong(1, context.job().id());
      insert.execute();
    }
  }

  @Test
  void aJobThatATableRefersToIsCompletedAndTheOthersAreDeleted() throws Exception {
    Worker<Numbered> worker =
        context -> {
          if (context.args().number() == 7) {
            try (Connection connection = postgres.connect()) {
              note(connection, context);
            }
          }
          return Outcome.done();
        };
    try (RiverClient client = client(worker);
        Subscription events = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      insert(client);
      assertThat(next(events, JOBS)).allMatch(row -> row.state() == JobState.COMPLETED);
    }
    assertThat(left()).isEqualTo("completed 7");
  }

  /** Completing it does not wait for that transaction, as deleting it would. */
  @Test
  void aJobThatAnOpenTransactionRefersToIsCompletedMeanwhile() throws Exception {
    try (Connection stranger = postgres.connect()) {
      stranger.setAutoCommit(false);
      Worker<Numbered> worker =
          context -> {
            if (context.args().number() == 7) {
              note(stranger, context);
            }
            return Outcome.done();
          };
      try (RiverClient client = client(worker);
          Subscription events = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
        client.start();
        insert(client);
        next(events, JOBS);
      }
      assertThat(left()).isEqualTo("completed 7");
      stranger.rollback();
    }
  }

  /** A transaction of a worker's own completes it too, and is not blamed for anything. */
  @Test
  void jobsThatATriggerKeepsWithoutAWordAreCompleted() throws Exception {
    keep("return case when (old.args ->> 'number')::int >= 17 then null else old end;");
    Worker<Numbered> worker =
        context -> {
          try (Connection connection = postgres.connect()) {
            connection.setAutoCommit(false);
            switch (context.args().number()) {
              case 18, 8 -> {
                context.complete(connection);
                connection.commit();
              }
              case 19, 9 -> context.begin(connection).commitAndComplete(Map.of("mark", "1"));
              default -> {}
            }
          }
          return Outcome.done();
        };
    try (RiverClient client = client(worker);
        Subscription events = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      insert(client);
      assertThat(next(events, JOBS)).allMatch(row -> row.attempt() == 1);
    }
    assertThat(left()).isEqualTo("completed 17,completed 18,completed 19");
    assertThat(text("select string_agg(errors::text, ',') from river_job")).isNull();
    assertThat(text("select metadata ->> 'mark' from river_job where args ->> 'number' = '19'"))
        .isEqualTo("1");
  }

  @Test
  void whoMayNotDeleteCompletes() throws Exception {
    keep("raise exception 'permission denied for table river_job' using errcode = '42501';");
    try (RiverClient client = client(context -> Outcome.done());
        Subscription events = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      insert(client);
      next(events, JOBS);
    }
    assertThat(text("select count(*) from river_job where state = 'completed'"))
        .isEqualTo(String.valueOf(JOBS));
  }

  @Test
  void aJobThatATriggerKeepsIsCompletedInTheEnd() throws Exception {
    keep("if old.args ->> 'number' = '7' then raise exception 'seven stays'; end if; return old;");
    try (RiverClient client = client(context -> Outcome.done());
        Subscription events = client.subscribe(Set.of(RiverEvent.Kind.JOB_COMPLETED))) {
      client.start();
      insert(client);
      next(events, JOBS);
    }
    assertThat(left()).isEqualTo("completed 7");
  }

  /** Has a trigger judge every delete. */
  private void keep(String judgement) throws SQLException {
    execute(
        """
        create function keep() returns trigger language plpgsql as $$
        begin
          %s
        end $$
        """
            .formatted(judgement));
    execute("create trigger keep before delete on river_job for each row execute function keep()");
  }

  private String left() throws SQLException {
    return text(
        "select string_agg(state::text || ' ' || (args ->> 'number'), ',' order by id)"
            + " from river_job");
  }

  private @Nullable String text(String query) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

package dev.gala.test;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.DispatchMode;
import dev.gala.event.RecordOutcomes;
import dev.gala.event.Topic;
import dev.gala.river.Jobs;
import dev.gala.river.RiverDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * A runtime of one test, whose events are handled when the test says so, and by a clock that the
 * test moves: emit, {@link #drain}, assert.
 *
 * <p><b>What is real.</b> Everything but time and workers: events are stored as jobs in a
 * PostgreSQL (or in memory, see {@link Store}), listeners run as they do in production,
 * transactional ones in transactions, and what came of them is written as always. The workers are
 * never started. What is looked at by the assertions is what is stored.
 *
 * <p><b>Time.</b> The clock stands at a midnight, one to two days ahead, until it is moved. By it
 * events occur, are due, are tried again and are given up waiting for. The database's own clock
 * goes on, and says when a row was made and when an attempt began; being behind, it never makes
 * anything wait. How long a listener may take is measured as it is: that cannot be moved.
 *
 * <p>For one thread; listeners may use {@link #gala} and {@link #now}.
 */
public final class TestGala implements AutoCloseable {
  /** So many events {@link #drain()} handles before it takes them for an endless chain. */
  public static final int MOST_EVENTS = 10_000;

  private final TestClock clock;
  private final TestStore store;
  private final Gala gala;
  private final StoredEvents events;
  private final Drain drain;

  private TestGala(TestClock clock, TestStore store, Gala gala) {
    this.clock = clock;
    this.store = store;
    this.gala = gala;
    this.events = new StoredEvents(store.river().jobs());
    this.drain = new Drain(gala, events, clock);
  }

  /** A runtime on a PostgreSQL database, both its own and without anything of an application's. */
  public static TestGala create() {
    return create(Store.POSTGRES, new NoSetup());
  }

  /**
   * A runtime on a database of its own, for tests that do without {@link GalaTest}; they close it.
   *
   * @throws dev.gala.test.postgres.EmbeddedPostgresException if there is no server, or the
   *     application's tables cannot be made
   */
  public static TestGala create(Store where, GalaTestSetup setup) {
    var opened = new ArrayList<AutoCloseable>();
    boolean ready = false;
    try {
      TestStore store = TestStore.open(where, setup);
      opened.add(store);
      var clock = new TestClock();
      Gala gala = Gala.create(config(setup, store, clock));
      opened.add(gala);
      setup.attach(gala);
      ready = true;
      return new TestGala(clock, store, gala);
    } finally {
      if (!ready) {
        opened.reversed().forEach(TestGala::closeQuietly);
      }
    }
  }

  private static GalaConfig config(GalaTestSetup setup, TestStore store, TestClock clock) {
    GalaConfig.Builder config = GalaConfig.builder();
    setup.configure(config);
    return config
        .dispatchMode(DispatchMode.DURABLE)
        .enabled(true)
        .url(null)
        .dataSource(null)
        .database(store.river())
        .runMigrations(false)
        .recordOutcomes(RecordOutcomes.ALWAYS)
        .clock(clock)
        .build();
  }

  /** The runtime. Its workers are not to be started. */
  public Gala gala() {
    return gala;
  }

  /** The test's database, for the application's own code: a connection at every request. */
  public DataSource dataSource() {
    return store.dataSource();
  }

  /** A new connection to the test's database, in auto-commit mode; the caller closes it. */
  public Connection openConnection() {
    return store.river().openConnection();
  }

  /** The test's database, as another runtime or client is opened on it; closed with the test. */
  public RiverDatabase database() {
    return store.river();
  }

  /** The jobs that carry the events, to look at and to change by hand. */
  public Jobs jobs() {
    return store.river().jobs();
  }

  /** What the clock says. */
  public Instant now() {
    return clock.instant();
  }

  /** The clock, for the application's own code; moved by {@link #advance} alone. */
  public InstantSource clock() {
    return clock;
  }

  /**
   * Moves the clock, and nothing else: what is due then waits for {@link #drain}.
   *
   * @throws IllegalArgumentException if {@code by} is negative
   */
  public void advance(Duration by) {
    clock.advance(by);
  }

  /**
   * Moves the clock to when the next waiting event is due, unless one is due already.
   *
   * @return false if none waits, and the clock stands where it stood
   */
  public boolean advanceToNext() {
    return drain.advanceToNext();
  }

  /**
   * Handles what is due, one event after another, until nothing is: by the time since when it is
   * due, then in the order it was stored, whatever its queue and priority. What is emitted
   * meanwhile belongs to it, unless it is scheduled for later.
   *
   * @return what was handled, in that order
   * @throws AssertionError if after {@value #MOST_EVENTS} events there are still due ones
   * @throws IllegalStateException if it is called by a listener
   */
  public Drained drain() {
    return drain(MOST_EVENTS);
  }

  /** {@link #drain()} with a limit of its own. */
  public Drained drain(int mostEvents) {
    return drain.run(Duration.ZERO, mostEvents);
  }

  /**
   * Lets time pass as it would with workers: moves the clock by {@code time}, and on the way
   * handles each event when it is due, retries and schedules too.
   *
   * @return what was handled, in that order
   * @throws AssertionError if after {@value #MOST_EVENTS} events there are still due ones
   * @throws IllegalArgumentException if {@code time} is negative
   * @throws IllegalStateException if it is called by a listener
   */
  public Drained runFor(Duration time) {
    return drain.run(time, MOST_EVENTS);
  }

  /** The events of a topic that are stored, by whomever emitted and whatever became of them. */
  public <T> EmittedEvents<T> emitted(Topic<T> topic) {
    List<EmittedEvent<T>> found =
        events.all().stream()
            .filter(event -> event.envelope().topic().equals(topic.name()))
            .map(event -> event.withPayload(gala.decodePayload(topic, event.envelope().payload())))
            .toList();
    return new EmittedEvents<>("an event of topic " + topic.name(), found, found);
  }

  /** What became of the events of a topic at one of its listeners. */
  public ListenerOutcomes listener(Topic<?> topic, String name) {
    return ListenerOutcomes.of(
        topic.name(),
        name,
        events.all().stream()
            .filter(event -> event.envelope().topic().equals(topic.name()))
            .toList());
  }

  /** Closes the runtime and drops its database. Idempotent. */
  @Override
  public void close() {
    try (store) {
      gala.close();
    }
  }

  private static void closeQuietly(AutoCloseable opened) {
    try {
      opened.close();
    } catch (Exception e) {
      throw new IllegalStateException("what was opened for the test cannot be closed", e);
    }
  }
}

package dev.gala.pool;

import dev.gala.internal.threads.LeavingTask;
import dev.gala.internal.threads.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks in memory, at most so many at once and with at most so many waiting: whoever submits
 * more has to wait, rather than the memory to grow. Safe for use by many threads.
 *
 * <p>A thread takes task after task and ends when none waits, so that an idle pool costs nothing. A
 * task that submits to its own pool never waits, since the place it would wait for may be its own.
 */
public final class Pool implements AutoCloseable {
  /** How many tasks run at once if nothing else is said. */
  public static final int DEFAULT_WORKERS = 200;

  /** How many tasks may wait if nothing else is said. */
  public static final int DEFAULT_MAX_WAITING = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(10);
  private static final int LOOKS = 3;

  /** The pool whose task this thread runs. */
  private static final ThreadLocal<@Nullable Pool> RUNNING_IN = new ThreadLocal<>();

  private final String name;
  private final int workers;
  private final int maxWaiting;
  private final Duration closeTimeout;
  private final ThreadFactory threads;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomMade = lock.newCondition();
  private final Condition idle = lock.newCondition();
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final Set<Place> running = new HashSet<>();
  private boolean closed;
  private long submitted;
  private long completed;
  private long failed;

  private Pool(Builder builder) {
    name = builder.name;
    workers = builder.workers;
    maxWaiting = builder.maxWaiting;
    closeTimeout = builder.closeTimeout;
    threads = builder.threads;
  }

  /** A builder; without more, of a pool of {@value #DEFAULT_WORKERS} virtual threads. */
  public static Builder builder() {
    return new Builder();
  }

  /** Its name, for metrics and messages. */
  public String name() {
    return name;
  }

  /**
   * Has {@code task} run, as soon as there is room; waits while too many are waiting. What it
   * throws is logged and counted.
   *
   * @throws IllegalStateException if the pool is closed
   * @throws CancellationException if the thread is interrupted while it waits; it stays interrupted
   */
  public void submit(Runnable task) {
    submitAll(List.of(task));
  }

  /**
   * Has all of {@code tasks} run, or none: waits while too many are waiting, then accepts all at
   * once.
   *
   * @throws IllegalStateException if the pool is closed
   * @throws CancellationException if the thread is interrupted while it waits; it stays interrupted
   */
  public void submitAll(List<? extends Runnable> tasks) {
    submit(tasks, RUNNING_IN.get() == this);
  }

  /**
   * Has all of {@code tasks} run, or none, without ever waiting: for work that a task of this pool
   * began on another thread.
   *
   * @throws IllegalStateException if the pool is closed
   */
  public void submitFromWithin(List<? extends Runnable> tasks) {
    submit(tasks, true);
  }

  /**
   * Has all run and waits for all of them. From within the pool, the calling task runs those that
   * nobody has begun.
   *
   * @return their results, in their order
   * @throws CancellationException if the pool closed, and dropped some of them before they began
   * @throws ExecutionException with the first failure, by order, as its cause, once all have ended
   * @throws InterruptedException if interrupted; tasks begun go on
   * @throws IllegalStateException if the pool is closed
   */
  public <T> List<T> submitAllAndWait(Collection<? extends Callable<T>> tasks)
      throws ExecutionException, InterruptedException {
    List<Counted<T>> futures = new ArrayList<>(tasks.size());
    for (Callable<T> task : tasks) {
      futures.add(new Counted<>(counted(task)));
    }
    submitAll(futures);
    if (RUNNING_IN.get() == this) {
      futures.forEach(Counted::run); // Does nothing where another thread was first.
    }
    List<T> results = new ArrayList<>(futures.size());
    @Nullable ExecutionException first = null;
    for (Counted<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException failure) {
        first = first == null ? failure : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return results;
  }

  /**
   * Waits until no task runs or waits, in three looks 10 ms apart.
   *
   * @return whether that came about within {@code timeout}
   * @throws InterruptedException if interrupted
   */
  public boolean waitIdle(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    int looks = 0;
    lock.lock();
    try {
      while (true) {
        long left = end - System.nanoTime();
        if (isIdle()) {
          looks++;
          if (looks == LOOKS) {
            return true;
          }
          if (left <= 0) {
            return false;
          }
          long pause = Math.min(left, LOOK_INTERVAL.toNanos());
          while (pause > 0) {
            pause = idle.awaitNanos(pause);
          }
        } else {
          looks = 0;
          if (left <= 0 || (idle.awaitNanos(left) <= 0 && !isIdle())) {
            return false;
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The counts as they are now. */
  public PoolStats stats() {
    lock.lock();
    try {
      return new PoolStats(running.size(), waiting.size(), submitted, completed, failed);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Accepts no more, lets what was accepted run, and interrupts what still runs after the close
   * timeout; what then waits is dropped, and the number logged. Futures among that are cancelled,
   * lest somebody wait for them for ever. Idempotent.
   */
  @Override
  public void close() {
    long left = TimeUnit.NANOSECONDS.convert(closeTimeout);
    boolean interrupted = false;
    List<Runnable> dropped = List.of();
    lock.lock();
    try {
      closed = true;
      roomMade.signalAll();
      if (running.stream().anyMatch(Place::isHere)) {
        return; // A task closes its own pool: it cannot wait for itself.
      }
      while (!isIdle() && left > 0 && !interrupted) {
        try {
          left = idle.awaitNanos(left);
        } catch (InterruptedException hurry) {
          interrupted = true;
        }
      }
      if (!isIdle()) {
        LOG.warn(
            "pool \"{}\" closes with {} running and {} waiting tasks: interrupted and dropped",
            name,
            running.size(),
            waiting.size());
        dropped = List.copyOf(waiting);
        waiting.clear();
        running.forEach(Place::interrupt);
      }
    } finally {
      lock.unlock();
    }
    dropped.forEach(Pool::cancel); // Without the lock: a future tells whoever asked it to.
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void cancel(Runnable dropped) {
    if (dropped instanceof Future<?> future) {
      future.cancel(false);
    }
  }

  private void submit(List<? extends Runnable> given, boolean fromWithin) {
    List<Runnable> tasks = List.copyOf(given);
    lock.lock();
    try {
      while (!fromWithin && !closed && waiting.size() >= maxWaiting) {
        roomMade.await();
      }
      if (closed) {
        throw new IllegalStateException(
            "pool \"" + name + "\" is closed: it accepts no more tasks");
      }
      submitted += tasks.size();
      for (Runnable task : tasks) {
        if (running.size() < workers) {
          var place = new Place(task);
          place.start();
          running.add(place); // Before it can end, for which it needs the lock.
        } else {
          waiting.add(task);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "interrupted while waiting for room in pool \"" + name + "\": nothing was accepted");
    } finally {
      lock.unlock();
    }
  }

  private void work(Place first) {
    RUNNING_IN.set(this);
    @Nullable Place place = first;
    while (place != null) {
      @Nullable Place next = place.run();
      if (next != null && next.task instanceof LeavingTask && next.starts()) {
        return;
      }
      place = next;
    }
  }

  /** Counts the task that ended and takes the next; without one, the thread is done. */
  private @Nullable Place next(Place place, boolean returned, boolean threw) {
    lock.lock();
    try {
      completed += returned ? 1 : 0;
      failed += threw ? 1 : 0;
      running.remove(place);
      Runnable task = waiting.poll();
      if (task == null) {
        if (isIdle()) {
          idle.signalAll();
        }
        return null;
      }
      roomMade.signal();
      var next = new Place(task);
      running.add(next);
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** One of the tasks that run, and its thread. */
  private final class Place implements LeavingTask.Place {
    private final Runnable task;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Thread thread;
    private volatile boolean interrupted;

    Place(Runnable task) {
      this.task = task;
    }

    /** On a thread of its own. */
    void start() {
      Thread own = threads.newThread(() -> work(this));
      thread = own;
      own.start();
    }

    /** The same; false if no thread could be started, and the current one is to run it. */
    boolean starts() {
      try {
        start();
        return true;
      } catch (RuntimeException | Error noThread) {
        LOG.error("no thread could be started in pool \"{}\"", name, noThread);
        return false;
      }
    }

    /** Runs the task on the current thread. What to run next there; null if nothing. */
    @Nullable Place run() {
      thread = Thread.currentThread();
      if (interrupted) { // Before it had a thread.
        Thread.currentThread().interrupt();
      }
      boolean returned = false;
      try {
        if (task instanceof LeavingTask leaving) {
          leaving.run(this);
        } else {
          task.run();
        }
        returned = true;
      } catch (Throwable failure) {
        LOG.error("a task of pool \"{}\" failed", name, failure);
      }
      return over.compareAndSet(false, true)
          ? next(this, returned && !(task instanceof Counted<?>), !returned)
          : null;
    }

    @Override
    public void leave() {
      if (over.compareAndSet(false, true)) {
        Place next = next(this, true, false);
        if (next != null && !next.starts()) {
          work(next);
        }
      }
    }

    @Override
    public boolean interrupted() {
      return interrupted;
    }

    void interrupt() {
      interrupted = true; // First: whoever is interrupted looks why.
      Thread own = thread;
      if (own != null) {
        own.interrupt();
      }
    }

    boolean isHere() {
      return thread == Thread.currentThread();
    }
  }

  /** A task that somebody waits for, and that counts itself. */
  private static final class Counted<T> extends FutureTask<T> {
    Counted(Callable<T> task) {
      super(task);
    }
  }

  /** A future's task counts itself: the future shows no failure to whoever runs it. */
  private <T> Callable<T> counted(Callable<T> task) {
    return () -> {
      boolean returned = false;
      try {
        T result = task.call();
        returned = true;
        return result;
      } finally {
        count(returned);
      }
    };
  }

  private void count(boolean returned) {
    lock.lock();
    try {
      completed += returned ? 1 : 0;
      failed += returned ? 0 : 1;
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle() {
    return running.isEmpty() && waiting.isEmpty();
  }

  /** Collects settings. Not safe for use by many threads. */
  public static final class Builder {
    private String name = "gala";
    private int workers = DEFAULT_WORKERS;
    private int maxWaiting = DEFAULT_MAX_WAITING;
    private Duration closeTimeout = Duration.ofSeconds(30);
    private ThreadFactory threads = Threads.virtual("pool");

    private Builder() {}

    /** For metrics and messages. */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * How many tasks run at once.
     *
     * @throws IllegalArgumentException if less than 1
     */
    public Builder workers(int workers) {
      this.workers = atLeastOne("workers", workers);
      return this;
    }

    /**
     * How many tasks may wait before whoever submits more has to.
     *
     * @throws IllegalArgumentException if less than 1
     */
    public Builder maxWaiting(int maxWaiting) {
      this.maxWaiting = atLeastOne("maxWaiting", maxWaiting);
      return this;
    }

    /**
     * How long closing waits for what was accepted; zero means not at all, and more than 292 years
     * for ever.
     *
     * @throws IllegalArgumentException if negative
     */
    public Builder closeTimeout(Duration closeTimeout) {
      if (closeTimeout.isNegative()) {
        throw new IllegalArgumentException(
            "closeTimeout is " + closeTimeout + ": give zero or more");
      }
      this.closeTimeout = closeTimeout;
      return this;
    }

    /** Makes the threads; virtual ones if not given. */
    public Builder threads(ThreadFactory threads) {
      this.threads = Objects.requireNonNull(threads, "threads");
      return this;
    }

    /** The pool. */
    public Pool build() {
      return new Pool(this);
    }

    private static int atLeastOne(String what, int count) {
      if (count < 1) {
        throw new IllegalArgumentException(what + " is " + count + ": give 1 or more");
      }
      return count;
    }
  }
}
